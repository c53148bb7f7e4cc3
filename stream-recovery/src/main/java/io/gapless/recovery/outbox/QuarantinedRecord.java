package io.gapless.recovery.outbox;

import java.time.Instant;

/**
 * A record that was set aside, so that the others could go on.
 *
 * @param number names it among the quarantined
 * @param id the record's id
 * @param lastModified its version
 * @param reason the encoder's or the endpoint's words
 * @param at when
 * @param text what would have been sent, or the record's fields if it could not be encoded; at most 2,000 characters
 * @param resending whether it was asked to be sent again, with the next interval
 */
public record QuarantinedRecord(
        long number, String id, Instant lastModified, String reason, Instant at, String text, boolean resending) {}
