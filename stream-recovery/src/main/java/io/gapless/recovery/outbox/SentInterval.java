package io.gapless.recovery.outbox;

import java.time.Instant;
import java.util.Optional;

/**
 * Holds one interval of the history: what one slot collected, and how much of it has been sent.
 *
 * @param id the number of the interval
 * @param from the start, inclusive, by the source's clock; {@link Instant#MIN} if the source was read from its
 *     beginning
 * @param until the end, exclusive
 * @param collectedAt when the interval was collected, by this machine's clock
 * @param batches how many requests the interval needs; a batch that was split counts as its parts
 * @param records how many records were collected
 * @param acknowledged how many of the records the endpoint has acknowledged
 * @param quarantined how many of the records are quarantined
 * @param answer the endpoint's last answer, in one line; empty if there is no answer yet
 * @param acknowledgedAt when its last batch was acknowledged or quarantined, by this machine's clock; empty while a
 *     batch is left to send
 * @param unchanged how many rows of a polled source were skipped because they were collected before
 * @param older how many rows were skipped because a newer version was collected, for example rows of a replica that
 *     lags
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
        Optional<Instant> acknowledgedAt,
        long unchanged,
        long older) {}
