package io.gapless.recovery.outbox;

import io.gapless.recovery.Machine;
import io.gapless.recovery.outbox.SenderFailure.Kind;
import io.gapless.recovery.outbox.SimulatedReceiver.Came;
import io.gapless.recovery.outbox.SimulatedReceiver.Got;
import io.gapless.recovery.outbox.SimulatedTable.Row;
import io.gapless.stream.seam.VirtualTime;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Knows the table and the receiver, and watches every poll, request and event from outside. */
final class SenderJudge implements SimulatedReceiver.Watcher, SimulatedTable.Watcher {
    private static final Duration CLOCK_MARGIN = Duration.ofSeconds(5);
    private static final long LEEWAY_NANOS = Duration.ofMinutes(3).toNanos();
    private static final long SECOND_NANOS = Duration.ofSeconds(1).toNanos();
    private static final long NEVER = Long.MIN_VALUE / 2;
    /** What is said of no record. */
    private static final Pattern NO_REFUSAL = Pattern.compile("HTTP (20[0-6]|3|5|401|403|404|429)");

    private static final int BREAKER_FAILURES = 6;
    private static final Duration BREAKER_PAUSE = Duration.ofSeconds(59);

    private final VirtualTime world;
    private final SenderDay day;
    private final SenderLog log;
    SimulatedReceiver receiver;
    SimulatedTable table;

    // What holds over all lives.
    private final Map<String, String> bodies = new HashMap<>();
    private final Map<String, Long> newest = new HashMap<>();
    private final Set<Long> delivered = new HashSet<>();
    private final Set<Long> acknowledgedVersions = new HashSet<>();
    private final Map<String, List<Long>> sent = new HashMap<>();
    private final Map<Long, Set<String>> keysOf = new HashMap<>();
    private final Set<Long> toldEver = new HashSet<>();
    private final Set<Long> lost = new HashSet<>();
    /** Rows of a poll that was committed; each is received, set aside, or replaced in the end. */
    private final Map<Long, Row> collected = new HashMap<>();

    private boolean resent;

    // What holds in one life.
    private @Nullable Machine machine;
    private @Nullable Sender sender;
    private boolean closing;
    private final List<Row> told = new ArrayList<>();
    private boolean previewing;
    private boolean countable;
    private final List<SenderEvent> sinceCollected = new ArrayList<>();
    private boolean clocksDiffered;
    private boolean markWasAhead;
    /** What the last poll has found that was committed. */
    private final Set<Long> toldLast = new HashSet<>();

    private int failuresInARow;
    private long lastRequestNanos = NEVER;
    private long leaveAloneNanos = NEVER;
    private long keptUntilNanos = NEVER;
    private long lastPollNanos = NEVER;
    private Instant lastPollSlot = Instant.MIN;
    private Instant pollAt = Instant.MIN;
    private long pollNanos = NEVER;
    private Instant collectedAt = Instant.MIN;
    private long lastAcknowledgedNanos = NEVER;
    private long lastIntervalNanos = NEVER;
    private boolean overdueTold;
    private boolean acknowledgedInLife;
    private @Nullable Instant retryAt;
    /** How often something was left that waits. */
    private int gaveUp;

    private int refusedInARow;
    private String refusedWords = "";
    private final List<Asked> asked = new ArrayList<>();

    private record Asked(CompletableFuture<SentInterval> sent, Duration atMost, long atNanos, int gaveUpBefore) {}

    SenderJudge(VirtualTime world, SenderDay day, SenderLog log) {
        this.world = world;
        this.day = day;
        this.log = log;
    }

    private void fail(Kind kind, String what) {
        log.fail(kind, what);
    }

    private long now() {
        return world.nanoTime();
    }

    void begins(Machine on, Sender of) {
        machine = on;
        sender = of;
        closing = false;
        told.clear();
        sinceCollected.clear();
        clocksDiffered = false;
        markWasAhead = false;
        failuresInARow = 0;
        lastRequestNanos = NEVER;
        leaveAloneNanos = NEVER;
        lastPollNanos = now();
        lastAcknowledgedNanos = NEVER;
        lastIntervalNanos = now();
        overdueTold = false;
        acknowledgedInLife = false;
        retryAt = null;
        asked.clear();
        refusedInARow = 0;
        keep(Duration.ZERO);
    }

