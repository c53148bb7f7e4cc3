package io.gapless.cli;

import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A command that only holds others: without one of them, it prints their list. */
abstract class CommandGroup implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new Missing(spec.commandLine());
    }

    /** A command is missing. */
    static final class Missing extends ParameterException {
        private static final long serialVersionUID = 1;

        Missing(CommandLine group) {
            super(group, "Give a command.");
        }
    }
}
