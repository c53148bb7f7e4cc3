package io.gapless.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What became of every post that X matched, and of every record that was sent on. Each number is counted by itself, where
 * the thing happens, so that the account can be wrong, and says so. Immutable.
 *
 * @param matched posts that matched the rule, by the emulator's own list
 * @param once posts that the handler was given exactly once
 * @param twice posts that the handler was given more than once
 * @param lost posts that it was not given, in a span that the ledger calls certainly lost
 * @param lostBecause the ledger's reasons for those
 * @param silent posts that it was not given, without a word in the ledger
 * @param waiting posts that were still to be recovered when the demo was stopped
 * @param strays posts that were recovered, or missed during a fault, and that the span of no gap holds
 * @param received posts that came from X, repeats included
 * @param repeatsRecovered repeats dropped where posts were recovered: the library asks for a margin on both sides
 * @param repeatsCovered repeats dropped where two connections bring each post
 * @param sent what became of the records
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
     * What became of the records that were to be sent on.
     *
     * @param records how many there were
     * @param acknowledged how many of them were acknowledged, each time counted
     * @param taken how many the receiver has taken in, each time counted
     * @param recognised batches that came again, and that the receiver knew by their Idempotency-Key
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

    /** With what became of the records that were sent on. */
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

    /** What does not add up, in sentences; empty if the account is right. */
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