    void ends() {
        // Nobody has heard whether that poll was committed.
        for (Row row : told) toldEver.add(row.version());
        machine = null;
        sender = null;
    }

    void closes() {
        closing = true;
    }

    /** A copy was put back: what came since may come again. */
    void putBack() {
        newest.clear();
        toldLast.clear();
    }

    /** Something may keep the sender for so long. */
    void keep(Duration length) {
        keptUntilNanos = Math.max(keptUntilNanos, now() + length.toNanos());
    }

    /** Nothing that was told of a time holds any more. */
    void clockSet() {
        retryAt = null;
        keep(Duration.ZERO);
        lastPollNanos = now();
    }

    /** Somebody has asked for what changes the counts of intervals. */
    void resent() {
        resent = true;
        retryAt = null;
    }

    // ---- the table
    // -------------------------------------------------------------------------------------------------

    @Override
    public void asked(Instant source) {
        told.clear();
        countable = true;
        if (previewing || machine == null) return;
        lastPollSlot = day.schedule.slotAtOrBefore(machine.instant());
        lastPollNanos = now();
        pollAt = world.instant();
        pollNanos = now();
        Duration tolerance = Reach.tolerance(day.overlap);
        Duration ahead = Duration.between(machine.instant(), source);
        boolean differ = ahead.abs().compareTo(tolerance.plus(CLOCK_MARGIN)) > 0;
        boolean agree = ahead.abs().compareTo(tolerance.minus(CLOCK_MARGIN)) < 0;
        if (differ && !clocksDiffered) expect(SenderEvent.SourceClockDiffers.class);
        if (differ || agree) clocksDiffered = differ;
        Instant present = ahead.compareTo(tolerance) > 0 ? machine.instant() : source;
        Optional<Instant> mark =
                sender == null ? Optional.empty() : sender.status().collectedUntil();
        boolean isAhead =
                mark.isPresent() && mark.get().isAfter(present.plus(tolerance).plus(CLOCK_MARGIN));
        if (isAhead && !markWasAhead) expect(SenderEvent.MarkAhead.class);
        markWasAhead = isAhead;
    }

    /** Told by the time that something else comes. */
    private void expect(Class<? extends SenderEvent> kind) {
        Machine of = machine;
        long before = sinceCollected.stream().filter(kind::isInstance).count();
        world.after(Duration.ofMinutes(10), () -> {
            if (of != machine || closing) return;
            long since = sinceCollected.stream().filter(kind::isInstance).count();
            if (since <= before
                    && toldKinds.getOrDefault(kind, NEVER)
                            < now() - Duration.ofMinutes(10).toNanos()) fail(Kind.UNTOLD, kind.getSimpleName());
        });
    }

    private final Map<Class<?>, Long> toldKinds = new HashMap<>();

    @Override
    public void began(Instant from, Instant until) {
        // One row alone, as a record that was set aside is read again.
        if (from.plus(1, ChronoUnit.MICROS).equals(until)) countable = false;
        log.say("poll from " + from + " until " + until);
    }

    @Override
    public void told(Row row) {
        if (!previewing) told.add(row);
    }

    /** When the last poll was made that was committed. */
    Instant collectedAt() {
        return collectedAt;
    }

    private void collected(SentInterval interval) {
        collectedAt = pollAt;
        keep(Duration.ZERO);
        List<Row> rows = List.copyOf(told);
        told.clear();
        long counted = interval.records() + interval.unchanged() + interval.older();
        if (countable && !resent && counted != rows.size())
            fail(
                    Kind.NOT_COUNTED,
                    "interval %d: %d rows, %d records, %d unchanged, %d older"
                            .formatted(
                                    interval.id(),
                                    rows.size(),
                                    interval.records(),
                                    interval.unchanged(),
                                    interval.older()));
        if (interval.quarantined() > 0
                && !resent
                && saw(SenderEvent.RowsQuarantined.class).isEmpty())
            fail(Kind.UNTOLD, "rows that cannot be sent, in interval " + interval.id());
        for (SenderEvent.RowsQuarantined one : saw(SenderEvent.RowsQuarantined.class)) {
            boolean named = rows.stream()
                    .anyMatch(row -> !row.kind().canBeSent() && one.describe().contains(row.key()));
            if (!named) fail(Kind.TOLD_WITHOUT_CAUSE, one.describe());
        }
        checkShared(rows);
        checkComputed(rows);
        Map<String, Row> newestOf = new HashMap<>();
        for (Row row : rows) {
            Row other = newestOf.get(row.key());
            // Of rows that share their key only the newest goes out.
            if (other == null || row.stamp().isAfter(other.stamp())) newestOf.put(row.key(), row);
        }
        for (Row row : newestOf.values()) if (row.kind().canBeSent()) collected.put(row.version(), row);
        toldLast.clear();
        for (Row row : rows) {
            toldEver.add(row.version());
            toldLast.add(row.version());
        }
        sinceCollected.clear();
        // What a source that has come back brings is sent at once, with all that waits.
        retryAt = null;
    }

