package io.gapless.cli;

import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Groups subcommands. If the command line names no subcommand, the program prints the list of subcommands. */
abstract class CommandGroup implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new Missing(spec.commandLine());
    }

    /** Thrown when the command line names a group without a subcommand. */
    static final class Missing extends ParameterException {
        private static final long serialVersionUID = 1;

        Missing(CommandLine group) {
            super(group, "Give a command.");
        }
    }
}
