package io.gapless.cli;

import java.util.LinkedHashMap;
import java.util.Map;

/** Lists the exit statuses of the program, as {@code docs/runbook.md} does. */
enum ExitCode {
    OK(0, "Done as asked; also if a signal or --for ended the command."),
    FOUND(
            1,
            "Something was found: a change to apply, a fault in a rule, a warning of the doctor, unwritten posts, a stream"
                    + " whose status is degraded, a dead letter, a request that the running stream refused, or unacknowledged records."),
    USAGE(
            2,
            "The command is missing, or the command line, the environment or a file named there is wrong. Nothing was sent."),
    REFUSED(3, "X's answer is final. The message says what to change first."),
    PARKED(
            4,
            "No posts arrive: the account has no credits, or its usage cap is reached. For 'status' also: no stream is"
                    + " running, or it has had no signal from X for a minute."),
    STATE_IN_USE(5, "Another process owns the state directory, and did not release it within --lock-wait."),
    OUTPUT_FAILED(
            6,
            "The output cannot be written, or the reader closed the pipe. Posts that are not in it were not acknowledged."),
    TRY_LATER(
            7,
            "X, the owner of the state or a database did not answer, X has trouble, or its rate limit is used up. Try"
                    + " again later."),
    STATE_UNUSABLE(
            8,
            "The state is damaged, was written by a newer version, or cannot be written, or its database refuses the user."),
    TAKEN_OVER(9, "Another host has taken over the stream. Start this one again, and it stands by."),
    FAULT(70, "A fault in gapless itself. Please report what was printed.");

    private final int status;
    private final String sentence;

    ExitCode(int status, String sentence) {
        this.status = status;
        this.sentence = sentence;
    }

    int status() {
        return status;
    }

    static ExitCode of(int status) {
        for (ExitCode code : values()) if (code.status == status) return code;
        throw new AssertionError("no command ends with " + status);
    }

    /** Returns each status with its sentence, for the help. */
    static Map<String, String> sentencesByStatus() {
        Map<String, String> sentences = new LinkedHashMap<>();
        for (ExitCode code : values()) sentences.put(String.valueOf(code.status), code.sentence);
        return sentences;
    }
}
