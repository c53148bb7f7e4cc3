package io.gapless.connect;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * Holds what one poll has returned. Kafka Connect reports each record that Kafka has, and with exactly-once support it
 * does so after the transaction is committed. When it has reported all of them, the offers are done. Owns the count of
 * the records that are not reported. Thread-safe.
 *
 * @param records the records
 * @param offers what they are made of
 * @param left the number of records that are not reported
 */
record Transaction(List<SourceRecord> records, List<Offer> offers, CountDownLatch left) {
    static Transaction of(List<SourceRecord> records, List<Offer> offers) {
        Transaction made = new Transaction(records, offers, new CountDownLatch(records.size()));
        made.finishIfComplete();
        return made;
    }

    void reported() {
        left.countDown();
        finishIfComplete();
    }

    private void finishIfComplete() {
        if (!isComplete()) return;
        for (Offer offer : offers) {
            CompletableFuture<Void> done = offer.done();
            done.complete(null);
        }
    }

    boolean isComplete() {
        return left.getCount() == 0;
    }

    /** Waits until all records are reported, and returns whether they are. */
    boolean awaitComplete(Duration atMost) throws InterruptedException {
        return left.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Fails the offers, because the task stops before the transaction was committed. */
    void abandon() {
        for (Offer offer : offers) offer.done().completeExceptionally(Handover.stopped());
    }
}
