package io.gapless.recovery.outbox;

import java.time.Instant;
import java.util.Optional;

/**
 * How far a sender has come.
 *
 * @param collectedUntil up to where everything has been collected, by the source's clock; empty before the first interval
 * @param acknowledgedUntil up to where nothing is left to send: the end of the unbroken run of acknowledged intervals
 * @param lastAcknowledgedAt when an interval was last acknowledged, by our clock
 * @param waitingRecords records in the outbox that are not acknowledged
 * @param waitingBatches batches that are not acknowledged; what came after the last slot is in none yet
 * @param quarantined records set aside
 * @param diskBytes how much of the disk the outbox uses
 */
public record SenderStatus(
        Optional<Instant> collectedUntil,
        Optional<Instant> acknowledgedUntil,
        Optional<Instant> lastAcknowledgedAt,
        long waitingRecords,
        long waitingBatches,
        long quarantined,
        long diskBytes) {}
