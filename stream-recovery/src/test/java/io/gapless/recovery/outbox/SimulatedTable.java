package io.gapless.recovery.outbox;

import io.gapless.recovery.Machine;
import io.gapless.recovery.outbox.RecordSink.UnreadableRow;
import io.gapless.stream.seam.VirtualTime;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A table that others write to, by transactions that stamp with the database's clock at their begin and may commit much
 * later. What a poll sees is what was committed by then, or, on a replica, some time before.
 */
final class SimulatedTable {
    /** What a row is when it is read. */
    enum Kind {
        GOOD,
        /** The source cannot read it. */
        UNREADABLE,
        /** It lacks what the encoder needs. */
        INCOMPLETE,
        /** It has a column that is computed at each poll. */
        COMPUTED_COLUMN,
        /** Its stamp is computed at each poll. */
        COMPUTED_STAMP,
        /** Its stamp is no moment. */
        INFINITE;

        boolean canBeSent() {
            return this == GOOD || this == COMPUTED_COLUMN || this == COMPUTED_STAMP;
        }
    }

    /**
     * A version of a row.
     *
     * @param row which row of the table
     * @param version numbers what was committed
     * @param stamp by the database's clock
     * @param promised whether it was written as the contract asks for
     */
    record Row(
            long row,
            String service,
            String request,
            long version,
            int status,
            Instant opened,
            Instant stamp,
            Kind kind,
            boolean promised) {
        String key() {
            return service + "/" + request;
        }

        Row unpromised() {
            return new Row(row, service, request, version, status, opened, stamp, kind, false);
        }
    }

    private record Change(Instant at, Optional<Row> row) {}

    /** Is told what a poll does. */
    interface Watcher {
        void asked(Instant now);

        void told(Row row);

        void began(Instant from, Instant until);
    }

    private static final Duration SLICE = Duration.ofSeconds(5);

    private final VirtualTime world;
    private final SenderDay day;
    private final SenderStrikes strikes;
    private final Random chance;
    private final Map<Long, List<Change>> history = new LinkedHashMap<>();
    /** Every version that ever was. */
    final Map<Long, Row> versions = new HashMap<>();

    Duration clockAhead;
    /** Until when the source cannot be reached. */
    Instant downUntil = Instant.MIN;
    /** How far what a poll sees may lie behind; drawn at each poll. */
    boolean isReplica;

    Watcher watcher = NOBODY;
    boolean crashInPoll;
    /** Whether a poll is under way; whoever else wants the outbox then waits on a thread of its own. */
    boolean isAnswering;

    /** Whether somebody only looks, who is not to wait. */
    boolean isPreviewed;

    int polls;
    private long lastRow;
    private long lastVersion;
    private boolean calm;

    private static final Watcher NOBODY = new Watcher() {
        @Override
        public void asked(Instant now) {}

        @Override
        public void told(Row row) {}

        @Override
        public void began(Instant from, Instant until) {}
    };

    SimulatedTable(VirtualTime world, SenderDay day, SenderStrikes strikes, Random chance) {
        this.world = world;
        this.day = day;
        this.strikes = strikes;
        this.chance = chance;
        this.clockAhead = day.sourceSkew;
        fill();
    }

    /** What the table has always held; every replica knows it. */
    private void fill() {
        for (int i = 0; i < day.rows; i++) {
            Duration age = SenderDay.between(chance, Duration.ofMinutes(1), Duration.ofDays(400));
            put(newRow(now().minus(age), Kind.GOOD), Instant.MIN);
        }
        if (day.has(SenderFault.OLD_ROWS)) {
            strikes.count(SenderFault.OLD_ROWS);
            put(newRow(Instant.parse("1900-01-01T00:00:00Z"), Kind.GOOD), Instant.MIN);
            put(newRow(Instant.parse("0001-01-01T00:00:00Z"), Kind.GOOD), Instant.MIN);
            put(newRow(Instant.MIN, Kind.INFINITE), Instant.MIN);
        }
        if (day.has(SenderFault.COMPUTED_COLUMN)) {
            strikes.count(SenderFault.COMPUTED_COLUMN);
            put(newRow(now().minusSeconds(600), Kind.COMPUTED_COLUMN), Instant.MIN);
        }
        if (day.has(SenderFault.COMPUTED_STAMP)) {
            strikes.count(SenderFault.COMPUTED_STAMP);
            put(newRow(now(), Kind.COMPUTED_STAMP), Instant.MIN);
        }
    }

    private Row newRow(Instant stamp, Kind kind) {
        lastRow++;
        String service = "service" + chance.nextInt(day.services);
        return new Row(lastRow, service, "r" + lastRow, ++lastVersion, chance.nextInt(10), opened(), stamp, kind, true);
    }

    private Instant opened() {
        return now().minusSeconds(chance.nextInt(100_000)).truncatedTo(ChronoUnit.SECONDS);
    }

