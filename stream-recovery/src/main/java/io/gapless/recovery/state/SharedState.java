package io.gapless.recovery.state;

import io.gapless.recovery.storage.OneConnection;
import io.gapless.stream.seam.Durations;
import io.gapless.stream.seam.Time;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Opens the state of a stream in a PostgreSQL database that several hosts share. One process at a time holds the lease
 * of a stream, and only that process reads X and writes the state; the others stand by. See {@link Lease} for what
 * fences a process that was thought to be dead.
 *
 * <p>Each store keeps one connection of the data source, and a process that stands by keeps two: one tries ten times a second
 * to take the lease, the other follows the holder. Each new connection would cost the server a process and a check
 * of the password. Thread-safe.
 */
public final class SharedState implements LeasedState {
    /** The shortest lease. */
    public static final Duration LEASE_MIN = Duration.ofSeconds(2);

    private static final Duration TRY_EVERY_MAX = Duration.ofMillis(100);

    private final DataSource source;
    private final StreamName stream;
    private final Duration leaseLength;
    private final Time time;
    /** Names the sessions of this process, so that it recognizes them. */
    private final String session;
    /** The connection of the last try, if that try found another holder. */
    private final AtomicReference<@Nullable OneConnection> waiting = new AtomicReference<>();

    private volatile Lease.Found found = Lease.Found.NOBODY;
    /** Whether the database could not be reached at the last try. Used by the thread that tries. */
    private boolean wasAway;
    /** Until when a lease that has run out is not taken, because the holder may not have reached the database either. */
    private long patientUntilNanos;

    private volatile boolean closed;

    /**
     * Describes a state. Opens no connection.
     *
     * @param source opens connections to the database
     * @param stream the name of the stream: 1 to 63 letters, digits, dots, hyphens and underscores
     * @param lease how long a process that cannot be reached keeps the stream; 2 s or more
     * @param time the clocks
     * @throws IllegalArgumentException if the name or the lease is not allowed
     */
    public SharedState(DataSource source, String stream, Duration lease, Time time) {
        this.source = source;
        this.stream = new StreamName(stream);
        if (lease.compareTo(LEASE_MIN) < 0)
            throw new IllegalArgumentException("lease is " + Durations.text(lease)
                    + ". It must be at least 2 s, so that a commit can be tried twice within it.");
        this.leaseLength = lease;
        this.time = time;
        this.session = holder() + ", " + time.nanoTime();
        this.patientUntilNanos = time.nanoTime();
    }

    /** Creates the schema {@code gapless} in the database if it does not exist. */
    @Override
    public Optional<StateStore> take() {
        Lease lease = new Lease(stream, leaseLength, time, session);
        OneConnection kept = waiting.getAndSet(null);
        OneConnection database = kept == null ? connection() : kept;
        boolean used = false;
        boolean away = wasAway;
        wasAway = true;
        found = Lease.Found.NOBODY;
        try {
            OptionalLong term = database.use(connection -> {
                SharedSchema.createAndCheck(connection);
                // After an outage of the database, the holder gets the time to extend its lease first.
                if (away) patientUntilNanos = time.nanoTime() + leaseLength.toNanos();
                return lease.take(connection, holder(), time.nanoTime() - patientUntilNanos >= 0);
            });
            used = true;
            wasAway = false;
            found = lease.found();
            if (term.isEmpty()) {
                keep(database);
                return Optional.empty();
            }
            FencedState tables = new SharedTables(stream, database, lease, time);
            return Optional.of(new SharedStateStore(stream.text(), tables, lease, term.getAsLong()));
        } finally {
            if (!used) database.close();
        }
    }

    private void keep(OneConnection database) {
        OneConnection other = waiting.getAndSet(database);
        if (other != null) other.close();
        if (closed) close();
    }

    @Override
    public void close() {
        closed = true;
        OneConnection kept = waiting.getAndSet(null);
        if (kept != null) kept.close();
    }

    @Override
    public Duration tryEvery() {
        Duration tenth = leaseLength.dividedBy(10);
        Duration every = tenth.compareTo(TRY_EVERY_MAX) < 0 ? tenth : TRY_EVERY_MAX;
        Duration rest = found.heldFor();
        return rest.isZero() || rest.compareTo(every) > 0 ? every : rest;
    }

    @Override
    public String stream() {
        return stream.text();
    }

    @Override
    public LeasedClient client() {
        OneConnection database = connection();
        boolean whole = false;
        try {
            database.use(connection -> {
                SharedSchema.check(connection);
                return true;
            });
            whole = true;
            return new SharedStateClient(stream, database, time);
        } finally {
            if (!whole) database.close();
        }
    }

    private OneConnection connection() {
        Lease lease = new Lease(stream, leaseLength, time, session);
        return new OneConnection("The state of " + stream.text(), SharedFailures::of, () -> prepared(lease));
    }

    private Connection prepared(Lease lease) throws SQLException {
        limitConnect(lease.statementMax());
        Connection connection = source.getConnection();
        boolean whole = false;
        try {
            lease.prepare(connection);
            whole = true;
            return connection;
        } finally {
            if (!whole) connection.close();
        }
    }

    /**
     * Limits how long a connect may take, unless the data source has a limit of its own. Without any limit, PostgreSQL's
     * driver waits for ever for a server that accepts a connection and does not answer.
     */
    private void limitConnect(Duration atMost) {
        try {
            if (source.getLoginTimeout() == 0) source.setLoginTimeout((int) Math.max(1, atMost.toSeconds()));
        } catch (SQLException | UnsupportedOperationException e) {
            // A pool that cannot be limited in this way has a limit for its own callers.
        }
    }

    private static String holder() {
        return "process " + ProcessHandle.current().pid() + " on " + host();
    }

    /** Returns the name of this host, for people. Asks no name server, since that can take long. */
    private static String host() {
        for (String variable : List.of("HOSTNAME", "COMPUTERNAME")) {
            String name = System.getenv(variable);
            if (name != null && !name.isBlank()) return name;
        }
        try {
            return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        } catch (IOException e) {
            return "an unnamed host";
        }
    }
}
