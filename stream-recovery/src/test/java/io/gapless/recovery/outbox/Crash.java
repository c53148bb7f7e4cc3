package io.gapless.recovery.outbox;

/** The process ends here, in the midst of whatever it does. */
final class Crash extends Error {
    private static final long serialVersionUID = 1;

    Crash() {
        super("the process was killed", null, false, false);
    }
}
