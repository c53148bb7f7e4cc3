package io.gapless.connect;

import io.gapless.recovery.ledger.Gap;
import io.gapless.recovery.ledger.Span;
import io.gapless.recovery.ledger.StateException;
import io.gapless.recovery.state.Change;
import io.gapless.recovery.state.DeadLetter;
import io.gapless.recovery.state.IdRange;
import io.gapless.recovery.state.NoteNames;
import io.gapless.recovery.state.StateReader.Remembered;
import io.gapless.stream.post.Snowflake;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the state of one stream as it lies in the offsets of the connector, and knows which offsets have changed. Owns the
 * state. Thread-safe: its lock guards all fields.
 *
 * <p>What is kept is bounded, because each task reads the whole offsets topic: ids of the last hour (a setting), and those
 * around what an open gap still has to recover; the newest {@value #GAPS_KEPT} gaps with a verdict; the posts bought of the
 * last {@value #DAYS_KEPT} days. The ledger topic has all gaps.
 */
final class OffsetState {
    private static final int GAPS_KEPT = 100;
    private static final int DAYS_KEPT = 40;
    private static final int TIMELESS_KEPT = 10_000;
    private static final int SLOTS_AHEAD = 64;
    /** How far around a span that is still to be recovered ids are kept. */
    private static final Duration MARGIN = Duration.ofMinutes(3);

    private static final Duration BETWEEN_SWEEPS = Duration.ofMinutes(1);
    private static final Logger LOG = LoggerFactory.getLogger(OffsetState.class);

    /**
     * How many ids are kept.
     *
     * @param window for how long before the frontier
     * @param charsMax how long their texts may be in all
     */
    record Limits(Duration window, long charsMax) {}

    private final OffsetKeys keys;
    private final Limits limits;
    private final InstantSource clock;
    /** When this state began, in milliseconds since 1970. Each offset has it, so that those of another state are not read. */
    private long begun;

    private Optional<Change.Frontier> frontier = Optional.empty();
    /** From when on this state knows what was received: its first frontier. */
    private Optional<Instant> since = Optional.empty();

    private final TreeMap<Long, Gap> open = new TreeMap<>();
    private final TreeMap<Long, Gap> closed = new TreeMap<>();
    private long lastGapId;
    private final Map<String, String> notes = new TreeMap<>();
    private final TreeMap<LocalDate, Long> spent = new TreeMap<>();
    private final IdBuckets ids = new IdBuckets();
    private final Slots slots = new Slots();
    private final LinkedHashMap<Long, Instant> timeless = new LinkedHashMap<>();
    private final Map<Long, DeadLetter> deadLetters = new HashMap<>();

    private final Set<Map<String, String>> changed = new LinkedHashSet<>();
    /** The main offset as it was read, or as it was last taken; null before both. */
    private @Nullable Map<String, Object> lastMain;

    private int slotsNoted;
    private Instant nextSweep = Instant.MIN;
    private boolean warned;

    private OffsetState(OffsetKeys keys, Limits limits, InstantSource clock) {
        this.keys = keys;
        this.limits = limits;
        this.clock = clock;
        begun = clock.millis();
    }

    /**
     * Reads the state from the offsets. Throws {@link StateException} if the offsets are there, but are not what a task has
     * written.
     */
    static OffsetState read(int partition, OffsetReader reader, Limits limits, InstantSource clock) {
        OffsetKeys keys = new OffsetKeys(partition);
        OffsetState state = new OffsetState(keys, limits, clock);
        Map<String, Object> main = reader.read(List.of(keys.state())).get(keys.state());
        try {
            if (main != null) state.restore(main, reader);
        } catch (RuntimeException e) {
            throw damaged(partition, e);
        }
        return state;
    }

    /** Returns the stream of X whose state this is; empty if nothing was noted yet. Throws as {@link #read} does. */
    static Optional<String> stream(int partition, Map<String, Object> main) {
        try {
            return Optional.ofNullable(OffsetText.notes(main).get(NoteNames.STREAM));
        } catch (RuntimeException e) {
            throw damaged(partition, e);
        }
    }

    private static StateException damaged(int partition, RuntimeException cause) {
        return new StateException(
                StateException.Reason.DAMAGED,
                "The offsets of partition " + partition + " of this connector cannot be read: " + cause.getMessage()
                        + " Gapless writes them, and nothing else may. Restore the offsets topic, or "
                        + OffsetKeys.BEGIN_AGAIN
                        + ": it then begins with the posts from now on.",
                cause);
    }

    private @Nullable Map<String, Object> value(OffsetReader reader, Map<String, String> key) {
        Map<String, Object> value = reader.read(List.of(key)).get(key);
        return value != null && OffsetText.begun(value) == begun ? value : null;
    }

    private void restore(Map<String, Object> main, OffsetReader reader) {
        lastMain = main;
        begun = OffsetText.begun(main);
        frontier = OffsetText.frontier(main);
        since = OffsetText.since(main);
        for (Gap gap : OffsetText.gaps(main)) open.put(gap.id(), gap);
        lastGapId = OffsetText.lastGapId(main);
        notes.putAll(OffsetText.notes(main));
        spent.putAll(OffsetText.spent(main));
        timeless.putAll(OffsetText.timeless(main));
        slotsNoted = OffsetText.slots(main);
        Map<String, Object> ledger = value(reader, keys.ledger());
        if (ledger != null) for (Gap gap : OffsetText.gaps(ledger)) closed.put(gap.id(), gap);
        Map<String, Object> letters = value(reader, keys.deadLetters());
        if (letters != null) for (DeadLetter one : OffsetText.deadLetters(letters)) deadLetters.put(one.id(), one);
        // The slots of a batch may be there although the state that notes them is not.
        int from = 0;
        int until = slotsNoted + SLOTS_AHEAD;
        while (restoreSlots(from, until, reader)) {
            from = until;
            until += SLOTS_AHEAD;
        }
    }

    /** Restores some slots. Returns whether there is any of them. */
    private boolean restoreSlots(int from, int until, OffsetReader reader) {
        Map<Map<String, String>, @Nullable Map<String, Object>> found =
                reader.read(IntStream.range(from, until).mapToObj(keys::ids).toList());
        boolean any = false;
        for (int slot = from; slot < until; slot++) {
            Map<String, Object> value = found.get(keys.ids(slot));
            if (value == null || OffsetText.begun(value) != begun) continue;
            any = true;
            if (OffsetText.ids(value).isEmpty()) continue;
            slots.restore(slot, OffsetText.bucket(value));
            ids.restore(OffsetText.bucket(value), OffsetText.ids(value));
        }
        return any;
    }

    // ---- changes ---------------------------------------------------------------------------------------------------

    /** Returns the changes that are not here yet. The ids of posts came with the posts themselves. */
    synchronized List<Change> missing(List<Change> changes) {
        return changes.stream().filter(change -> !isHere(change)).toList();
    }

    private boolean isHere(Change change) {
        if (change instanceof Change.Answered) return true;
        if (!(change instanceof Change.Acknowledged it)) return false;
        for (long id : it.ids()) if (!Snowflake.carriesTime(id) && !timeless.containsKey(id)) return false;
        return ids.holdAll(
                LongStream.of(it.ids()).filter(Snowflake::carriesTime).toArray());
    }

    synchronized void apply(List<Change> changes) {
        for (Change change : changes) apply(change);
        // Last, because a gap that comes with the frontier needs ids, too.
        frontier.ifPresent(it -> sweep(it.at()));
    }

    private void apply(Change change) {
        if (change instanceof Change.Acknowledged it) acknowledge(it.ids());
        else if (change instanceof Change.DeadLettered it) keep(it.letter());
        else if (change instanceof Change.Revived it) revive(it.id());
        else if (change instanceof Change.Frontier it) move(it);
        else if (change instanceof Change.GapKept it) keep(it.gap());
        else if (change instanceof Change.IdsForgotten it) forget(it.firstKept());
        else if (change instanceof Change.Noted it) change(() -> notes.put(it.name(), it.value()));
        else if (change instanceof Change.Spent it) change(() -> spent.merge(it.day(), it.posts(), Long::sum));
        else if (!(change instanceof Change.Answered)) throw new AssertionError("Nobody keeps " + change);
    }

    private void change(Runnable what) {
        what.run();
        changed.add(keys.state());
    }

    /**
     * Adds the ids of posts that are about to be sent to Kafka, and returns the offsets that their records carry. An offset of
     * ids that changes only by these posts needs no other record.
     *
     * @param stateBefore the main offset, for the posts whose ids it holds, or that are not kept
     * @param batch the ids, in the order of the records
     */
    synchronized List<PostOffset> receive(Map<String, Object> stateBefore, long... batch) {
        Set<Map<String, String>> changedBefore = Set.copyOf(changed);
        Map<Long, long[]> before = new HashMap<>();
        for (long id : batch) if (Snowflake.carriesTime(id)) before.computeIfAbsent(IdBuckets.bucket(id), ids::ids);
        acknowledge(batch);
        List<PostOffset> offsets = new ArrayList<>();
        for (int i = 0; i < batch.length; i++) {
            Map<String, String> key = keyOf(batch[i]);
            if (key.equals(keys.state())) {
                offsets.add(new PostOffset(key, stateBefore));
                continue;
            }
            long bucket = IdBuckets.bucket(batch[i]);
            long[] there = before.getOrDefault(bucket, new long[0]);
            offsets.add(new PostOffset(key, new IdsUpTo(begun, bucket, there, batch, i + 1)));
            if (!changedBefore.contains(key)) changed.remove(key);
        }
        return offsets;
    }

    /** Adds the ids of posts that are acknowledged. */
    synchronized void acknowledge(long... more) {
        changed(ids.add(LongStream.of(more).filter(Snowflake::carriesTime).toArray()));
        for (long id : more) {
            if (!Snowflake.carriesTime(id)) change(() -> timeless.putIfAbsent(id, clock.instant()));
        }
        while (timeless.size() > TIMELESS_KEPT)
            timeless.remove(timeless.keySet().iterator().next());
        Set<Long> gone = ids.keepNewest(limits.charsMax());
        changed(gone);
        if (!gone.isEmpty() && !warned) {
            warned = true;
            LOG.warn(
                    "The ids of posts take more than {} characters in the offsets, so the oldest are forgotten early. Posts"
                            + " that are recovered from before {} may come twice. Shorten ids.window.ms, or raise"
                            + " ids.max.bytes.",
                    limits.charsMax(),
                    IdBuckets.span(Collections.max(gone)).until());
        }
    }

    private void changed(Set<Long> buckets) {
        for (long bucket : buckets) {
            if (ids.text(bucket) != null) changed.add(keys.ids(slots.take(bucket)));
            else slots.release(bucket).ifPresent(slot -> changed.add(keys.ids(slot)));
        }
        if (slots.count() <= slotsNoted) return;
        // Some more than there are, so that the state does not change with each of them.
        slotsNoted = slots.count() + SLOTS_AHEAD;
        changed.add(keys.state());
    }

    private void keep(DeadLetter letter) {
        deadLetters.put(letter.id(), letter);
        changed.add(keys.deadLetters());
        acknowledge(letter.id());
    }

    private void revive(long id) {
        if (deadLetters.remove(id) != null) changed.add(keys.deadLetters());
    }

    private void keep(Gap gap) {
        lastGapId = Math.max(lastGapId, gap.id());
        changed.add(keys.state());
        if (gap.verdict() == Gap.Verdict.OPEN) {
            open.put(gap.id(), gap);
            return;
        }
        open.remove(gap.id());
        closed.put(gap.id(), gap);
        while (closed.size() > GAPS_KEPT) closed.pollFirstEntry();
        changed.add(keys.ledger());
    }

    private void forget(long firstKept) {
        changed(ids.forgetBelow(firstKept));
        if (!Snowflake.carriesTime(firstKept)) return;
        Instant oldest = Snowflake.time(firstKept);
        if (timeless.values().removeIf(at -> at.isBefore(oldest))) changed.add(keys.state());
    }

    private void move(Change.Frontier it) {
        frontier = Optional.of(it);
        if (since.isEmpty()) since = Optional.of(it.at());
        changed.add(keys.state());
    }

    private void sweep(Instant now) {
        if (now.isBefore(nextSweep)) return;
        nextSweep = now.plus(BETWEEN_SWEEPS);
        spent.headMap(now.atOffset(ZoneOffset.UTC).toLocalDate().minusDays(DAYS_KEPT))
                .clear();
        List<Span> needed = needed(now);
        changed(ids.keepOnly(
                bucket -> needed.stream().anyMatch(span -> span.common(bucket).isPresent())));
    }

    /** Returns the spans whose ids are kept: the last hour, and what open gaps still have to recover. */
    private List<Span> needed(Instant now) {
        Stream<Span> fetched = open.values().stream()
                .flatMap(gap ->
                        Stream.concat(gap.uncovered().stream(), gap.running().map(run -> run.step()
                                .span())))
                .map(span -> new Span(span.from().minus(MARGIN), span.until().plus(MARGIN)));
        return Stream.concat(Stream.of(new Span(now.minus(limits.window()), Instant.MAX)), fetched)
                .toList();
    }

    /** Returns the offsets that have changed since the last call, in the order in which they changed. */
    synchronized Map<Map<String, String>, Map<String, Object>> takeChanged() {
        Map<Map<String, String>, Map<String, Object>> taken = new LinkedHashMap<>();
        for (Map<String, String> key : changed) taken.put(key, value(key));
        Map<String, Object> main = taken.get(keys.state());
        if (main != null) lastMain = main;
        changed.clear();
        return taken;
    }

    private Map<String, Object> value(Map<String, String> key) {
        if (key.equals(keys.state()))
            return OffsetText.state(
                    begun, frontier, since, open.values(), lastGapId, notes, spent, timeless, slotsNoted);
        if (key.equals(keys.ledger())) return OffsetText.gaps(begun, closed.values());
        if (key.equals(keys.deadLetters())) return OffsetText.deadLetters(begun, oldestFirst());
        int slot = Integer.parseInt(String.valueOf(key.get("slot")));
        String text = slots.isTaken(slot) ? ids.text(slots.bucket(slot)) : null;
        return text == null ? OffsetText.noIds(begun) : OffsetText.ids(begun, slots.bucket(slot), text);
    }

    /** Returns the key of the offset that holds the id of a post; that of the state if the id is not kept any more. */
    synchronized Map<String, String> keyOf(long id) {
        OptionalInt slot = Snowflake.carriesTime(id) ? slots.of(IdBuckets.bucket(id)) : OptionalInt.empty();
        return slot.isPresent() ? keys.ids(slot.getAsInt()) : keys.state();
    }

    Map<String, String> stateKey() {
        return keys.state();
    }

    /** Returns the main offset without the changes that were not taken yet. */
    synchronized Map<String, Object> stateValue() {
        Map<String, Object> main = lastMain;
        return main == null ? value(keys.state()) : main;
    }

    // ---- reads -----------------------------------------------------------------------------------------------------

    synchronized boolean isNew() {
        return frontier.isEmpty() && lastGapId == 0 && notes.isEmpty();
    }

    synchronized Optional<Instant> since() {
        return since;
    }

    synchronized Remembered remembered() {
        return new Remembered(frontier, List.copyOf(open.values()), lastGapId, notes);
    }

    synchronized List<Gap> openGaps() {
        return List.copyOf(open.values());
    }

    synchronized void ids(Span created, LongConsumer each) {
        IdRange range = IdRange.of(created);
        ids.forEach(range.first(), range.last(), each);
        timeless.keySet().forEach(each::accept);
    }

    synchronized long idChars() {
        return ids.chars();
    }

    synchronized List<Gap> ledger(Instant from, int limit) {
        return Stream.concat(open.values().stream(), closed.values().stream())
                .filter(gap -> gap.span().until().isAfter(from))
                .sorted(Comparator.comparing(Gap::id).reversed())
                .limit(limit)
                .toList();
    }

    synchronized List<DeadLetter> deadLetters(int limit) {
        return oldestFirst().stream().limit(limit).toList();
    }

    private List<DeadLetter> oldestFirst() {
        return deadLetters.values().stream()
                .sorted(Comparator.comparing(DeadLetter::at).thenComparing(DeadLetter::id))
                .toList();
    }

    synchronized long deadLetterCount() {
        return deadLetters.size();
    }

    synchronized long spent(LocalDate day) {
        return spent.getOrDefault(day, 0L);
    }
}
