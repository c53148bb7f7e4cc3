package io.gapless.recovery.state;

import io.gapless.recovery.ledger.Gap;
import io.gapless.recovery.ledger.Gap.Verdict;
import io.gapless.stream.post.Snowflake;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.LongStream;

/** Writes changes into the tables of a state on one connection, and deletes rows that have expired. */
final class ChangeWriter {
    private static final Duration LEDGER_KEPT = Duration.ofDays(400);
    private static final long GAPS_KEPT = 100_000;
    private static final Duration SPENT_KEPT = Duration.ofDays(400);
    private static final Duration REQUESTS_KEPT = Duration.ofDays(7);
    private static final Duration BETWEEN_SWEEPS = Duration.ofHours(1);

    private final Connection connection;
    private final Queries queries;
    private final InstantSource clock;
    private final PreparedStatement begin;
    private final PreparedStatement commit;
    private final PreparedStatement acknowledged;
    private final PreparedStatement acknowledgedMore;
    private final PreparedStatement acknowledgedTimeless;
    private final PreparedStatement deadLettered;
    private final PreparedStatement revived;
    private final PreparedStatement frontier;
    private final PreparedStatement gapKept;
    private final PreparedStatement forgotten;
    private final PreparedStatement forgottenTimeless;
    private final PreparedStatement noted;
    private final PreparedStatement spent;
    private final PreparedStatement answered;
    private final PreparedStatement oldGaps;
    private final PreparedStatement oldSpent;
    private final PreparedStatement oldRequests;

    private Instant nextSweep = Instant.MIN;

    ChangeWriter(Connection connection, Dialect dialect, InstantSource clock) throws SQLException {
        this.connection = connection;
        this.queries = new Queries(dialect);
        this.clock = clock;
        begin = connection.prepareStatement(dialect.begin());
        commit = connection.prepareStatement("COMMIT");
        acknowledged = connection.prepareStatement(dialect.sql(
                "INSERT INTO @acknowledged ([key,] first, steps) VALUES ([name,] ?, ?) ON CONFLICT DO NOTHING"));
        acknowledgedMore =
                connection.prepareStatement(dialect.sql("UPDATE @acknowledged SET steps = ? WHERE [mine] first = ?"));
        acknowledgedTimeless = connection.prepareStatement(dialect.sql(
                "INSERT INTO @acknowledged_timeless ([key,] id, at_ms) VALUES ([name,] ?, ?) ON CONFLICT DO NOTHING"));
        deadLettered = connection.prepareStatement(
                dialect.sql("INSERT INTO @dead_letter ([key,] id, line, cause, at_ms) VALUES ([name,] ?, ?, ?, ?)"
                        + " ON CONFLICT ([key,] id) DO UPDATE SET"
                        + " line = excluded.line, cause = excluded.cause, at_ms = excluded.at_ms"));
        revived = connection.prepareStatement(dialect.sql("DELETE FROM @dead_letter WHERE [mine] id = ?"));
        frontier = connection.prepareStatement(dialect.sql(
                "INSERT INTO @frontier ([key,] id, at_ms, oldest_unacknowledged_ms) VALUES ([name,] 1, ?, ?)"
                        + " ON CONFLICT ([key,] id) DO UPDATE SET"
                        + " at_ms = excluded.at_ms, oldest_unacknowledged_ms = excluded.oldest_unacknowledged_ms"));
        gapKept = connection.prepareStatement(
                dialect.sql("INSERT INTO @gap ([key,] id, until_ms, is_open, json) VALUES ([name,] ?, ?, ?, ?)"
                        + " ON CONFLICT ([key,] id) DO UPDATE SET"
                        + " until_ms = excluded.until_ms, is_open = excluded.is_open, json = excluded.json"));
        forgotten = connection.prepareStatement(dialect.sql("DELETE FROM @acknowledged WHERE [mine] first < ?"));
        forgottenTimeless =
                connection.prepareStatement(dialect.sql("DELETE FROM @acknowledged_timeless WHERE [mine] at_ms < ?"));
        noted = connection.prepareStatement(dialect.sql("INSERT INTO @note ([key,] name, value) VALUES ([name,] ?, ?)"
                + " ON CONFLICT ([key,] name) DO UPDATE SET value = excluded.value"));
        spent = connection.prepareStatement(dialect.sql("INSERT INTO @spent ([key,] day, posts) VALUES ([name,] ?, ?)"
                + " ON CONFLICT ([key,] day) DO UPDATE SET posts = spent.posts + excluded.posts"));
        answered = connection.prepareStatement(
                dialect.sql("UPDATE @request SET answer = ?, is_done = ?, answered_ms = ? WHERE [mine] id = ?"));
        // The newest gap and the newest request are never deleted, so that their numbers are not reused.
        oldGaps = connection.prepareStatement(dialect.sql("DELETE FROM @gap WHERE [mine] is_open = 0"
                + " AND id < (SELECT max(id) FROM @gap WHERE [mine] TRUE)"
                + " AND (until_ms < ? OR id <= (SELECT max(id) FROM @gap WHERE [mine] TRUE) - " + GAPS_KEPT + ")"));
        oldSpent = connection.prepareStatement(dialect.sql("DELETE FROM @spent WHERE [mine] day < ?"));
        oldRequests = connection.prepareStatement(dialect.sql("DELETE FROM @request WHERE [mine] answered_ms < ?"
                + " AND id < (SELECT max(id) FROM @request WHERE [mine] TRUE)"));
    }