    private void put(Row row) {
        put(row, world.instant());
    }

    /** The row is there from then on. */
    private void put(Row row, Instant at) {
        versions.put(row.version(), row);
        history.computeIfAbsent(row.row(), id -> new ArrayList<>()).add(new Change(at, Optional.of(row)));
    }

    /** The database's clock. */
    Instant now() {
        return world.instant().plus(clockAhead).truncatedTo(ChronoUnit.MICROS);
    }

    /** All rows as they are. */
    Collection<Row> rows() {
        return rows(world.instant());
    }

    private List<Row> rows(Instant at) {
        List<Row> found = new ArrayList<>();
        for (List<Change> changes : history.values()) {
            Optional<Row> row = Optional.empty();
            for (Change change : changes) if (!change.at().isAfter(at)) row = change.row();
            row.ifPresent(found::add);
        }
        return found;
    }

    // ---- who writes
    // -------------------------------------------------------------------------------------------------

    /** Writes now and then, until the calm. */
    void begin() {
        Duration next = Duration.ofMillis((long) (-Math.log(1 - chance.nextDouble()) * 3_600_000 / day.writesPerHour));
        world.after(next, () -> {
            if (calm) return;
            transaction();
            begin();
        });
    }

    void calm() {
        calm = true;
        isReplica = false;
        downUntil = Instant.MIN;
        crashInPoll = false;
    }

    /** A transaction: it has its stamp from its begin. */
    private void transaction() {
        Instant stamp = now();
        if (!strikes.byChance(SenderFault.LATE_COMMIT)) {
            commit(stamp);
            return;
        }
        Duration open = SenderDay.between(chance, Duration.ofSeconds(1), day.openMax);
        Duration ahead = clockAhead;
        world.after(open, () -> {
            // Where the clock was set meanwhile, nobody has promised anything of its stamp.
            if (!calm) commit(ahead.equals(clockAhead) ? stamp : now());
        });
    }

    private void commit(Instant stamp) {
        List<Row> now = rows(world.instant());
        int count = 1 + chance.nextInt(3);
        for (int i = 0; i < count; i++) {
            if (now.isEmpty() || chance.nextInt(6) == 0) {
                insert(stamp, now);
                continue;
            }
            Row old = now.get(chance.nextInt(now.size()));
            Row present = present(old.row()).orElse(null);
            if (present == null) continue;
            if (strikes.byChance(SenderFault.KEY_REUSED)) reuseKey(present, stamp);
            else update(present, stamp);
        }
    }

    private Optional<Row> present(long row) {
        List<Change> changes = history.getOrDefault(row, List.of());
        return changes.isEmpty()
                ? Optional.empty()
                : changes.get(changes.size() - 1).row();
    }

    private void insert(Instant stamp, List<Row> now) {
        Row row = newRow(stamp, kind());
        if (now.isEmpty() || !strikes.byChance(SenderFault.KEY_SHARED)) {
            put(row);
            return;
        }
        // Two rows that agree in what was called the key.
        put(row);
        Row twin = newRow(chance.nextBoolean() ? stamp : stamp.minusSeconds(1), Kind.GOOD);
        put(new Row(
                twin.row(),
                row.service(),
                row.request(),
                twin.version(),
                twin.status(),
                twin.opened(),
                twin.stamp(),
                Kind.GOOD,
                true));
    }

    private Kind kind() {
        if (strikes.byChance(SenderFault.UNREADABLE)) return Kind.UNREADABLE;
        return strikes.byChance(SenderFault.INCOMPLETE) ? Kind.INCOMPLETE : Kind.GOOD;
    }

    private void reuseKey(Row old, Instant stamp) {
        history.get(old.row()).add(new Change(world.instant(), Optional.empty()));
        Row fresh = newRow(stamp, Kind.GOOD);
        put(new Row(
                fresh.row(),
                old.service(),
                old.request(),
                fresh.version(),
                fresh.status(),
                fresh.opened(),
                stamp,
                kind(),
                true));
    }

    private void update(Row old, Instant stamp) {
        if (old.kind() == Kind.COMPUTED_COLUMN || old.kind() == Kind.COMPUTED_STAMP || old.kind() == Kind.INFINITE)
            return;
        // What is changed under its stamp is only seen while its stamp is within the overlap.
        Duration age = Duration.between(old.stamp(), now());
        boolean recent = !age.isNegative() && age.compareTo(day.openMax.dividedBy(2)) < 0;
        if (recent && strikes.byChance(SenderFault.TURNED_BACK)) {
            Row other = changed(old, old.stamp(), Kind.GOOD);
            put(other);
            world.after(day.openMax.minus(age).multipliedBy(9).dividedBy(10), () -> turnBack(old, other));
            return;
        }
        Instant kept = recent && strikes.byChance(SenderFault.SAME_STAMP) ? old.stamp() : stamp;
        put(changed(old, kept, kind()));
    }

