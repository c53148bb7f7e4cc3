package io.gapless.cli;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
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
            "It needs no token, no network and less than a minute, and leaves nothing behind."
        })
final class DemoCommand implements Callable<Integer> {
    private final Shell shell;

    @Spec
    private @Nullable CommandSpec spec;

    DemoCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() throws Exception {
        DemoPage page = new DemoPage(shell.out(), shell.outIsTerminal(), shell.hasColours(), isVerbose());
        Demo demo = new Demo(page, Demo.acts());
        return EndSignal.runWithSignalStatus(demo::stop, () -> {
                    DemoAccount account = demo.run();
                    page.account(account);
                    if (!account.stopped()) page.next(next());
                    return status(account);
                })
                .status();
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
        String jar = jar();
        if (jar.isEmpty()) {
            jar = "examples/tools/cli/target/gapless.jar";
            steps.add(new DemoPage.Step("Build the command line:", "mvn -q package -DskipTests"));
        }
        steps.add(new DemoPage.Step(
                "Start an emulator of X; it prints the command that consumes from it in another terminal:",
                "java -jar " + jar + " emulator"));
        steps.add(new DemoPage.Step("See every command:", "java -jar " + jar + " --help"));
        steps.add(new DemoPage.Step("Write your own program, twelve lines to copy:", "docs/quick-start.md"));
        return steps;
    }

    /** Returns the path of the program's jar; empty if the program runs from the classes of a build. */
    private static String jar() {
        try {
            Path path = Path.of(DemoCommand.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            if (!Files.isRegularFile(path)) return "";
            Path here = Path.of("").toAbsolutePath();
            return (path.startsWith(here) ? here.relativize(path) : path).toString();
        } catch (URISyntaxException e) {
            return "";
        }
    }
}
