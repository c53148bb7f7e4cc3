package io.gapless.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The program's entry. */
@Command(name = "gapless", mixinStandardHelpOptions = true, subcommands = DemoCommand.class)
public final class Gapless {
    private Gapless() {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Gapless()).execute(arguments));
    }
}
