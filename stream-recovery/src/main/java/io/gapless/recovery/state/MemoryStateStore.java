package io.gapless.recovery.state;

import io.gapless.recovery.ledger.Gap;
import io.gapless.recovery.ledger.Gap.Verdict;
import io.gapless.recovery.ledger.Span;
import io.gapless.recovery.ledger.StateException;
import io.gapless.recovery.ledger.StateException.Reason;
import io.gapless.stream.post.Snowflake;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongConsumer;

/**
 * Keeps the state in memory, for tests and simulations. Committed changes survive their owner, as they do on a disk:
 * {@link #close} does nothing, and the next owner uses the same object. Nothing expires. The same object is also the
 * client of the state. Thread-safe.
 */
public final class MemoryStateStore implements StateStore, LeasedClient {
    private final InstantSource clock;
    private boolean full;

    private Optional<Change.Frontier> frontier = Optional.empty();
    private final TreeMap<Long, Gap> gaps = new TreeMap<>();
    private final TreeSet<Long> ids = new TreeSet<>();
    /** How many ids each part has that is not empty, by the part's key. */
    private final TreeMap<Long, Long> partRows = new TreeMap<>();

    private final Map<Long, Instant> timelessIds = new HashMap<>();
    private final Map<Long, DeadLetter> deadLetters = new HashMap<>();
    private final Map<String, String> notes = new HashMap<>();
    private final Map<LocalDate, Long> spent = new HashMap<>();
    /** The requests that have no answer yet, by number. */
    private final TreeMap<Long, StoreRequest> requests = new TreeMap<>();

    private final Map<Long, RequestAnswer> answers = new HashMap<>();

    /**
     * Creates an empty store.
     *
     * @param clock the clock for the time of each request, and for the time at which an id that carries no time is
     *     acknowledged
     */
    public MemoryStateStore(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * Simulates a full disk, or a disk that has room again.
     *
     * @param full true if commits fail from now on, false if they succeed again
     */
    public synchronized void full(boolean full) {
        this.full = full;
    }

    @Override
    public synchronized void commit(List<Change> changes) {
        if (full)
            throw new StateException(
                    Reason.UNWRITABLE, "The store in memory is set to be full. Call full(false) to make room.", null);
        for (Change change : changes) apply(change);
    }

    private void apply(Change change) {
        if (change instanceof Change.Acknowledged it) acknowledge(it.ids());
        else if (change instanceof Change.DeadLettered it) keep(it.letter());
        else if (change instanceof Change.Revived it) deadLetters.remove(it.id());
        else if (change instanceof Change.Frontier it) frontier = Optional.of(it);
        else if (change instanceof Change.GapKept it) gaps.put(it.gap().id(), it.gap());
        else if (change instanceof Change.IdsForgotten it) forget(it.firstKept());
        else if (change instanceof Change.Noted it) notes.put(it.name(), it.value());
        else if (change instanceof Change.Spent it) spent.merge(it.day(), it.posts(), Long::sum);
        else if (change instanceof Change.Answered it) answer(it);
        else throw new AssertionError("Nobody keeps " + change);
    }

    private void acknowledge(long... more) {
        for (long id : more) {
            if (!Snowflake.carriesTime(id)) timelessIds.putIfAbsent(id, clock.instant());
            else if (ids.add(id)) partRows.merge(IdPart.key(id), 1L, Long::sum);
        }
    }

    private void keep(DeadLetter letter) {
        deadLetters.put(letter.id(), letter);
        acknowledge(letter.id());
    }

    private void forget(long firstKept) {
        Set<Long> forgotten = ids.headSet(firstKept);
        for (long id : forgotten) partRows.computeIfPresent(IdPart.key(id), (key, rows) -> rows == 1 ? null : rows - 1);
        forgotten.clear();
        if (Snowflake.carriesTime(firstKept)) {
            Instant oldest = Snowflake.time(firstKept);
            timelessIds.values().removeIf(at -> at.isBefore(oldest));
        }
    }

    private void answer(Change.Answered it) {
        if (requests.remove(it.id()) != null) answers.put(it.id(), it.answer());
    }

    @Override
    public synchronized Remembered remembered() {
        List<Gap> open = gaps.values().stream()
                .filter(gap -> gap.verdict() == Verdict.OPEN)
                .toList();
        return new Remembered(frontier, open, gaps.isEmpty() ? 0 : gaps.lastKey(), notes);
    }

    @Override
    public synchronized void ids(Span created, LongConsumer each) {
        IdRange range = IdRange.of(created);
        ids.subSet(range.first(), true, range.last(), true).forEach(each::accept);
        timelessIds.keySet().forEach(each::accept);
    }

    @Override
    public synchronized Set<IdPart> idParts(Instant since) {
        Set<IdPart> parts = new HashSet<>();
        // Nothing is written twice, so a part changes only when it grows.
        partRows.tailMap(IdPart.key(IdRange.firstId(since)))
                .forEach((key, rows) -> parts.add(new IdPart(key, rows, rows)));
        parts.add(new IdPart(IdPart.TIMELESS, timelessIds.size(), timelessIds.size()));
        return parts;
    }

    @Override
    public synchronized void ids(long firstKey, long lastKey, LongConsumer each) {
        if (firstKey == IdPart.TIMELESS) timelessIds.keySet().forEach(each::accept);
        ids.subSet(IdPart.firstId(firstKey), IdPart.firstId(lastKey + 1)).forEach(each::accept);
    }

    @Override
    public synchronized List<Gap> ledger(Instant since, int limit) {
        return gaps.descendingMap().values().stream()
                .filter(gap -> gap.span().until().isAfter(since))
                .limit(limit)
                .toList();
    }

    @Override
    public synchronized List<DeadLetter> deadLetters(int limit) {
        return deadLetters.values().stream()
                .sorted(Comparator.comparing(DeadLetter::at).thenComparing(DeadLetter::id))
                .limit(limit)
                .toList();
    }

    @Override
    public synchronized long deadLetterCount() {
        return deadLetters.size();
    }

    @Override
    public synchronized long spent(LocalDate day) {
        return spent.getOrDefault(day, 0L);
    }

    @Override
    public synchronized List<StoreRequest> requests() {
        return List.copyOf(requests.values());
    }

    @Override
    public Optional<String> owner() {
        return Optional.of("process " + ProcessHandle.current().pid());
    }

    @Override
    public synchronized long request(StoreRequest.Kind kind, String arguments) {
        long id = requests.size() + answers.size() + 1L;
        requests.put(id, new StoreRequest(id, kind, arguments, clock.instant()));
        return id;
    }

    /**
     * Returns the answer at once, whatever {@code wait} is. In a simulation the owner runs on the same thread, so it
     * could not answer while this thread waits.
     */
    @Override
    public synchronized Optional<RequestAnswer> answer(long id, Duration wait) {
        return Optional.ofNullable(answers.get(id));
    }

    @Override
    public long diskBytes() {
        return 0;
    }

    /** Does nothing, since the next owner uses the same store. */
    @Override
    public void close() {}
}