    /**
     * Stores all changes, or nothing. After a failure the caller must close the connection, which rolls back what was
     * written.
     */
    void commit(List<Change> changes) throws SQLException {
        begin.execute();
        write(changes);
        commit.execute();
    }

    /** Writes changes within a transaction that the caller begins and ends. */
    void write(List<Change> changes) throws SQLException {
        for (Change change : changes) write(change);
    }

    boolean writesTo(Connection other) {
        return connection == other;
    }

    private void write(Change change) throws SQLException {
        if (change instanceof Change.Acknowledged it) acknowledge(it.ids());
        else if (change instanceof Change.DeadLettered it) keep(it.letter());
        else if (change instanceof Change.Revived it) run(revived, it.id());
        else if (change instanceof Change.Frontier it) move(it);
        else if (change instanceof Change.GapKept it) keep(it.gap());
        else if (change instanceof Change.IdsForgotten it) forget(it.firstKept());
        else if (change instanceof Change.Noted it) run(noted, it.name(), it.value());
        else if (change instanceof Change.Spent it) run(spent, it.day().toString(), it.posts());
        else if (change instanceof Change.Answered it) answer(it);
        else throw new AssertionError("Nobody writes " + change);
    }

    private void acknowledge(long... ids) throws SQLException {
        for (long id : ids) {
            if (!Snowflake.carriesTime(id)) run(acknowledgedTimeless, id, clock.millis());
        }
        long[] timed = LongStream.of(ids).filter(Snowflake::carriesTime).toArray();
        for (PackedIds some : PackedIds.of(timed)) acknowledge(some);
    }

    private void acknowledge(PackedIds some) throws SQLException {
        run(acknowledged, some.first(), some.steps());
        if (acknowledged.getUpdateCount() > 0) return;
        // A row with this first id exists already, so both rows are merged.
        for (PackedIds there : queries.packedIds(connection, some.first(), some.first()))
            run(acknowledgedMore, there.and(some).steps(), some.first());
    }

    private void keep(DeadLetter letter) throws SQLException {
        run(
                deadLettered,
                letter.id(),
                letter.line(),
                letter.cause(),
                letter.at().toEpochMilli());
        acknowledge(letter.id());
    }

    private void keep(Gap gap) throws SQLException {
        long untilMillis = gap.span().until().plusNanos(999_999).toEpochMilli();
        run(gapKept, gap.id(), untilMillis, gap.verdict() == Verdict.OPEN ? 1 : 0, GapJson.write(gap));
    }

    private void answer(Change.Answered it) throws SQLException {
        run(answered, it.answer().words(), it.answer().done() ? 1 : 0, clock.millis(), it.id());
    }

    private void forget(long firstKept) throws SQLException {
        LongStream.Builder kept = LongStream.builder();
        for (PackedIds some : queries.packedIds(connection, PackedIds.start(firstKept), firstKept - 1))
            some.forEach(id -> {
                if (id >= firstKept) kept.add(id);
            });
        run(forgotten, firstKept);
        acknowledge(kept.build().toArray());
        if (Snowflake.carriesTime(firstKept))
            run(forgottenTimeless, Snowflake.time(firstKept).toEpochMilli());
    }

    /**
     * Stores the frontier and deletes expired rows. Ages are counted back from the frontier, because this machine's
     * clock may be wrong by years for a short time.
     */
    private void move(Change.Frontier it) throws SQLException {
        run(frontier, it.at().toEpochMilli(), it.oldestUnacknowledged().toEpochMilli());
        if (it.at().isBefore(nextSweep)) return;
        run(oldGaps, it.at().minus(LEDGER_KEPT).toEpochMilli());
        run(
                oldSpent,
                it.at().minus(SPENT_KEPT).atOffset(ZoneOffset.UTC).toLocalDate().toString());
        run(oldRequests, it.at().minus(REQUESTS_KEPT).toEpochMilli());
        nextSweep = it.at().plus(BETWEEN_SWEEPS);
    }

    private static void run(PreparedStatement statement, Object... values) throws SQLException {
        for (int i = 0; i < values.length; i++) statement.setObject(i + 1, values[i]);
        statement.execute();
    }
}