    private Row changed(Row old, Instant stamp, Kind kind) {
        return new Row(
                old.row(),
                old.service(),
                old.request(),
                ++lastVersion,
                chance.nextInt(10),
                old.opened(),
                stamp,
                kind,
                true);
    }

    /** A → B → A, under one stamp, unless it is another one by now. */
    private void turnBack(Row first, Row second) {
        if (!calm && present(first.row()).filter(second::equals).isPresent())
            history.get(first.row()).add(new Change(world.instant(), Optional.of(first)));
    }

    /** What was stamped so that no poll can see it any more, since the clock was put right before any has: no promise. */
    void unpromise(Instant since) {
        for (List<Change> changes : history.values()) {
            Change last = changes.get(changes.size() - 1);
            if (last.row().isEmpty() || last.at().isBefore(since)) continue;
            changes.set(
                    changes.size() - 1,
                    new Change(last.at(), Optional.of(last.row().get().unpromised())));
        }
    }

    // ---- who reads
    // -------------------------------------------------------------------------------------------------

    /** The source of one process. */
    IntervalSource source(Machine machine) {
        return new IntervalSource() {
            @Override
            public Instant now() throws Exception {
                checkUp();
                Instant now = SimulatedTable.this.now();
                watcher.asked(now);
                return now;
            }

            @Override
            public void records(Instant from, Instant until, RecordSink each) throws Exception {
                read(from, until, each, machine);
            }

            @Override
            public void close() {}
        };
    }

    private void checkUp() throws SQLException {
        if (world.instant().isBefore(downUntil)) throw new SQLException("the connection to the database was refused");
    }

    private void read(Instant from, Instant until, RecordSink each, Machine machine) throws Exception {
        checkUp();
        polls++;
        watcher.began(from, until);
        Duration lag = isReplica ? SenderDay.between(chance, Duration.ofSeconds(1), day.lagMax) : Duration.ZERO;
        List<Row> seen = rows(world.instant().minus(lag));
        if (chance.nextBoolean()) Collections.shuffle(seen, chance);
        if (!isPreviewed && strikes.byChance(SenderFault.SOURCE_SLOW))
            sleep(SenderDay.between(chance, Duration.ofSeconds(1), Duration.ofMinutes(4)), machine);
        boolean fails = strikes.byChance(SenderFault.SOURCE_FAILS_MIDWAY);
        int failAt = fails ? chance.nextInt(seen.size() + 1) : -1;
        int crashAt = crashInPoll && !isPreviewed ? chance.nextInt(seen.size() + 1) : -1;
        for (int i = 0; i <= seen.size(); i++) {
            if (i == failAt) throw new SQLException("the connection to the database was closed");
            if (i == crashAt) crash(machine);
            if (i < seen.size()) tell(seen.get(i), from, until, each);
        }
    }

    private void crash(Machine machine) {
        crashInPoll = false;
        strikes.count(SenderFault.CRASH_IN_POLL);
        machine.die();
        throw new Crash();
    }

    private void sleep(Duration length, Machine machine) {
        Instant until = world.instant().plus(length);
        isAnswering = true;
        try {
            while (world.instant().isBefore(until)) {
                world.sleep(SLICE);
                if (machine.isDead()) throw new Crash();
            }
        } finally {
            isAnswering = false;
        }
    }

    private void tell(Row row, Instant from, Instant until, RecordSink each) throws Exception {
        Instant stamp = row.kind() == Kind.COMPUTED_STAMP ? computed(row) : row.stamp();
        if (row.kind() == Kind.INFINITE) {
            if (!from.equals(Instant.MIN)) return;
            watcher.told(row);
            each.takeUnreadable(new UnreadableRow(row.key(), Optional.empty(), "the time is no moment", Map.of()));
            return;
        }
        if (stamp.isBefore(from) || !stamp.isBefore(until)) return;
        watcher.told(row);
        if (row.kind() == Kind.UNREADABLE) {
            Map<String, @Nullable String> values = new LinkedHashMap<>();
            values.put("version", "" + row.version());
            each.takeUnreadable(new UnreadableRow(row.key(), Optional.of(stamp), "status_id is out of range", values));
            return;
        }
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("service_id", row.service());
        fields.put("request_id", row.request());
        fields.put("opening_date", row.opened());
        fields.put("status_id", row.kind() == Kind.INCOMPLETE ? null : row.status());
        fields.put("last_modified_date", stamp);
        fields.put("version", row.version());
        if (row.kind() == Kind.COMPUTED_COLUMN) fields.put("seen", polls);
        each.take(new OutboxRecord(row.key(), stamp, fields));
    }

    /** Some time ago, whenever it is asked for. */
    private Instant computed(Row row) {
        return now().minus(day.settle).minusSeconds(60);
    }
}
