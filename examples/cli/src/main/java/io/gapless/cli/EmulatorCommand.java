package io.gapless.cli;

import io.gapless.emulator.AccessLevel;
import io.gapless.emulator.EmulatorBuilder;
import io.gapless.emulator.XEmulator;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** X in a box, in the foreground. */
@Command(name = "emulator", description = "Starts an emulator of X on this machine, to try the other commands against.")
final class EmulatorCommand implements Callable<Integer> {
    private static final Map<String, String> STANDARD_RULES = Map.of("cats", "cat");

    private final Shell shell;

    @Option(
            names = "--port",
            paramLabel = "N",
            defaultValue = "0",
            description = "On 127.0.0.1; 0 takes a free one (default: ${DEFAULT-VALUE}).")
    private int port;

    @Option(
            names = "--access",
            paramLabel = "WORD",
            defaultValue = "enterprise",
            converter = WordConverter.ToAccessLevel.class,
            description = "enterprise or pay-per-use: what the account may do (default: ${DEFAULT-VALUE}).")
    private AccessLevel access = AccessLevel.ENTERPRISE;

    @Option(
            names = "--rate",
            paramLabel = "POSTS_PER_S",
            defaultValue = "10",
            description = "Posts a second, of which a quarter each tells of cat, dog, coffee and java (default:"
                    + " ${DEFAULT-VALUE}).")
    private double rate;

    @Option(
            names = "--rule",
            paramLabel = "TAG=VALUE",
            description = "A rule in force from the beginning; may be repeated (default: cats=cat).")
    private Map<String, String> rules = new LinkedHashMap<>();

    @Option(
            names = "--keep-alive",
            paramLabel = "TIME",
            defaultValue = "20s",
            converter = DurationConverter.class,
            description = "After how much silence a sign of life is sent (default: ${DEFAULT-VALUE}).")
    private Duration keepAlive = Duration.ofSeconds(20);

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "The same seed makes the same posts (default: ${DEFAULT-VALUE}).")
    private long seed;

    EmulatorCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        return EndSignal.endsInGoodOrder(end::countDown, () -> {
                    try (XEmulator emulator = start()) {
                        introduce(emulator);
                        end.await();
                    }
                    return ExitCode.OK;
                })
                .status();
    }

    private XEmulator start() {
        try {
            EmulatorBuilder builder = XEmulator.builder()
                    .port(port)
                    .access(access)
                    .rate(rate)
                    .keepAlive(keepAlive)
                    .seed(seed);
            (rules.isEmpty() ? STANDARD_RULES : rules).forEach(builder::rule);
            return builder.start();
        } catch (IllegalArgumentException | UncheckedIOException e) {
            throw new CliException(ExitCode.USAGE, Text.line(String.valueOf(e.getMessage())), e);
        }
    }

    private void introduce(XEmulator emulator) {
        String gapless = "  X_BEARER_TOKEN='" + emulator.bearerToken() + "' java -jar examples/cli/target/gapless.jar ";
        shell.out().println(emulator);
        shell.out().println("Token: " + emulator.bearerToken());
        shell.out().println("Try in another terminal, and end this with Ctrl-C:");
        shell.out().println(gapless + "consume --base-url " + emulator.baseUri());
        shell.out().println(gapless + "rules list --base-url " + emulator.baseUri());
    }
}
