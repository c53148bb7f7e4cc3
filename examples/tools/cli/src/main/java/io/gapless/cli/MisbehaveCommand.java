package io.gapless.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gapless.emulator.Misbehaviour;
import io.gapless.stream.api.ApiAnswer;
import io.gapless.stream.api.TokenSource;
import io.gapless.stream.api.XApi;
import io.gapless.stream.seam.Seams;
import io.gapless.stream.seam.Transport;
import io.gapless.stream.seam.Wire;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Injects a fault into a running emulator, over its control endpoint. */
@Command(
        name = "misbehave",
        header = "Inject a fault into a running emulator.",
        description = {
            "Injects a fault into an emulator that runs on this machine.",
            "A fault of connections strikes the open ones at once, or else the next one. A fault of requests, recovery jobs"
                    + " or searches strikes the next one. Without FAULT, the faults are listed."
        },
        footer = {
            "",
            "Examples:",
            "  gapless emulator misbehave",
            "  gapless emulator misbehave RESET --port 8080",
            "  gapless emulator misbehave STATUS_503_HTML --times 3"
        })
final class MisbehaveCommand implements Callable<Integer> {
    private static final int PORT_MAX = 65_535;

    private final Shell shell;

    @Parameters(
            paramLabel = "FAULT",
            arity = "0..1",
            converter = FaultAt.KindConverter.class,
            description = "The fault, such as RESET.")
    private @Nullable Misbehaviour kind;

    @Option(
            names = "--port",
            paramLabel = "N",
            defaultValue = "8080",
            description = "The emulator's port on 127.0.0.1 (default: ${DEFAULT-VALUE}).")
    private int port = 8080;

    @Option(
            names = "--times",
            paramLabel = "N",
            defaultValue = "1",
            description = "How many connections or requests it strikes (default: ${DEFAULT-VALUE}).")
    private int times = 1;

    @Option(
            names = "--after-posts",
            paramLabel = "N",
            defaultValue = "0",
            description = "How many posts a connection still sends before it is struck (default: ${DEFAULT-VALUE}).")
    private int afterPosts;

    @Option(
            names = "--delay",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "A time, for faults that have one, such as SLOW_HEADERS.")
    private @Nullable Duration delay;

    MisbehaveCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        if (kind == null) {
            Arrays.stream(Misbehaviour.values()).map(Enum::name).forEach(shell.out()::println);
            return ExitCode.OK.status();
        }
        if (port < 1 || port > PORT_MAX)
            throw CliException.usage("--port: " + port + " is outside 1 to " + PORT_MAX + ".");
        if (times < 1) throw CliException.usage("--times: " + times + " is below 1.");
        if (afterPosts < 0) throw CliException.usage("--after-posts: " + afterPosts + " is below 0.");
        if (delay != null && !kind.hasDelay()) {
            String those = Arrays.stream(Misbehaviour.values())
                    .filter(Misbehaviour::hasDelay)
                    .map(Enum::name)
                    .collect(Collectors.joining(", "));
            throw CliException.usage("--delay: " + kind + " has no delay, unlike " + those + ". Leave it out.");
        }
        inject(kind);
        shell.out().println(kind + " injected.");
        return ExitCode.OK.status();
    }

    private void inject(Misbehaviour fault) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("kind", fault.name()).put("times", times).put("after_posts", afterPosts);
        if (delay != null) body.put("delay", delay.toString());
        URI emulator = URI.create("http://127.0.0.1:" + port);
        try (Transport transport = Wire.standard().open()) {
            // The emulator's control endpoint does not check the token, so any token can be sent.
            XApi api = new XApi(
                    emulator,
                    TokenSource.of(() -> "none"),
                    transport,
                    Seams.system().time());
            ApiAnswer answer = api.post("/emulator/misbehave", Map.of(), body).join();
            if (answer instanceof ApiAnswer.Received received && received.ok()) return;
            boolean answered = answer instanceof ApiAnswer.Received;
            throw new CliException(
                    answered ? ExitCode.REFUSED : ExitCode.TRY_LATER,
                    Text.line(
                            answered
                                    ? "The emulator at " + emulator + " refuses the fault: " + answer.describe() + "."
                                    : "No emulator answers at " + emulator + " (" + answer.describe()
                                            + "). Start one with 'gapless emulator --port " + port
                                            + "', or give its --port."));
        }
    }
}
