package io.gapless.recovery.outbox;

/** Decides which answers of the endpoint acknowledge a batch. */
public enum Acknowledgement {
    /** Accepts a status from 200 to 299, whatever the body contains. Only the body of a 207 is judged, too. */
    STATUS,
    /**
     * Accepts a status from 200 to 299 unless the body contradicts the status. These bodies contradict it: a web page,
     * broken JSON, {@code success} that is not true, an {@code error}, or a {@code code} of 400 and more. An empty
     * body, and text that is neither JSON nor a web page, do not contradict the status.
     */
    BODY,
    /** Accepts only a status from 200 to 299 whose body is a JSON object that contains {@code "success": true}. */
    STRICT
}
