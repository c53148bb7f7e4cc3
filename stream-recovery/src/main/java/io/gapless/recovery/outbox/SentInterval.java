package io.gapless.recovery.outbox;

import java.time.Instant;
import java.util.Optional;

/**
 * A line of the history: everything that one slot collected, and what became of it.
 *
 * @param id counts the intervals
 * @param from the first moment, by the source's clock; {@link Instant#EPOCH} if it had no beginning
 * @param until the first moment after it
 * @param collectedAt when it was collected, by our clock
 * @param batches how many requests it takes; a batch that was split counts as its parts
 * @param records how many records were collected
 * @param acknowledged how many of them the endpoint has acknowledged
 * @param quarantined how many of them were set aside
 * @param answer the endpoint's last answer, in one line; empty if there was none
 * @param acknowledgedAt when nothing of it was left to send; empty if something is
 */
public record SentInterval(
        long id,
        Instant from,
        Instant until,
        Instant collectedAt,
        long batches,
        long records,
        long acknowledged,
        long quarantined,
        String answer,
        Optional<Instant> acknowledgedAt) {}
