package io.gapless.connect;

import java.time.Duration;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * Holds what one poll has returned. Kafka Connect reports each record that Kafka has, and with exactly-once support it does
 * so after the transaction is committed. When it has reported all of them, the offers are done. Owns the set of the records
 * that are not reported. Thread-safe.
 */
final class Transaction {
    private final List<SourceRecord> records;
    private final List<Offer> offers;
    /** By identity: two records may be equal. */
    private final Set<SourceRecord> left = Collections.newSetFromMap(new IdentityHashMap<>());

    private final CountDownLatch complete = new CountDownLatch(1);

    Transaction(List<SourceRecord> records, List<Offer> offers) {
        this.records = List.copyOf(records);
        this.offers = List.copyOf(offers);
        left.addAll(records);
        finishIfComplete();
    }

    List<SourceRecord> records() {
        return records;
    }

    /** Notes that a record was reported. A record of an earlier transaction changes nothing. */
    synchronized void reported(SourceRecord record) {
        if (left.remove(record)) finishIfComplete();
    }

    /** Returns the records that are not reported. */
    synchronized List<SourceRecord> left() {
        return List.copyOf(left);
    }

    private void finishIfComplete() {
        if (!left.isEmpty()) return;
        complete.countDown();
        for (Offer offer : offers) offer.done().complete(null);
    }

    /** Waits until all records are reported, and returns whether they are. */
    boolean awaitComplete(Duration atMost) throws InterruptedException {
        return complete.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Fails the offers that are not done, because the task stops before the transaction was committed. */
    void abandon() {
        for (Offer offer : offers) offer.done().completeExceptionally(Handover.stopped());
    }
}
