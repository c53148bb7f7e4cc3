package io.gapless.cli;

import io.gapless.recovery.ledger.Gap.Verdict;

/** Paints a line of a terminal in a colour or a weight. */
enum Colour {
    BOLD(1),
    FAINT(2),
    RED(31),
    GREEN(32),
    YELLOW(33);

    private final int code;

    Colour(int code) {
        this.code = code;
    }

    static Colour of(Verdict verdict) {
        return switch (verdict) {
            case COMPLETE, COVERED -> GREEN;
            case OPEN, COMPLETE_UNPROVEN, DOUBTFUL -> YELLOW;
            case PARTIAL, UNRECOVERABLE -> RED;
        };
    }

    String paint(String line) {
        return "\u001b[" + code + "m" + line + "\u001b[0m";
    }
}
