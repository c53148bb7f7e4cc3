package io.gapless.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Counts what became of every post that matched the rule and of every record that was sent on. Each number is counted
 * separately, where the event happens: the matching posts by the emulator, the received posts by the streams, and the
 * posts that were handed over by the handler. So the numbers can contradict each other, and {@link #faults} lists each
 * contradiction. Immutable.
 *
 * @param matched posts that matched the rule, by the emulator's own list
 * @param once posts that the handler received exactly once
 * @param twice posts that the handler received more than once
 * @param lost posts that the handler did not receive, in a span that the ledger lists as lost
 * @param lostBecause the ledger's reasons for the lost posts
 * @param silent posts that the handler did not receive and that the ledger does not list as lost
 * @param waiting posts that were still to be recovered when the demo was stopped
 * @param strays posts outside every gap that nevertheless matched during a fault or were recovered
 * @param received posts that the streams received from the emulator; each repeat counts
 * @param repeatsRecovered repeats that recovery caused: the library also recovers the overlap on both sides of an
 *     outage
 * @param repeatsCovered repeats that a second connection caused: X sends each post on both
 * @param sent the counts of the records that were sent on
 * @param stopped whether the demo was stopped before its end
 */
record DemoAccount(
        long matched,
        long once,
        long twice,
        long lost,
        Set<String> lostBecause,
        long silent,
        long waiting,
        long strays,
        long received,
        long repeatsRecovered,
        long repeatsCovered,
        Sent sent,
        boolean stopped) {
    /**
     * Counts what became of the records that were sent on.
     *
     * @param records the number of records that were to be sent
     * @param acknowledged the number of acknowledged records; a record that is acknowledged twice counts twice
     * @param taken the number of records that the receiver accepted; a record that it accepts under two keys counts
     *     twice
     * @param recognised the number of repeated batches that the receiver recognised by their Idempotency-Key
     */
    record Sent(long records, long acknowledged, long taken, long recognised) {
        static final Sent NOTHING = new Sent(0, 0, 0, 0);

        Sent plus(Sent other) {
            return new Sent(
                    records + other.records,
                    acknowledged + other.acknowledged,
                    taken + other.taken,
                    recognised + other.recognised);
        }
    }

    DemoAccount {
        lostBecause = Set.copyOf(lostBecause);
    }

    static final DemoAccount NOTHING = new DemoAccount(0, 0, 0, 0, Set.of(), 0, 0, 0, 0, 0, 0, Sent.NOTHING, false);

    DemoAccount plus(DemoAccount other) {
        return new DemoAccount(
                matched + other.matched,
                once + other.once,
                twice + other.twice,
                lost + other.lost,
                union(lostBecause, other.lostBecause),
                silent + other.silent,
                waiting + other.waiting,
                strays + other.strays,
                received + other.received,
                repeatsRecovered + other.repeatsRecovered,
                repeatsCovered + other.repeatsCovered,
                sent.plus(other.sent),
                stopped || other.stopped);
    }

    private static Set<String> union(Set<String> some, Set<String> more) {
        Set<String> all = new TreeSet<>(some);
        all.addAll(more);
        return all;
    }

    /** Returns a copy of this account with other counts of sent records. */
    DemoAccount with(Sent records) {
        return new DemoAccount(
                matched,
                once,
                twice,
                lost,
                lostBecause,
                silent,
                waiting,
                strays,
                received,
                repeatsRecovered,
                repeatsCovered,
                records,
                stopped);
    }

    long repeats() {
        return repeatsRecovered + repeatsCovered;
    }

    boolean addsUp() {
        return faults().isEmpty();
    }

    /** Returns a sentence for each contradiction between the numbers; an empty list if the numbers add up. */
    List<String> faults() {
        List<String> faults = new ArrayList<>();
        if (silent > 0)
            faults.add(posts(silent, "is missing", "are missing") + ", and the ledger has no entry for it.");
        if (twice > 0) faults.add(posts(twice, "was", "were") + " handed over more than once.");
        long sum = once + twice + lost + silent + waiting;
        if (sum != matched) faults.add("X matched " + matched + " posts, but " + sum + " are accounted for.");
        if (received != once + repeats())
            faults.add(received + " posts came from X, but " + once + " were handed over once and " + repeats()
                    + " dropped as repeats.");
        if (strays > 0) faults.add(posts(strays, "was", "were") + " missed, and no gap of the ledger covers that.");
        if (stopped ? sent.acknowledged > sent.records : sent.acknowledged != sent.records)
            faults.add(sent.records + " records were to be sent on, but there are " + sent.acknowledged
                    + " acknowledgements.");
        if (stopped ? sent.taken > sent.records : sent.taken != sent.records)
            faults.add(sent.records + " records were to be sent on, but the receiver took in " + sent.taken + ".");
        return faults;
    }

    private static String posts(long count, String one, String many) {
        return count == 1 ? "1 post " + one : count + " posts " + many;
    }
}
