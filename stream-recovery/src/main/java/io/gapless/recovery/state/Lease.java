package io.gapless.recovery.state;

import io.gapless.stream.seam.Time;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Decides how long this process may hand over posts. The lease is one row of the database. Whoever takes it gets a
 * number, the term, which only grows. Each commit first extends the lease of its own term, in the same transaction, so
 * after a takeover no commit of an older term succeeds. The database's clock decides when a lease has run out.
 *
 * <p>Owns the moment until which this process may hand over posts. It is counted from before the request was sent, so it
 * is never later than the database's. One thread at a time extends the lease; any thread may ask.
 */
final class Lease {
    private static final String TAKE = """
            INSERT INTO gapless.lease AS l (stream, holder, term, commit_no, until)
            VALUES (?, ?, (extract(epoch FROM clock_timestamp()) * 1000)::bigint, 0,
                    clock_timestamp() + ? * interval '1 millisecond')
            ON CONFLICT (stream) DO UPDATE SET holder = excluded.holder, term = greatest(l.term + 1, excluded.term),
                    commit_no = 0, until = excluded.until
            WHERE l.until < clock_timestamp()
            RETURNING term""";

    private static final String EXTEND = """
            UPDATE gapless.lease SET until = clock_timestamp() + ? * interval '1 millisecond', commit_no = ?
            WHERE stream = ? AND term = ? AND commit_no = ? AND current_setting('gapless.session', true) = ?""";

    /** Whether the lease is held, for how many milliseconds, and whether it was given back. */
    private static final String LOOK = """
            SELECT until >= clock_timestamp(), CASE WHEN until >= clock_timestamp()
                    THEN ceil(extract(epoch FROM until - clock_timestamp()) * 1000) ELSE 0 END, until = '-infinity'
            FROM gapless.lease WHERE stream = ?""";

    /** One statement, so that whoever finds the name of the session finds its limits, too. */
    private static final String PREPARE = """
            SELECT set_config('idle_in_transaction_session_timeout', ?, false), set_config('lock_timeout', ?, false),
                    set_config('statement_timeout', ?, false), set_config('gapless.session', ?, false),
                    set_config('application_name', 'gapless', false)""";

    private static final String RELEASE = "UPDATE gapless.lease SET until = '-infinity' WHERE stream = ? AND term = ?";

    /** How often the holder extends the lease, as a part of the lease. */
    private static final int EXTENSIONS = 4;

    private static final Duration MARGIN_MIN = Duration.ofMillis(200);

    private final StreamName stream;
    private final Duration length;
    private final Duration extendEvery;
    private final Duration margin;
    private final Time time;
    /** The name of the sessions whose time limits this process has set. */
    private final String session;

    private volatile Found found = Found.NOBODY;
    private volatile Right right = new Right(0, Instant.MIN, 0);

    /**
     * The right to hand over posts.
     *
     * @param sentNanos when the request that was granted was sent
     * @param sentAt the same moment by this machine's clock
     * @param lastsNanos how long the right lasts from then on
     */
    private record Right(long sentNanos, Instant sentAt, long lastsNanos) {}

    Lease(StreamName stream, Duration length, Time time, String session) {
        this.session = session;
        this.stream = stream;
        this.length = length;
        this.extendEvery = length.dividedBy(EXTENSIONS);
        Duration tenth = length.dividedBy(10);
        this.margin = tenth.compareTo(MARGIN_MIN) < 0 ? MARGIN_MIN : tenth;
        this.time = time;
    }

    /** Returns how long after its last extension the holder extends the lease. */
    Duration extendEvery() {
        return extendEvery;
    }

    /**
     * Returns the longest time that a statement may take. When the holder begins to extend the lease, three quarters of
     * the lease are left. Two statements fit into that time.
     */
    Duration statementMax() {
        return length.minus(extendEvery).dividedBy(2);
    }

    /** Returns the longest silence of the network before a connection counts as broken. */
    Duration networkMax() {
        return length;
    }

    /**
     * Takes the lease if nobody holds it.
     *
     * @param holder who asks, for people
     * @param evenIfRunOut whether a lease that has run out may be taken, too, or only one that was given back
     * @return the new term; empty if another process holds the lease
     */
    OptionalLong take(Connection connection, String holder, boolean evenIfRunOut) throws SQLException {
        // A try that cannot succeed locks no row, for which the holder's next commit would wait, and writes nothing.
        found = look(connection);
        if (!found.heldFor().isZero() || (found.hasRunOut() && !evenIfRunOut)) return OptionalLong.empty();
        Asked asked = ask();
        try (PreparedStatement take = connection.prepareStatement(TAKE)) {
            take.setString(1, stream.text());
            take.setString(2, holder);
            take.setLong(3, length.toMillis());
            try (ResultSet row = take.executeQuery()) {
                if (!row.next()) return OptionalLong.empty();
                long term = row.getLong(1);
                granted(asked);
                return OptionalLong.of(term);
            }
        }
    }

    /**
     * What a look at the lease has found.
     *
     * @param heldFor how long the holder's lease still lasts by the database's clock; zero if nobody holds it
     * @param hasRunOut whether the last holder has not given it back
     */
    record Found(Duration heldFor, boolean hasRunOut) {
        static final Found NOBODY = new Found(Duration.ZERO, false);
    }

