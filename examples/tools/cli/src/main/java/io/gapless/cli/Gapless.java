package io.gapless.cli;

import io.gapless.recovery.ledger.StateException;
import io.gapless.stream.rules.RulesException;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/**
 * Starts the program: registers the commands, and turns the exception of a command into a sentence and an exit status.
 */
@Command(
        name = "gapless",
        description = "Keeps X's filtered stream connected, and recovers what an outage cost.",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        versionProvider = Gapless.Version.class,
        synopsisSubcommandLabel = "COMMAND")
public final class Gapless extends CommandGroup {
    @Option(names = "--verbose", scope = ScopeType.INHERIT, description = "Print the stack trace of a failure.")
    private boolean verbose;

    private Gapless() {}

    public static void main(String[] arguments) {
        Shell shell = new Shell(
                System.getenv(),
                new FileInputStream(FileDescriptor.in),
                new FileOutputStream(FileDescriptor.out),
                new FileOutputStream(FileDescriptor.err),
                CommandLine.Help.Ansi.AUTO.enabled(),
                Terminals::isTerminal);
        System.exit(run(shell, arguments));
    }

    /** Runs one command and returns the exit status. An error, such as a class that is missing, is a fault, too. */
    static int run(Shell shell, String... arguments) {
        Gapless gapless = new Gapless();
        CommandLine commands = equipped(
                new CommandLine(gapless)
                        .addSubcommand(new ConsumeCommand(shell))
                        .addSubcommand(new StatusCommand(shell))
                        .addSubcommand(new GapsCommand(shell))
                        .addSubcommand(new RecoverCommand(shell))
                        .addSubcommand(DeadLettersCommand.withSubcommands(shell))
                        .addSubcommand(SendCommand.withSubcommands(shell))
                        .addSubcommand(RulesCommand.withSubcommands(shell))
                        .addSubcommand(ConnectionsCommand.withSubcommands(shell))
                        .addSubcommand(new DoctorCommand(shell))
                        .addSubcommand(EmulatorCommand.withSubcommands(shell))
                        .addSubcommand(new DemoCommand(shell)),
                shell,
                gapless);
        commands.getCommandSpec()
                .usageMessage()
                .exitCodeListHeading("%nExit status:%n")
                .exitCodeList(ExitCode.sentencesByStatus());
        try {
            return commands.execute(arguments);
        } catch (Error fault) {
            return gapless.failed(fault, shell);
        }
    }

    /**
     * Equips a command with the converters, the output and the error handling that all commands share.
     *
     * @param program the program that the command belongs to
     */
    static CommandLine equipped(CommandLine command, Shell shell, Object program) {
        Gapless gapless = (Gapless) program;
        return command.registerConverter(Path.class, new PathConverter())
                .registerConverter(URI.class, new HttpUrlConverter())
                .setOut(new PrintWriter(shell.out(), true))
                .setErr(new PrintWriter(shell.err(), true))
                .setUsageHelpAutoWidth(true)
                .setParameterExceptionHandler(UsageError::print)
                .setExecutionExceptionHandler((failure, line, parsed) -> gapless.failed(failure, shell));
    }

    private int failed(Throwable failure, Shell shell) {
        shell.err().println("gapless: " + sentence(failure));
        ExitCode code = exitCode(failure);
        if (verbose || code == ExitCode.FAULT) failure.printStackTrace(shell.err());
        return code.status();
    }

    private static String sentence(Throwable failure) {
        boolean expected = failure instanceof CliException
                || failure instanceof RulesException
                || failure instanceof StateException;
        return expected ? String.valueOf(failure.getMessage()) : "a fault in gapless itself: " + failure;
    }

    private static ExitCode exitCode(Throwable failure) {
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
                case TAKEN_OVER -> ExitCode.TAKEN_OVER;
                case DAMAGED, NEWER, OTHER_STREAM, OTHER_SENDER, UNWRITABLE, REFUSED -> ExitCode.STATE_UNUSABLE;
            };
        }
        return ExitCode.FAULT;
    }

    /** Reads the version that the build wrote into the jar. */
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