    private void notCollected() {
        countable = false;
        // A poll that took its time kept the sender meanwhile.
        if (pollAt.isBefore(world.instant()) && pollNanos == lastPollNanos) keep(Duration.ZERO);
        lastPollNanos = now();
        if (machine != null) lastPollSlot = day.schedule.slotAtOrBefore(machine.instant());
    }

    private <E extends SenderEvent> List<E> saw(Class<E> kind) {
        return sinceCollected.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    private void checkShared(List<Row> rows) {
        Map<String, Row> first = new HashMap<>();
        boolean shared = false;
        for (Row row : rows) {
            Row other = first.putIfAbsent(row.key(), row);
            if (other == null || other.row() == row.row()) continue;
            shared |= !toldEver.contains(row.version()) && !toldEver.contains(other.version());
        }
        if (shared && saw(SenderEvent.KeysShared.class).isEmpty()) fail(Kind.UNTOLD, "two rows with one key");
    }

    /** A column that is computed at each poll is named, once a row with it comes under its stamp again. */
    private void checkComputed(List<Row> rows) {
        for (Row row : rows) {
            if (row.kind() != SimulatedTable.Kind.COMPUTED_COLUMN) continue;
            if (!toldLast.contains(row.version())) continue;
            boolean named = saw(SenderEvent.ChangedUnderOneStamp.class).stream()
                    .anyMatch(event -> event.columns().contains("seen"));
            if (!named && !resent) fail(Kind.UNTOLD, "the column that is computed at each poll");
        }
    }

    // ---- the receiver
    // -------------------------------------------------------------------------------------------------

    @Override
    public void came(Got got) {
        log.say("request " + got.idempotencyKey() + " of " + got.records().size());
        log.mix(got.records().size());
        String before = bodies.putIfAbsent(got.idempotencyKey(), got.body());
        if (before != null && !before.equals(got.body()))
            fail(Kind.KEY_WITH_TWO_CONTENTS, got.idempotencyKey() + ": " + before + " and " + got.body());
        sent.put(got.idempotencyKey(), got.records().stream().map(Came::version).toList());
        if (got.records().isEmpty()) fail(Kind.CONTENT_WRONG, "a request without records");
        if (day.byService
                && got.records().stream().map(Came::service).distinct().count() > 1)
            fail(Kind.SERVICES_MIXED, got.body());
        for (Came one : got.records()) checkContent(one);
        checkTime();
        lastRequestNanos = now();
        retryAt = null;
        keep(day.requestTimeout);
    }

    private void checkContent(Came came) {
        Row row = table.versions.get(came.version());
        boolean right = row != null
                && row.kind().canBeSent()
                && row.key().equals(came.key())
                && row.status() == came.fields().path("status_id").asInt()
                && row.opened()
                        .toString()
                        .equals(came.fields().path("opening_date").asText())
                && (row.kind() == SimulatedTable.Kind.COMPUTED_STAMP
                        || row.stamp()
                                .truncatedTo(ChronoUnit.SECONDS)
                                .toString()
                                .equals(came.fields().path("last_modified_date").asText()));
        if (!right) fail(Kind.CONTENT_WRONG, came.fields() + " of " + row);
    }

    private void checkTime() {
        Machine on = machine;
        if (on == null) return;
        if (now() < leaveAloneNanos - SECOND_NANOS)
            fail(Kind.TOO_EARLY, "the receiver asked to wait " + Duration.ofNanos(leaveAloneNanos - now()) + " more");
        if (failuresInARow >= BREAKER_FAILURES && now() - lastRequestNanos < BREAKER_PAUSE.toNanos())
            fail(
                    Kind.TOO_EARLY,
                    failuresInARow + " failures in a row, and again after "
                            + Duration.ofNanos(now() - lastRequestNanos));
        boolean byHand = asked.stream().anyMatch(one -> !one.sent().isDone());
        Instant told = retryAt;
        if (told != null && !byHand && on.instant().isBefore(told.minusSeconds(1)))
            fail(Kind.TOO_EARLY, "the next try was told to be at " + told + ", and it is " + on.instant());
        if (!byHand && !day.schedule.isOpen(on.instant())) fail(Kind.OUTSIDE_WINDOW, "a request at " + on.instant());
    }

    @Override
    public void taken(Got got, Came record) {
        long version = record.version();
        log.mix(version);
        Set<String> keys = keysOf.computeIfAbsent(version, any -> new HashSet<>());
        boolean again = !keys.add(got.idempotencyKey());
        Long last = newest.get(record.key());
        if (!again && last != null && version < last && day.hasOrder() && !lostOrder(record))
            fail(Kind.OUT_OF_ORDER, record.key() + ": version " + version + " after " + last);
        boolean old = last != null && version < last;
        if (!again && old && delivered.contains(version) && day.tellsOldRows())
            fail(Kind.OUT_OF_ORDER, record.key() + ": version " + version + " once more, after " + last);
        if (!again && acknowledgedVersions.contains(version) && day.sendsOnce() && !lostOrder(record))
            fail(Kind.SENT_TWICE, record.key() + ": version " + version);
        if (last == null || version > last) newest.put(record.key(), version);
        delivered.add(version);
    }

    private boolean lostOrder(Came record) {
        Row row = table.versions.get(record.version());
        return row == null || row.kind() != SimulatedTable.Kind.GOOD;
    }

    @Override
    public void transientAnswer(Duration leaveAlone) {
        failuresInARow++;
        Duration believed = leaveAlone.compareTo(Duration.ofDays(1)) > 0 ? Duration.ofDays(1) : leaveAlone;
        leaveAloneNanos = Math.max(leaveAloneNanos, now() + believed.toNanos());
        keep(believed);
    }

    @Override
    public void finalAnswer() {
        failuresInARow = 0;
    }

    // ---- the sender
    // -------------------------------------------------------------------------------------------------

    void onEvent(SenderEvent event) {
        log.say(event.getClass().getSimpleName() + ": " + event.describe());
        log.mix(event.getClass().getSimpleName().hashCode());
        sinceCollected.add(event);
        toldKinds.put(event.getClass(), now());
        if (event instanceof SenderEvent.Collected it) collected(it.interval());
        else if (event instanceof SenderEvent.NotCollected) notCollected();
        else if (event instanceof SenderEvent.BatchAcknowledged it) acknowledged(it);
        else if (event instanceof SenderEvent.BatchPartlyAcknowledged it) partlyAcknowledged(it);
        else if (event instanceof SenderEvent.IntervalAcknowledged it) intervalAcknowledged(it.interval());
        else if (event instanceof SenderEvent.RecordQuarantined it) quarantined(it);
        else if (event instanceof SenderEvent.AllRefused) gaveUp++;
        else if (event instanceof SenderEvent.BatchGivenUp) gaveUp++;
        else if (event instanceof SenderEvent.RetryScheduled it) retryAt = it.nextTry();
        else if (event instanceof SenderEvent.Overdue) overdue();
        else if (event instanceof SenderEvent.Failed it) fail(Kind.DEFECT, "the thread died of " + it.cause());
    }

    private void acknowledged(SenderEvent.BatchAcknowledged event) {
        lastAcknowledgedNanos = now();
        refusedInARow = 0;
        if (!receiver.hasAcknowledged(event.key())) fail(Kind.NOT_ACKNOWLEDGED, event.describe());
        acknowledgedVersions.addAll(sent.getOrDefault(event.key(), List.of()));
    }

    private void partlyAcknowledged(SenderEvent.BatchPartlyAcknowledged event) {
        gaveUp++;
        if (event.acknowledged() > 0) {
            lastAcknowledgedNanos = now();
            refusedInARow = 0;
        }
        if (receiver.hasNamed(event.key()) != event.acknowledged()) fail(Kind.NOT_ACKNOWLEDGED, event.describe());
    }

    private void intervalAcknowledged(SentInterval interval) {
        if (interval.records() != interval.acknowledged() + interval.quarantined())
            fail(Kind.COUNTS_DIFFER, interval.toString());
        boolean inOrder = sender == null
                || sender.history(200).stream()
                        .noneMatch(one ->
                                one.id() < interval.id() && one.acknowledgedAt().isEmpty());
        if (!inOrder) return;
        acknowledgedInLife = true;
        lastIntervalNanos = now();
        overdueTold = false;
    }

    private void quarantined(SenderEvent.RecordQuarantined event) {
        if (NO_REFUSAL.matcher(event.reason()).lookingAt()) fail(Kind.SET_ASIDE_NEEDLESSLY, event.describe());
        String words = RefusalRun.alike(event.reason());
        refusedInARow = words.equals(refusedWords) ? refusedInARow + 1 : 1;
        refusedWords = words;
        if (refusedInARow > RefusalRun.REFUSAL_OF_ALL)
            fail(Kind.SET_ASIDE_NEEDLESSLY, refusedInARow + " records in a row with the words " + words);
    }

    private void overdue() {
        long late = now() - lastIntervalNanos;
        if (acknowledgedInLife && late < day.schedule.every().plus(day.grace).toNanos() - SECOND_NANOS)
            fail(Kind.TOLD_WITHOUT_CAUSE, "overdue " + Duration.ofNanos(late) + " after an acknowledgement");
        overdueTold = true;
    }

    /** Somebody asks to have all sent now. */
    void asks(CompletableFuture<SentInterval> sent, Duration atMost) {
        Asked one = new Asked(sent, atMost, now(), gaveUp);
        asked.add(one);
        retryAt = null;
        Machine of = machine;
        sent.whenComplete((interval, failure) -> {
            if (machine == of && of != null && !of.isDead() && !closing) answered(one, interval);
        });
    }

    private void answered(Asked one, @Nullable SentInterval interval) {
        asked.remove(one);
        keep(Duration.ZERO);
        if (interval == null || interval.acknowledgedAt().isPresent() || gaveUp > one.gaveUpBefore()) return;
        long since = now() - Math.max(one.atNanos(), lastAcknowledgedNanos);
        if (since < one.atMost().toNanos() - SECOND_NANOS)
            fail(Kind.GAVE_UP_EARLY, "after " + Duration.ofNanos(since) + " of " + one.atMost() + ": " + interval);
    }

    // ---- whoever looks
    // -------------------------------------------------------------------------------------------------

    /** Looks at what goes on, every few minutes. */
    void look(boolean sourceFails) {
        Sender of = sender;
        Machine on = machine;
        if (of == null || on == null || closing) return;
        if (on.isDead()) return;
        Instant clock = on.instant();
        if (!day.schedule.isOpen(clock)) {
            keep(Duration.between(clock, day.schedule.slotAfter(clock)));
            return;
        }
        checkAsked();
        long waiting = of.status().waitingBatches();
        if (waiting == 0) keep(Duration.ZERO);
        long still = now() - Math.max(keptUntilNanos, lastRequestNanos);
        if (still > day.tryAgainEvery.toNanos() + LEEWAY_NANOS)
            fail(Kind.HELD_UP, waiting + " batches wait, and no request came for " + Duration.ofNanos(still));
        Instant told = retryAt;
        if (told != null && clock.isAfter(told.plusSeconds(120)) && waiting > 0 && now() > keptUntilNanos)
            fail(Kind.RETRY_LATE, "the next try was told to be at " + told + ", and it is " + clock);
        long sincePoll = now() - lastPollNanos;
        Duration slotAgo = Duration.between(day.schedule.slotAtOrBefore(clock), clock);
        boolean isCollected = lastPollSlot.equals(day.schedule.slotAtOrBefore(clock));
        // Whoever asks is served to the end before the slot is.
        if (!sourceFails
                && !isCollected
                && asked.isEmpty()
                && now() - keptUntilNanos > LEEWAY_NANOS
                && slotAgo.toNanos() > LEEWAY_NANOS
                && sincePoll > slotAgo.toNanos() + LEEWAY_NANOS)
            fail(
                    Kind.SLOT_MISSED,
                    "the slot of " + slotAgo + " ago, last poll " + Duration.ofNanos(sincePoll) + " ago");
        long late = now() - lastIntervalNanos;
        long lateAfter = day.schedule.every().plus(day.grace).toNanos();
        if (late > lateAfter + LEEWAY_NANOS && !overdueTold)
            fail(Kind.UNTOLD, "nothing acknowledged for " + Duration.ofNanos(late));
    }

    private void checkAsked() {
        for (Asked one : List.copyOf(asked)) {
            long since = now() - Math.max(Math.max(one.atNanos(), lastAcknowledgedNanos), keptUntilNanos);
            if (one.sent().isDone() || since <= one.atMost().toNanos() + LEEWAY_NANOS) continue;
            asked.remove(one);
            fail(Kind.NEVER_COMPLETED, "asked for " + Duration.ofNanos(now() - one.atNanos()) + " ago");
        }
    }

    /** Looks at what would be sent; that changes nothing. */
    void preview() {
        Sender of = sender;
        if (of == null) return;
        SenderStatus status = of.status();
        List<SentInterval> history = of.history(5);
        previewing = true;
        table.isPreviewed = true;
        try {
            of.preview(body -> {});
        } catch (IllegalStateException e) {
            log.say("no preview: " + e.getMessage());
        } finally {
            previewing = false;
            table.isPreviewed = false;
        }
        if (!status.equals(of.status()) || !history.equals(of.history(5)))
            fail(Kind.LOOKING_CHANGED, status + " became " + of.status());
    }

    // ---- the end
    // -------------------------------------------------------------------------------------------------

    /** What must be true when all has been well for a while. */
    void checkEnd() {
        Sender of = sender;
        if (of == null) {
            fail(Kind.NOT_CONVERGED, "the process is down");
            return;
        }
        SenderStatus status = of.status();
        if (status.waitingBatches() > 0 || status.waitingRecords() > 0) fail(Kind.NOT_CONVERGED, status.toString());
        if (!asked.isEmpty()) fail(Kind.NEVER_COMPLETED, asked.toString());
        Map<String, List<Row>> rows = new HashMap<>();
        for (Row row : table.rows())
            rows.computeIfAbsent(row.key(), key -> new ArrayList<>()).add(row);
        Set<String> aside = new HashSet<>();
        for (QuarantinedRecord one : of.quarantined(100_000)) aside.add(one.id());
        Instant end = table.now();
        rows.forEach((key, ofKey) -> {
            if (ofKey.size() == 1) checkEnd(ofKey.get(0), aside.contains(key), end);
            else checkSharedEnd(key, ofKey, end);
        });
        collected.forEach((version, row) -> {
            boolean present = receiver.received.containsKey(version);
            Came last = receiver.state.get(row.key());
            boolean replaced = last != null && last.version() > version;
            if (!present && !replaced && !aside.contains(row.key()) && rows.containsKey(row.key()) && day.hasOrder())
                fail(Kind.LOST, row.toString());
        });
        for (SentInterval one : of.history(10_000)) {
            if (one.records() != one.acknowledged() + one.quarantined()) fail(Kind.COUNTS_DIFFER, one.toString());
        }
    }

    private boolean isPromised(Row row, Instant end) {
        // What is stamped by a clock that was ahead comes when that time has come.
        boolean due = row.stamp().isBefore(day.calmAt.plus(Duration.ofHours(1)));
        boolean since = day.since.isEmpty() || !row.stamp().isBefore(day.since.get());
        return row.promised() && due && since && !end.isBefore(row.stamp());
    }

    private void checkEnd(Row row, boolean aside, Instant end) {
        if (!isPromised(row, end)) return;
        Came last = receiver.state.get(row.key());
        if (row.kind().canBeSent()) {
            if (last == null || last.version() != row.version())
                fail(Kind.LAST_STATE_DIFFERS, "the table has " + row + ", the receiver " + last);
            if (aside) fail(Kind.QUARANTINE_WRONG, row + " is set aside, and can be sent");
        } else if (!aside) {
            fail(Kind.QUARANTINE_WRONG, row + " is not set aside");
        }
    }

    private void checkSharedEnd(String key, List<Row> rows, Instant end) {
        if (!rows.stream().allMatch(row -> isPromised(row, end) && row.kind().canBeSent())) return;
        Came last = receiver.state.get(key);
        if (last == null || rows.stream().noneMatch(row -> row.version() == last.version()))
            fail(Kind.LAST_STATE_DIFFERS, "the table has " + rows + ", the receiver " + last);
    }
}