    private Found look(Connection connection) throws SQLException {
        try (PreparedStatement read = connection.prepareStatement(LOOK)) {
            read.setString(1, stream.text());
            try (ResultSet row = read.executeQuery()) {
                if (!row.next()) return Found.NOBODY;
                if (row.getBoolean(1)) return new Found(Duration.ofMillis(Math.max(1, row.getLong(2))), false);
                return new Found(Duration.ZERO, !row.getBoolean(3));
            }
        }
    }

    /** Returns what the last {@link #take} has found. */
    Found found() {
        return found;
    }

    /** The moment before a request is sent, by both clocks. */
    record Asked(long nanos, Instant at) {}

    Asked ask() {
        return new Asked(time.nanoTime(), time.instant());
    }

    /** Records that the database has granted what was asked for at that moment. */
    void granted(Asked asked) {
        right = new Right(asked.nanos(), asked.at(), length.minus(margin).toNanos());
    }

    /** Records that this process may hand over nothing more. */
    void lost() {
        right = new Right(0, Instant.MIN, 0);
    }

    /** How the extension of a lease ended. */
    enum Extension {
        /** The lease is extended, in the transaction that is open now. */
        EXTENDED,
        /** This commit had gone through before its answer was lost. */
        DONE_BEFORE,
        /** Another process has taken the lease. */
        LOST
    }

    /** Extends the lease within a transaction. */
    Extension extend(Connection connection, long term, long commitNo) throws SQLException {
        try (PreparedStatement extend = connection.prepareStatement(EXTEND)) {
            extend.setLong(1, length.toMillis());
            extend.setLong(2, commitNo);
            extend.setString(3, stream.text());
            extend.setLong(4, term);
            extend.setLong(5, commitNo - 1);
            extend.setString(6, session);
            if (extend.executeUpdate() == 1) return Extension.EXTENDED;
        }
        requireOwnSession(connection);
        return isHeld(connection, term, commitNo) ? Extension.DONE_BEFORE : Extension.LOST;
    }

    /**
     * Prepares a session: no statement and no pause within a transaction may take longer than the lease allows. A process
     * that was paused within a transaction holds the lock of the lease's row, so the server must end that transaction.
     */
    void prepare(Connection connection) throws SQLException {
        connection.setNetworkTimeout(Runnable::run, (int) networkMax().toMillis());
        String millis = Long.toString(statementMax().toMillis());
        connection.setAutoCommit(true);
        try (PreparedStatement prepare = connection.prepareStatement(PREPARE)) {
            for (int limit = 1; limit <= 3; limit++) prepare.setString(limit, millis);
            prepare.setString(4, session);
            prepare.execute();
        }
    }

    /** Throws if the limits of {@link #prepare} do not hold here, because a pool has given us another session. */
    private void requireOwnSession(Connection connection) throws SQLException {
        try (PreparedStatement read = connection.prepareStatement("SELECT current_setting('gapless.session', true)");
                ResultSet row = read.executeQuery()) {
            if (!row.next() || !session.equals(row.getString(1))) throw SharedFailures.otherSession();
        }
    }

    private boolean isHeld(Connection connection, long term, long commitNo) throws SQLException {
        try (PreparedStatement read = connection.prepareStatement(
                "SELECT count(*) FROM gapless.lease WHERE stream = ? AND term = ? AND commit_no = ?")) {
            read.setString(1, stream.text());
            read.setLong(2, term);
            read.setLong(3, commitNo);
            try (ResultSet row = read.executeQuery()) {
                return row.next() && row.getLong(1) > 0;
            }
        }
    }

    /** Gives the lease back, so that the next process need not wait until it runs out. */
    void release(Connection connection, long term) throws SQLException {
        try (PreparedStatement release = connection.prepareStatement(RELEASE)) {
            release.setString(1, stream.text());
            release.setLong(2, term);
            release.execute();
        }
    }

    /**
     * Returns who holds the lease of a stream.
     *
     * @return the holder and its term, for people; null if nobody holds the lease
     */
    static @Nullable String holder(Connection connection, StreamName stream) throws SQLException {
        try (PreparedStatement read = connection.prepareStatement(
                "SELECT holder, term FROM gapless.lease WHERE stream = ? AND until >= clock_timestamp()")) {
            read.setString(1, stream.text());
            try (ResultSet row = read.executeQuery()) {
                return row.next() ? row.getString(1) + ", term " + row.getLong(2) : null;
            }
        }
    }

    /**
     * Returns whether this process may hand over posts now. While a machine is suspended, {@code nanoTime} stands still,
     * but the other clock goes on. So if the other clock has jumped ahead, the right has ended, too, until the next
     * extension.
     */
    boolean mayDispatch() {
        Right now = right;
        long passedNanos = time.nanoTime() - now.sentNanos();
        if (passedNanos >= now.lastsNanos()) return false;
        Duration passed = Duration.between(now.sentAt(), time.instant());
        return passed.minusNanos(passedNanos).compareTo(margin) <= 0;
    }
}
