package io.gapless.recovery.outbox;

/** Decides which answers of the endpoint acknowledge a batch. */
public enum Acknowledgement {
    /** Accepts a status from 200 to 299, whatever the body contains. Only a 207 is also judged by its body. */
    STATUS,
    /**
     * Accepts a status from 200 to 299 unless the body contradicts it. These contradict it: a web page, broken JSON,
     * {@code success} that is not true, an {@code error}, or a {@code code} of 400 and more. An empty body and other
     * text do not contradict it.
     */
    BODY,
    /** Accepts a status from 200 to 299 with a JSON object that contains {@code "success": true}, and nothing else. */
    STRICT
}
