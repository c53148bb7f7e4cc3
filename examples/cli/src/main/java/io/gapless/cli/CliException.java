package io.gapless.cli;

/** An expected failure: its message says what happened and what to change, and is all that is printed. */
final class CliException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final ExitCode exitCode;

    CliException(ExitCode exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    CliException(ExitCode exitCode, String message, Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    static CliException usage(String message) {
        return new CliException(ExitCode.USAGE, message);
    }

    ExitCode exitCode() {
        return exitCode;
    }
}
