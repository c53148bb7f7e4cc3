package io.gapless.cli;

/**
 * What the doctor has found about one thing.
 *
 * @param grade how good it is
 * @param subject what was looked at
 * @param sentence what was found, and what to change unless it is good
 */
record Finding(Grade grade, String subject, String sentence) {
    enum Grade {
        /** Worth knowing, and not looked at. */
        INFO,
        OK,
        WARN,
        FAIL
    }

    static Finding info(String subject, String sentence) {
        return new Finding(Grade.INFO, subject, sentence);
    }

    static Finding ok(String subject, String sentence) {
        return new Finding(Grade.OK, subject, sentence);
    }

    static Finding warn(String subject, String sentence) {
        return new Finding(Grade.WARN, subject, sentence);
    }

    static Finding fail(String subject, String sentence) {
        return new Finding(Grade.FAIL, subject, sentence);
    }

    @Override
    public String toString() {
        return "%-5s %-9s %s".formatted(grade, subject, Text.line(sentence));
    }
}
