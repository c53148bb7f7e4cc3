package io.gapless.recovery.outbox;

import java.time.Instant;
import java.util.Optional;

/**
 * Holds how far a sender has collected and sent.
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
 * @param endpoint the address that the outbox is bound to; empty before the first start
 * @param source the source that the outbox is bound to; empty before the first start, or if the source has no identity
 * @param failure what the endpoint answered last, if it was not an acknowledgement; otherwise empty
 * @param sourceFailure why the source could not be collected last; empty after it was collected
 * @param nextSlot the next slot, as the sender last stored it; empty if no schedule has been started
 * @param nextTry when the batches that wait are tried again; empty if nothing has failed
 * @param lateAt when an acknowledgement becomes overdue; empty before the first start
 */
public record SenderStatus(
        Optional<Instant> collectedUntil,
        Optional<Instant> acknowledgedUntil,
        Optional<Instant> lastAcknowledgedAt,
        long waitingRecords,
        long waitingBatches,
        long quarantined,
        long diskBytes,
        String endpoint,
        String source,
        Optional<Failure> failure,
        Optional<Failure> sourceFailure,
        Optional<Instant> nextSlot,
        Optional<Instant> nextTry,
        Optional<Instant> lateAt) {
    /**
     * Holds a failure of the endpoint or of the source.
     *
     * @param at when the endpoint or the source last failed, by this machine's clock
     * @param why what failed, in one line
     */
    public record Failure(Instant at, String why) {}

    /**
     * Returns whether an acknowledgement is overdue.
     *
     * @param now the time now
     * @return true if no interval has been acknowledged for longer than the distance of the slots plus the grace
     */
    public boolean isLate(Instant now) {
        return lateAt.isPresent() && now.isAfter(lateAt.get());
    }
}
