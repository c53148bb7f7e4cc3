package io.gapless.recovery.outbox;

/** Says which answers of an endpoint acknowledge a batch. */
public enum Acknowledgement {
    /** A status from 200 to 299, whatever the body says; a 207 is judged by its body even so. */
    STATUS,
    /**
     * A status from 200 to 299 whose body does not contradict it. A web page, broken JSON, {@code success} that is not
     * true, an {@code error} or a {@code code} of 400 and more contradict it; an empty body and other text do not.
     */
    BODY,
    /** A status from 200 to 299 and a JSON object with {@code "success": true}; nothing else. */
    STRICT
}
