package io.gapless.cli;

import io.gapless.emulator.AccessLevel;
import io.gapless.emulator.XEmulator;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs the emulator of X in the foreground. */
@Command(
        name = "emulator",
        header = "Run an emulator of X on this machine, to try the other commands.",
        description = {
            "Runs an emulator of X on this machine, to try the other commands against. Ctrl-C ends it.",
            "It can break on purpose: --fault injects a fault at a time after the start; 'gapless emulator misbehave', or a"
                    + " button on the page that it prints, injects one while it runs."
        },
        footer = {
            "",
            "Examples:",
            "  gapless emulator --port 8080 --rate 50",
            "  gapless emulator --port 8080 --fault RESET@10s --fault HALF_OPEN@1m",
            "  gapless emulator --port 8080 --state emulator.ndjson",
            "  gapless emulator misbehave RESET --port 8080"
        })
final class EmulatorCommand implements Callable<Integer> {
    private static final Map<String, String> STANDARD_RULES = Map.of("cats", "cat");
    private static final String STATE_FILE = "emulator.ndjson";

    private final Shell shell;

    @Option(
            names = "--port",
            paramLabel = "N",
            defaultValue = "0",
            description = "The port on 127.0.0.1; 0 takes a free one (default: ${DEFAULT-VALUE}).")
    private int port;

    @Option(
            names = "--access",
            paramLabel = "WORD",
            defaultValue = "enterprise",
            converter = WordConverter.ToAccessLevel.class,
            description = "The emulated account's access: enterprise or pay-per-use (default: ${DEFAULT-VALUE}).")
    private AccessLevel access = AccessLevel.ENTERPRISE;

    @Option(
            names = "--rate",
            paramLabel = "POSTS_PER_S",
            defaultValue = "10",
            description =
                    "Posts per second. A quarter each is about cat, dog, coffee and java (default: ${DEFAULT-VALUE}).")
    private double rate;

    @Option(
            names = "--rule",
            paramLabel = "TAG=VALUE",
            description = "A rule in force from the beginning. Repeat it for more (default: cats=cat).")
    private Map<String, String> rules = new LinkedHashMap<>();

    @Option(
            names = "--keep-alive",
            paramLabel = "TIME",
            defaultValue = "20s",
            converter = DurationConverter.class,
            description = "How long a connection is silent before it gets a keep-alive (default: ${DEFAULT-VALUE}).")
    private Duration keepAlive = Duration.ofSeconds(20);

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "The same seed makes the same posts (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--fault",
            paramLabel = "FAULT[@TIME]",
            converter = FaultAt.Converter.class,
            description =
                    "Inject a fault, such as RESET@10s: 10 s after the start. Without a time, it strikes the first"
                            + " connection or request. Repeat it for more. 'gapless emulator misbehave' lists the faults.")
    private List<FaultAt> faults = List.of();

    @Option(
            names = "--state",
            paramLabel = "PATH",
            description =
                    "Keep in this file, or in this existing directory, what the emulator publishes, so that after a"
                            + " restart it still answers backfill, recovery jobs and search for the time before. The file is created"
                            + " if missing; --rule counts for a new file only.")
    private @Nullable Path state;

    private EmulatorCommand(Shell shell) {
        this.shell = shell;
    }

    static CommandLine withSubcommands(Shell shell) {
        return new CommandLine(new EmulatorCommand(shell)).addSubcommand(new MisbehaveCommand(shell));
    }

    @Override
    public Integer call() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        return EndSignal.runWithOwnStatus(end::countDown, () -> {
                    try (XEmulator emulator = start()) {
                        introduce(emulator);
                        ScheduledExecutorService injecting = inject(emulator);
                        try {
                            end.await();
                        } finally {
                            injecting.shutdownNow();
                        }
                    }
                    return ExitCode.OK;
                })
                .status();
    }

    private XEmulator start() {
        try {
            XEmulator.Builder builder = XEmulator.builder()
                    .port(port)
                    .access(access)
                    .rate(rate)
                    .keepAlive(keepAlive)
                    .seed(seed);
            (rules.isEmpty() ? STANDARD_RULES : rules).forEach(builder::rule);
            if (state != null) builder.state(Files.isDirectory(state) ? state.resolve(STATE_FILE) : state);
            return builder.start();
        } catch (IllegalArgumentException | UncheckedIOException e) {
            throw new CliException(ExitCode.USAGE, Text.line(String.valueOf(e.getMessage())), e);
        }
    }

    private ScheduledExecutorService inject(XEmulator emulator) {
        ScheduledExecutorService injecting = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "gapless-faults");
            thread.setDaemon(true);
            return thread;
        });
        for (FaultAt fault : faults)
            injecting.schedule(
                    () -> {
                        emulator.inject(fault.kind());
                        shell.out().println(fault.kind() + " injected.");
                    },
                    fault.after().toMillis(),
                    TimeUnit.MILLISECONDS);
        return injecting;
    }

    private void introduce(XEmulator emulator) {
        String program = "java -jar " + ProgramJar.running().orElse(ProgramJar.OF_A_CLONE) + " ";
        String gapless = "  X_BEARER_TOKEN='" + emulator.bearerToken() + "' " + program;
        shell.out().println(emulator);
        shell.out().println("Token: " + emulator.bearerToken());
        shell.out().println("Buttons for faults: " + emulator.baseUri() + "/emulator/");
        shell.out().println("Try these in another terminal. Ctrl-C ends the emulator.");
        shell.out().println(gapless + "consume --base-url " + emulator.baseUri());
        shell.out()
                .println("  " + program + "emulator misbehave RESET --port "
                        + emulator.baseUri().getPort());
        shell.out().println(gapless + "rules list --base-url " + emulator.baseUri());
    }
}
