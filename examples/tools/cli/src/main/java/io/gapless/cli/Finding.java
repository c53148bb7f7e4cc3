package io.gapless.cli;

/**
 * Describes what the doctor has found about one subject.
 *
 * @param grade whether the subject is good, bad, or only worth knowing
 * @param subject what was checked
 * @param sentence what was found, and what to change if it is not good
 */
record Finding(Grade grade, String subject, String sentence) {
    enum Grade {
        /** The finding is worth knowing, but the doctor has not judged whether it is good. */
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
