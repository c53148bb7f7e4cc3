package io.gapless.cli;

import io.gapless.recovery.state.StateException;
import io.gapless.stream.rules.RulesException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The program's entry: wires the commands and turns what they throw into a sentence and an exit status. */
@Command(
        name = "gapless",
        description = "Keeps X's filtered stream connected, and recovers what an outage has cost.",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        versionProvider = Gapless.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "The token comes from X_BEARER_TOKEN or --token-file, or from X_API_KEY and X_API_SECRET; never from an"
                    + " argument. HTTPS_PROXY and NO_PROXY are honoured."
        })
public final class Gapless implements Callable<Integer> {
    @Option(
            names = "--verbose",
            scope = ScopeType.INHERIT,
            description = "With a failure, print where in the program it arose.")
    private boolean verbose;

    @Spec
    private CommandSpec spec;

    private Gapless() {
        this.spec = CommandSpec.create();
    }

    public static void main(String[] arguments) {
        Shell shell = new Shell(
                System.getenv(),
                new FileOutputStream(FileDescriptor.out),
                new FileOutputStream(FileDescriptor.err),
                CommandLine.Help.Ansi.AUTO.enabled());
        System.exit(run(shell, arguments));
    }

    /** Runs one command and returns the exit status. */
    static int run(Shell shell, String... arguments) {
        Gapless gapless = new Gapless();
        CommandLine commands = new CommandLine(gapless)
                .addSubcommand(new ConsumeCommand(shell))
                .addSubcommand(new StatusCommand(shell))
                .addSubcommand(new GapsCommand(shell))
                .addSubcommand(new RecoverCommand(shell))
                .addSubcommand(new DeadLettersCommand(shell))
                .addSubcommand(new RetryDeadLettersCommand(shell))
                .addSubcommand(SendCommand.withSubcommands(shell))
                .addSubcommand(RulesCommand.withSubcommands(shell))
                .addSubcommand(ConnectionsCommand.withSubcommands(shell))
                .addSubcommand(new DoctorCommand(shell))
                .addSubcommand(new EmulatorCommand(shell))
                .addSubcommand(new DemoCommand())
                .setOut(new PrintWriter(shell.out(), true))
                .setErr(new PrintWriter(shell.err(), true))
                .setUsageHelpAutoWidth(true)
                .setParameterExceptionHandler(Gapless::usageError)
                .setExecutionExceptionHandler((failure, command, parsed) -> gapless.failed(failure, shell));
        commands.getCommandSpec()
                .usageMessage()
                .exitCodeListHeading("%nExit status:%n")
                .exitCodeList(ExitCode.sentencesByStatus());
        return commands.execute(arguments);
    }

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "Say what to do: a command is missing.");
    }

    private int failed(Exception failure, Shell shell) {
        shell.err().println("gapless: " + sentence(failure));
        ExitCode code = exitCode(failure);
        if (verbose || code == ExitCode.FAULT) failure.printStackTrace(shell.err());
        return code.status();
    }

    private static String sentence(Exception failure) {
        boolean expected = failure instanceof CliException
                || failure instanceof RulesException
                || failure instanceof StateException;
        return expected ? String.valueOf(failure.getMessage()) : "a fault in gapless itself: " + failure;
    }

    private static ExitCode exitCode(Exception failure) {
        if (failure instanceof CliException expected) return expected.exitCode();
        if (failure instanceof RulesException refused) {
            return switch (refused.reason()) {
                case FILE -> ExitCode.USAGE;
                case RULES_REFUSED, CAP_REACHED, TOKEN, ACCESS, UNEXPECTED -> ExitCode.REFUSED;
                case RATE_LIMIT, UNAVAILABLE -> ExitCode.TRY_LATER;
            };
        }
        if (failure instanceof StateException state) {
            return switch (state.reason()) {
                case ABSENT -> ExitCode.USAGE;
                case IN_USE -> ExitCode.STATE_IN_USE;
                case DAMAGED, NEWER, UNWRITABLE -> ExitCode.STATE_UNUSABLE;
            };
        }
        return ExitCode.FAULT;
    }

    private static int usageError(ParameterException failure, String[] arguments) {
        CommandLine command = failure.getCommandLine();
        command.getErr().println("gapless: " + usageSentence(failure));
        command.getErr().println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
        return ExitCode.USAGE.status();
    }

    /** An argument that was not understood may be a token in the wrong place, so only names are repeated. */
    private static String usageSentence(ParameterException failure) {
        if (!(failure instanceof UnmatchedArgumentException unmatched)) {
            return String.valueOf(failure.getMessage()).replaceAll("'[^']{40,}'", "'…'");
        }
        List<String> arguments = unmatched.getUnmatched();
        String first = arguments.isEmpty() ? "" : arguments.get(0).replaceFirst("=.*", "");
        if (first.startsWith("--") && first.contains("token")) {
            return "There is no option " + first
                    + ": others on this machine could read the token there. Put it into X_BEARER_TOKEN or a"
                    + " --token-file.";
        }
        if (first.matches("--?[a-z-]{1,30}")) return "There is no option " + first + ".";
        if (first.matches("[a-z-]{1,20}")) return "'" + first + "' is no command here, and no argument is expected.";
        return "There is an argument too many.";
    }

    /** The version that the build wrote into the jar. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Gapless.class.getPackage().getImplementationVersion();
            return new String[] {
                "gapless " + (version == null ? "(built from source, not from the jar)" : version) + ", Java "
                        + Runtime.version()
            };
        }
    }
}
