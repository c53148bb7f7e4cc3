package io.gapless.recovery.outbox;

import java.time.Instant;
import java.util.Optional;

/**
 * How far a sender has collected and sent.
 *
 * @param collectedUntil the moment before which everything has been collected, by the source's clock; empty before the
 *     first interval
 * @param acknowledgedUntil the moment before which everything has been sent: the end of the unbroken run of
 *     acknowledged intervals
 * @param lastAcknowledgedAt when an interval was last acknowledged, by this machine's clock; empty if never
 * @param waitingRecords how many records in the outbox are not acknowledged
 * @param waitingBatches how many batches are not acknowledged; records that came after the last slot are in no batch
 *     yet
 * @param quarantined how many records are in the quarantine
 * @param diskBytes how many bytes of the disk the outbox uses
 */
public record SenderStatus(
        Optional<Instant> collectedUntil,
        Optional<Instant> acknowledgedUntil,
        Optional<Instant> lastAcknowledgedAt,
        long waitingRecords,
        long waitingBatches,
        long quarantined,
        long diskBytes) {}
