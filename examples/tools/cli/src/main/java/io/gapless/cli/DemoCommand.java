package io.gapless.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs {@code gapless demo}. */
@Command(
        name = "demo",
        description = {
            "Streams from an emulator of X in this process, and lets everything go wrong: connections that break, one of"
                    + " two connections lost, a process that is down for up to nine days, a receiver that fails.",
            "At the end it accounts for every post that matched. The status is 0 if the account adds up, 1 if it does not"
                    + " or if a post was lost silently. SIGINT and SIGTERM end it early, with the account up to"
                    + " there; the status is then 130 or 143. --verbose prints each event of stream and sender.",
            "It needs no token, no network and less than a minute, and leaves nothing behind.",
            "With --page, it runs in real time until Ctrl-C, and shows a page with buttons that break things."
        },
        footer = {"", "Examples:", "  gapless demo", "  gapless demo --page"})
final class DemoCommand implements Callable<Integer> {
    private static final int PORT_MAX = 65_535;

    private final Shell shell;

    @Option(
            names = "--page",
            paramLabel = "PORT",
            arity = "0..1",
            fallbackValue = "8090",
            description = "Show a live page on this port of this machine, with a button for each fault of X. Without a"
                    + " number: 8090; 0 takes a free port.")
    private @Nullable Integer page;

    @Spec
    private @Nullable CommandSpec spec;

    DemoCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() throws Exception {
        if (page != null) return live(page).status();
        DemoPage lines = new DemoPage(shell.out(), shell.outIsTerminal(), shell.hasColours(), isVerbose());
        Demo demo = new Demo(lines, Demo.acts());
        return EndSignal.runWithSignalStatus(demo::stop, () -> {
                    DemoAccount account = demo.run();
                    lines.account(account);
                    if (!account.stopped()) lines.next(next());
                    return status(account);
                })
                .status();
    }

    /** Runs until SIGINT or SIGTERM comes. */
    private ExitCode live(int port) throws Exception {
        if (port < 0 || port > PORT_MAX)
            throw CliException.usage("--page: " + port + " is outside 0 to " + PORT_MAX + ".");
        LiveDemo demo = new LiveDemo(shell, port);
        Path state = Files.createTempDirectory("gapless-demo");
        try {
            return EndSignal.runWithOwnStatus(demo::stop, () -> demo.run(state));
        } finally {
            Demo.delete(state);
        }
    }

    /**
     * Returns the exit status. If the numbers of the account do not add up, the demo has failed, even if it was stopped
     * early.
     */
    static ExitCode status(DemoAccount account) {
        return account.addsUp() ? ExitCode.OK : ExitCode.FOUND;
    }

    private boolean isVerbose() {
        OptionSpec verbose = spec == null ? null : spec.root().findOption("--verbose");
        return verbose != null && Boolean.TRUE.equals(verbose.getValue());
    }

    private static List<DemoPage.Step> next() {
        List<DemoPage.Step> steps = new ArrayList<>();
        Optional<Path> running = ProgramJar.running();
        Path jar = running.orElse(ProgramJar.OF_A_CLONE);
        if (running.isEmpty()) {
            steps.add(new DemoPage.Step(
                    "Build the command line:", "mvn -q -pl examples/tools/cli -am package -DskipTests"));
        }
        steps.add(new DemoPage.Step(
                "Start an emulator of X; it prints the command that consumes from it in another terminal:",
                "java -jar " + jar + " emulator"));
        steps.add(new DemoPage.Step("See every command:", "java -jar " + jar + " --help"));
        steps.add(new DemoPage.Step("Write your own program, twelve lines to copy:", "docs/quick-start.md"));
        return steps;
    }
}
