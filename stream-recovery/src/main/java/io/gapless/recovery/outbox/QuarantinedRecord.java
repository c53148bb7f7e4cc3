package io.gapless.recovery.outbox;

import java.time.Instant;
import java.util.Optional;

/**
 * Holds a record that could not be sent and is kept in the quarantine. The other records are sent without it.
 *
 * @param number the record's number in the quarantine, for {@link Sender#resend}
 * @param id the id of the record
 * @param lastModified the record's time of change; empty if it could not be read
 * @param reason why the record could not be read, or was refused by the encoder or the endpoint; for people
 * @param at when the record was quarantined, by this machine's clock
 * @param text what would have been sent, or the record's fields if it could not be encoded; at most 2,000 characters
 * @param resending whether the next interval sends the record again
 */
public record QuarantinedRecord(
        long number,
        String id,
        Optional<Instant> lastModified,
        String reason,
        Instant at,
        String text,
        boolean resending) {}
