package io.gapless.cli;

import java.util.LinkedHashMap;
import java.util.Map;

/** How the program can end; {@code docs/runbook.md} lists the same. */
enum ExitCode {
    OK(0, "All went as asked; also when a signal or --for ended it."),
    FOUND(
            1,
            "Something was found: a plan to apply, a fault in a rule, a warning of the doctor, posts left unwritten, an"
                    + " open gap, a dead letter, a request that the running stream could not grant, or records that were"
                    + " not acknowledged."),
    USAGE(2, "The command line, the environment, or a file named there is wrong; nothing was sent."),
    REFUSED(3, "X's answer is final: the sentence printed says what to change first."),
    PARKED(
            4,
            "Nothing comes: X lets nothing through for want of credits or by a usage cap, or (status) no stream is"
                    + " running, or none has heard from X for a minute."),
    STATE_IN_USE(5, "Another process owns the state directory, and did not end within --lock-wait."),
    OUTPUT_FAILED(6, "The output cannot be written; posts that are not in it were not acknowledged."),
    TRY_LATER(
            7,
            "No answer came, from X, from the owner of the state or from a database; X has trouble, or its limit for"
                    + " calls is used up: only time helps."),
    STATE_UNUSABLE(8, "The state directory is damaged, was written by a newer version, or cannot be written."),
    FAULT(70, "A fault in gapless itself; please report what was printed.");

    private final int status;
    private final String sentence;

    ExitCode(int status, String sentence) {
        this.status = status;
        this.sentence = sentence;
    }

    int status() {
        return status;
    }

    /** Status and sentence, as the help shows them. */
    static Map<String, String> sentencesByStatus() {
        Map<String, String> sentences = new LinkedHashMap<>();
        for (ExitCode code : values()) sentences.put(String.valueOf(code.status), code.sentence);
        return sentences;
    }
}
