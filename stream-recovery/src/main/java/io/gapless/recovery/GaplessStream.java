package io.gapless.recovery;

import io.gapless.recovery.GaplessStream.LedgerPage;
import io.gapless.recovery.ledger.Gap;
import io.gapless.recovery.ledger.RecoveryPlan;
import io.gapless.recovery.ledger.RecoveryQuote;
import io.gapless.recovery.ledger.Span;
import io.gapless.recovery.ledger.StateException;
import io.gapless.recovery.outbox.Sender;
import io.gapless.recovery.plan.Abilities;
import io.gapless.recovery.plan.RecoveryPlanner;
import io.gapless.recovery.state.LeasedState;
import io.gapless.recovery.state.NoteNames;
import io.gapless.recovery.state.SharedState;
import io.gapless.recovery.state.StateDirectory;
import io.gapless.recovery.state.StateStore;
import io.gapless.recovery.state.TakenStore;
import io.gapless.recovery.storage.SpillFile;
import io.gapless.stream.FilteredStream;
import io.gapless.stream.Health;
import io.gapless.stream.StreamBuilder;
import io.gapless.stream.event.StreamException;
import io.gapless.stream.post.Endpoint;
import io.gapless.stream.post.PostHandler;
import io.gapless.stream.rules.RuleSet;
import io.gapless.stream.rules.Rules;
import io.gapless.stream.seam.Time;
import io.gapless.stream.seam.Transport;
import io.gapless.stream.spi.Checkpoint;
import io.gapless.stream.spi.Overflow;
import io.gapless.stream.spi.Recovery;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntConsumer;
import java.util.function.IntSupplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a connection to X's filtered stream open and recovers the posts of every outage, by the cheapest recovery
 * method that the account allows. The ledger lists what could not be recovered.
 *
 * <pre>{@code
 * try (GaplessStream stream = GaplessStream.builder()
 *         .bearerToken(System.getenv("X_BEARER_TOKEN"))
 *         .rules(RuleSet.of("cats", "cat has:images -is:retweet"))
 *         .stateDirectory(Path.of("state"))
 *         .handler(post -> System.out.println(post.text()))
 *         .closeOnShutdown()
 *         .build()) {
 *     stream.start();
 *     stream.awaitClose();
 * }
 * }</pre>
 *
 * <p>The handler receives each post at least once. Repeats within the last hour, and within open gaps, are dropped.
 * Thread-safe. One process at a time owns a state directory. A stream can be started once. To start again, build a new
 * one.
 */
public final class GaplessStream implements AutoCloseable {
    /** The most gaps that the ledger keeps. */
    private static final int GAPS_KEPT = 100_000;

    /** How many of the newest gaps are looked at to see whether one is open. */
    private static final int GAPS_CHECKED = 1_000;

    private final FilteredStream stream;
    private final Time time;
    private final StateStore store;
    private final StateWriter writer;
    private final Optional<SpillFile> spill;
    private final Optional<Standby> standby;
    private final StreamRecovery recovery;

    private GaplessStream(Builder builder) {
        this.store = builder.openStore();
        Optional<SpillFile> spilled = Optional.empty();
        try {
            this.time = builder.clocks();
            Endpoint endpoint = builder.settings().endpoint();
            if (store instanceof TakenStore shared) {
                this.standby = Optional.of(new Standby(
                        builder.shared(),
                        shared,
                        builder.settings(),
                        builder.wantedRules(),
                        builder.warmStandby,
                        builder.stage(),
                        time));
            } else {
                Standby.requireSame(endpoint, store.remembered().notes().get(NoteNames.STREAM));
                this.standby = Optional.empty();
            }
            XClock x = new XClock(time);
            StateWriter commits = new StateWriter(time, store);
            standby.ifPresent(waiting -> commits.leaveTo(waiting::leftToHolderUntilMillis));
            spilled =
                    builder.openSpill(percent -> commits.tell(new RecoveryEvent.SpillFilled(time.instant(), percent)));
            this.writer = commits;
            this.spill = spilled;
            this.recovery = new StreamRecovery(time, builder.settings(), store, x, commits, this::health, standby);
            this.stream = builder.buildOn(recovery, commits, spilled, this::closeState);
        } catch (RuntimeException | Error e) {
            close(spilled);
            store.close();
            throw e;
        }
    }

    /**
     * Returns a new builder. A token, a handler and a state directory are required; everything else has a default.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns how a running stream would recover an outage, with the usual overlap.
     *
     * @param outage the length of the outage, more than 0
     * @param access what the account may use; {@link Access#AUTO} stands for an account of which nothing is known yet
     * @param now when the outage ends
     * @return the plan; a step by backfill is part of the connect that ends the outage
     */
    public static RecoveryPlan planOutage(Duration outage, Access access, Instant now) {
        Abilities abilities = new Abilities(access != Access.PAY_PER_USE, access == Access.ENTERPRISE, true, false);
        return RecoveryPlanner.planOutage(outage, RecoverySettings.OVERLAP, abilities, now);
    }

    /** Starts a stream that a standby plays with. */
    static void rehearse(Time time, Transport x, StateStore store, PostHandler handler) {
        builder()
                .bearerToken("rehearsal")
                .access(Access.ENTERPRISE)
                .store(store)
                .seams(seams -> seams.time(time).transport(x))
                .handler(handler)
                .build()
                .start();
    }

    /**
     * Starts to connect, or to stand by if the state is shared. Returns at once.
     *
     * @throws IllegalStateException if the stream was started or closed before, or if {@code closeOnShutdown} is set
     *     and the JVM is already shutting down
     */
    public void start() {
        stream.start();
    }

    /**
     * Waits until the stream has ended: until it is closed and the posts that {@link #close(Duration)} still hands over
     * are handled, or until it has given up. The end of the stream waits for the handler and the listener. So if one of
     * them calls this method, the call returns as soon as the connections are closed.
     *
     * @throws StreamException if the stream has given up, because a person must change something
     * @throws InterruptedException if the calling thread is interrupted
     */
    public void awaitClose() throws InterruptedException {
        stream.awaitClose();
    }

    /**
     * Waits until the stream has ended, or until a time has passed. A stream has ended when it is closed and the posts
     * that {@link #close(Duration)} still hands over are handled, or when it has given up. The end of the stream waits
     * for the handler and the listener. So if one of them calls this method, the call returns as soon as the
     * connections are closed.
     *
     * @param atMost the longest wait; any length is allowed, even centuries
     * @return true if the stream has ended, false if the time has passed
     * @throws StreamException if the stream has given up, because a person must change something
     * @throws InterruptedException if the calling thread is interrupted
     */
    public boolean awaitClose(Duration atMost) throws InterruptedException {
        return stream.awaitClose(atMost);
    }

    /**
     * Waits until a connection is up and every gap has a verdict, or until a time has passed. Then the ledger says of
     * each outage so far what became of it. Not to be called by the handler or the listener.
     *
     * @param atMost the longest wait
     * @return true if so; false if the time has passed, or the stream was closed
     * @throws StreamException if the stream has given up, because a person must change something
     * @throws InterruptedException if the calling thread is interrupted
     */
    public boolean awaitGaps(Duration atMost) throws InterruptedException {
        boolean waited = time.await(() -> isSettled() || isOver(health()), atMost);
        if (health().state() == Health.State.FAILED) stream.awaitClose();
        return waited && isSettled();
    }

    /** The ledger follows the health as soon as the store has committed. */
    private boolean isSettled() {
        return isSettled(health())
                && store.ledger(Instant.EPOCH, GAPS_CHECKED).stream().noneMatch(Gap::isOpen);
    }

    private static boolean isSettled(Health health) {
        return health.state() == Health.State.LIVE && health.openGaps() == 0 && health.inboxPosts() == 0;
    }

    private static boolean isOver(Health health) {
        return health.state() == Health.State.FAILED || health.state() == Health.State.CLOSED;
    }

    /**
     * Returns a snapshot of how the stream is doing. Does not block.
     *
     * @return a snapshot
     */
    public Health health() {
        return stream.health();
    }

    /**
     * Returns how the stream is doing, in one word. Does not block.
     *
     * @return the worst condition that holds
     */
    public Health.Condition condition() {
        return health().condition();
    }

    /**
     * Returns the number of this process among those that have held a shared state, one after the other. A sink that
     * remembers the greatest number it has seen, and refuses smaller ones, refuses a process that was paused and has
     * been taken over meanwhile.
     *
     * @return the term, which grows with each takeover; 0 with a state directory, and while the stream stands by
     */
    public long term() {
        return store.term();
    }

    /**
     * Returns a client for the rules of this stream's app on X.
     *
     * @return the client; it also works before the start
     */
    public Rules rules() {
        return stream.rules();
    }

    /**
     * Returns all gaps in the ledger. The ledger keeps the gaps of the last 400 days, but no more than the newest
     * 100,000. {@link #ledger(Instant, int)} returns only the newest ones.
     *
     * @param since leaves out gaps that ended before this time
     * @return the gaps, newest first
     */
    public List<Gap> ledger(Instant since) {
        return store.ledger(since, Integer.MAX_VALUE);
    }

    /**
     * Returns the newest gaps in the ledger.
     *
     * @param since leaves out gaps that ended before this time
     * @param limit the most gaps to return, 1 to 100,000
     * @return the gaps, newest first, and whether older ones were left out
     */
    public LedgerPage ledger(Instant since, int limit) {
        if (limit < 1 || limit > GAPS_KEPT) {
            throw new IllegalArgumentException("limit is " + limit + ". It must be between 1 and " + GAPS_KEPT + ".");
        }
        List<Gap> gaps = store.ledger(since, limit + 1);
        return new LedgerPage(gaps.subList(0, Math.min(limit, gaps.size())), gaps.size() > limit);
    }

    /**
     * Recovers a span, whatever it costs: the limit {@code maxRecoveredPosts} does not apply. Posts that were handed
     * over within the last 48 hours are not handed over again. {@link #quote} returns the price in advance.
     *
     * @param from the start, inclusive, in X's time
     * @param until the end, exclusive, in X's time
     * @return the new gap, as soon as it is open; its verdict follows in the ledger. Completes on the stream's
     *     thread, so do not block there. Fails with {@link IllegalStateException} if the stream has not been started,
     *     or ends before the gap is open
     * @throws IllegalArgumentException if the span is empty, ends in the future, or is older than what X serves
     */
    public CompletableFuture<Gap> recover(Instant from, Instant until) {
        Span span = recovery.checked(from, until);
        return recovery.onStream(keeper -> CompletableFuture.completedFuture(keeper.openByHand(span)));
    }

    /**
     * Returns the plan and the price of recovering a span, without recovering it.
     *
     * @param from the start, inclusive, in X's time
     * @param until the end, exclusive, in X's time
     * @return the plan and the price. X bills the quote, too: $0.005 for each call that counts posts, or $0.010 if the
     *     span needs full-archive search. Fails with {@link IllegalStateException} if the stream has not been started,
     *     if it ends before X has counted the posts, or if X does not count them
     * @throws IllegalArgumentException if the span is empty, ends in the future, or is older than what X serves
     */
    public CompletableFuture<RecoveryQuote> quote(Instant from, Instant until) {
        Span span = recovery.checked(from, until);
        return recovery.onStream(keeper -> keeper.quote(span));
    }

    /**
     * Closes the stream within a second. Posts that have not been handled are recovered after the next start. Any
     * thread may call this method at any time, like {@link #close(Duration)}.
     */
    @Override
    public void close() {
        stream.close();
    }

    /**
     * Closes the connections at once and gives the handler time for the posts that have been received. Then it commits
     * which posts were handled, and releases the state. Posts that have not been handled by then are recovered after
     * the next start. A handler that still blocks is interrupted, and its current post does not count as handled.
     *
     * <p>Any thread may call this method, also a shutdown hook, and more than once. The first call counts. Other calls
     * wait until the first call is done, so resources of the handler can be closed after any of these calls. No call
     * waits longer than the first call's {@code drain} and half a second. If the last commit takes longer, {@link
     * RecoveryEvent.LastCommitMissed} reports it. A call by the handler, the dead-letter hook or the listener returns
     * at once, and the stream closes when they have returned. An interrupt does not end a call. It shortens the drain
     * to half a second, and the thread stays interrupted.
     *
     * @param drain how long the handler may take for the posts that have been received
     */
    public void close(Duration drain) {
        stream.close(drain);
    }

    private void closeState() {
        recovery.ended();
        recovery.tally();
        try {
            writer.close();
            if (standby.isPresent()) standby.get().close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            close(spill);
            store.close();
        }
    }

    private static void close(Optional<SpillFile> spill) {
        try {
            if (spill.isPresent()) spill.get().close();
        } catch (IOException e) {
            // The posts of the spill file are requested again after the next start, so nothing depends on this close.
        }
    }

    /** Builds a {@link GaplessStream}. Not thread-safe. */
    public static final class Builder extends StreamBuilder<Builder> {
        private static final long POSTS_MAX = 2_000;
        private static final long SPILL_MAX_BYTES = 1L << 30;
        private static final String SPILL = "gapless.spill";
        private static final Duration LOCK_WAIT = Duration.ofSeconds(30);

        private static final Duration LEASE = Duration.ofSeconds(5);

        private @Nullable Path stateDirectory;
        private @Nullable DataSource sharedSource;
        private @Nullable LeasedState leased;
        private String sharedName = "";
        private Duration lease = LEASE;
        private @Nullable Path spillDirectory;
        private boolean endsStuckConnection;
        private boolean warmStandby;
        private @Nullable StateStore store;
        private Duration lockWait = LOCK_WAIT;
        private Access access = Access.AUTO;
        private boolean archiveSearch;
        private Duration overlap = RecoverySettings.OVERLAP;
        private @Nullable Instant since;
        private long postsMax = POSTS_MAX;
        private long spillMaxBytes = SPILL_MAX_BYTES;
        private Overflow overflow = Overflow.NONE;
        private IntSupplier jobs = () -> Integer.MAX_VALUE;

        private Builder() {}

        /**
         * Sets the directory that keeps ids, ledger, dead letters and spilled posts from one run to the next.
         *
         * @param directory the directory; created if it does not exist, and owned by one process at a time
         * @return this
         */
        public Builder stateDirectory(Path directory) {
            stateDirectory = required("stateDirectory", directory, "a path, such as Path.of(\"state\")");
            return this;
        }

        /**
         * Keeps the state in a PostgreSQL database in place of a directory, so that several hosts can run the same
         * stream. One of them holds it and receives posts; the others stand by. If that host dies or cannot reach the
         * database, another one takes over, and recovers what was missed. {@link GaplessStream#start} begins to stand by.
         *
         * @param database opens connections; a stream keeps one of them, and two while it stands by, and changes the
         *     settings of their sessions, so this must not be the pool of other code. A login timeout is set if it has
         *     none. The user needs CREATE on the database at the first start, and afterwards the right to read and write
         *     the tables of the schema {@code gapless}
         * @param stream the name that the processes share: 1 to 63 letters, digits, dots, hyphens and underscores
         * @return this
         */
        public Builder sharedState(DataSource database, String stream) {
            sharedSource = required("sharedState", database, "a data source for PostgreSQL");
            sharedName = required("sharedState", stream, "the name of the stream");
            return this;
        }

        /**
         * Sets how long a process that cannot be reached keeps a shared state. A shorter lease means a shorter outage
         * when a host dies, and more takeovers when the database is slow.
         *
         * @param length 5 s by default; 2 s or more
         * @return this
         */
        public Builder lease(Duration length) {
            lease = required("lease", length, "a duration, or omit the call");
            return this;
        }

        /**
         * Lets the stream free its own slot on X. A process that is paused, or whose network is gone, may still have a
         * connection in X's eyes, and with one connection X then refuses the next process with 429. With this setting,
         * the stream remembers X's id of its connection, and when X refuses a connect because all slots are taken, it
         * asks X to end exactly that connection. Without it, the stream retries until X notices by itself.
         *
         * @return this
         * @see <a href="https://docs.x.com/x-api/connections">X: connections</a>
         */
        public Builder endStuckConnection() {
            endsStuckConnection = true;
            return this;
        }

        /**
         * Keeps a connection while this process stands by, for a stream with a shared state. X sends each post to both
         * hosts. The standby keeps what the holder has not accounted for yet, about the last minute, and takes over with
         * it, without a connect. Without this setting, it connects when it takes over, and a backfill brings the same
         * posts; so this setting is for the moments in which X refuses connects.
         *
         * <p>Needs Enterprise access, because X then allows two connections, and {@code connections(1)}, because each
         * host keeps one. A host that needs to reconnect may be refused while X still counts its dead connection. Both hosts
         * share the connect budget, so each has half of it. The last minute waits in the inbox: for more than about 100
         * posts a second, also call {@link #spillDirectory}.
         *
         * @return this
         */
        public Builder warmStandby() {
            warmStandby = true;
            shareConnectBudget(2);
            return this;
        }

        /**
         * Sets the directory of the spill file, for a stream without a state directory. Without this call, such a stream
         * spills nothing.
         *
         * @param directory the directory; created if it does not exist, and used by one process at a time
         * @return this
         */
        public Builder spillDirectory(Path directory) {
            spillDirectory = required("spillDirectory", directory, "a path, or omit the call");
            return this;
        }

        /**
         * Sets another store in place of a state directory, or the store of a state directory that is already open.
         * Only the library's own programs and tests can call this, because stores are not exported. The stream closes
         * this store when it ends. Posts are spilled to the disk only if {@link #stateDirectory} is set, too.
         *
         * @param other the store
         * @return this
         */
        @SuppressWarnings("exports")
        public Builder store(StateStore other) {
            store = required("store", other, "a store, or omit the call");
            return this;
        }

        /**
         * Sets how long to wait for another process to release the state directory.
         *
         * @param length 30 s by default; 0 or more
         * @return this
         */
        public Builder lockWait(Duration length) {
            required("lockWait", length, "a duration, or omit the call");
            if (length.isNegative()) throw new IllegalArgumentException("lockWait is negative. Pass 0 or more.");
            lockWait = length;
            return this;
        }

        /**
         * Sets the access that the account has at X.
         *
         * @param rights {@link Access#AUTO} by default
         * @return this
         */
        public Builder access(Access rights) {
            access = required("access", rights, "an access, or omit the call");
            return this;
        }

        /**
         * Sets whether the account has full-archive search. Without full-archive search, spans older than 7 days are
         * lost.
         *
         * @param has whether the account has full-archive search; false by default
         * @return this
         */
        public Builder archiveSearch(boolean has) {
            archiveSearch = has;
            return this;
        }

        /**
         * Sets the overlap: the margin on both sides of an outage, for posts that X delivers late.
         *
         * @param length 60 s by default; 30 s to 4 min
         * @return this
         */
        public Builder overlap(Duration length) {
            overlap = RecoverySettings.checkedOverlap(required("overlap", length, "a duration, or omit the call"));
            return this;
        }

        /**
         * Sets the time from which to recover posts when the state directory is new. Without this call, a new stream
         * receives the posts from its first start on.
         *
         * @param start a time in the past; a time older than 7 days needs {@link #archiveSearch}
         * @return this
         */
        public Builder since(Instant start) {
            since = required("since", start, "an instant, or omit the call");
            return this;
        }

        /**
         * Sets the spending limit: how many posts search may buy per gap and per UTC day. Posts that were received on
         * the same day do not count, since X does not bill them again. With Enterprise access there is no limit.
         * Spans beyond the limit are lost, and can be recovered with {@link GaplessStream#recover}.
         *
         * @param posts 2,000 by default, which cost about $10; 0 or more
         * @return this
         */
        public Builder maxRecoveredPosts(long posts) {
            if (posts < 0)
                throw new IllegalArgumentException("maxRecoveredPosts is " + posts + ". It must be at least 0.");
            postsMax = posts;
            return this;
        }

        /**
         * Sets the size of the spill file, which keeps live posts in the state directory while the inbox is full. When
         * the file is full, too, reading stops.
         *
         * @param bytes 1 GiB by default; 0 to spill nothing
         * @return this
         */
        public Builder spillMaxBytes(long bytes) {
            if (bytes < 0) throw new IllegalArgumentException("spillMaxBytes is " + bytes + ". It must be at least 0.");
            spillMaxBytes = bytes;
            return this;
        }

        /**
         * Sets how many recovery jobs this stream may run, for a program that runs several streams of one account. X
         * allows an account two jobs at a time.
         *
         * @param allowed returns the number for now; called on the stream's thread, before each start of a job
         * @return this
         * @hidden
         */
        public Builder jobs(IntSupplier allowed) {
            jobs = required("jobs", allowed, "a number, or omit the call");
            return this;
        }

        /** Sets a queue in place of the spill file, for a simulation without a state directory. */
        Builder overflow(Overflow queue) {
            overflow = queue;
            return this;
        }

        /**
         * Builds the stream and takes the state directory. Opens no connection before {@link GaplessStream#start}.
         *
         * @return a stream to start
         * @throws IllegalArgumentException if token, handler or state directory is missing, or {@code since} is in the
         *     future
         * @throws io.gapless.recovery.ledger.StateException if the state directory is in use, is damaged, or was
         *     written by a newer version
         */
        public GaplessStream build() {
            return new GaplessStream(this);
        }

        private Time clocks() {
            return time();
        }

        private Optional<RuleSet> wantedRules() {
            return rules();
        }

        private RecoverySettings settings() {
            if (since != null && since.isAfter(time().instant())) {
                throw new IllegalArgumentException("since is " + since
                        + ", which is in the future. Give a time in the past, or leave since(…) out to begin now.");
            }
            if (access == Access.PAY_PER_USE && !endpoint().needsRules()) {
                throw new IllegalArgumentException(
                        "access is PAY_PER_USE, but X has " + endpoint().path()
                                + " for Enterprise access only. Use access(ENTERPRISE), or Endpoint.FILTERED_STREAM.");
            }
            if (archiveSearch && !endpoint().needsRules()) {
                throw new IllegalArgumentException(
                        "archiveSearch is set, but " + endpoint().path()
                                + " has no rules to search by. Leave archiveSearch(…) out, or use Endpoint.FILTERED_STREAM.");
            }
            return new RecoverySettings(
                    access,
                    archiveSearch,
                    endpoint(),
                    overlap,
                    Optional.ofNullable(since),
                    postsMax,
                    fields(),
                    endsStuckConnection,
                    jobs);
        }

        private FilteredStream buildOn(
                Recovery recovery, Checkpoint checkpoint, Optional<SpillFile> spill, Runnable afterClose) {
            return FilteredStream.of(
                    this, recovery, checkpoint, spill.isPresent() ? spill.get() : overflow, afterClose);
        }

        private Optional<SpillFile> openSpill(IntConsumer filled) {
            Path directory = spillDirectory == null ? stateDirectory : spillDirectory;
            if (directory == null || spillMaxBytes == 0) return Optional.empty();
            try {
                if (spillDirectory != null) Files.createDirectories(spillDirectory);
                return Optional.of(SpillFile.create(directory.resolve(SPILL), spillMaxBytes, filled));
            } catch (IOException e) {
                throw new StateException(
                        StateException.Reason.UNWRITABLE,
                        "The spill file, which holds posts when the inbox is full, cannot be created in " + directory
                                + ". Check the directory's permissions and the disk.",
                        e);
            }
        }

        /** Sets a shared state in place of a database, for a simulation of several hosts. */
        Builder leased(LeasedState state) {
            leased = state;
            return this;
        }

        private LeasedState shared() {
            if (leased != null) return leased;
            DataSource database = sharedSource;
            if (database == null) throw new IllegalStateException("No shared state is set.");
            return new SharedState(database, sharedName, lease, time());
        }

        /** Returns what a standby rehearses on; empty in a simulation, which needs no warm code. */
        private Optional<Rehearsal.Stage> stage() {
            return leased == null ? Optional.of(GaplessStream::rehearse) : Optional.empty();
        }

        private void checkWarm() {
            if (!warmStandby) return;
            if (access != Access.ENTERPRISE)
                throw new IllegalArgumentException(
                        "warmStandby needs a second connection, which X allows with Enterprise access only. Set"
                                + " access(ENTERPRISE), or leave warmStandby() out.");
            if (connections() > 1)
                throw new IllegalArgumentException(
                        "With warmStandby, each of two hosts keeps one of X's two connections. Leave connections(2) out.");
        }

        /** Checks all settings first, so that no directory is created or taken if one of them is wrong. */
        private StateStore openStore() {
            settings();
            requireComplete();
            if (store != null) return store;
            if (sharedSource != null || leased != null) {
                if (stateDirectory != null)
                    throw new IllegalArgumentException(
                            "Both a state directory and a shared state are set. Set one of them. For the spill file of a"
                                    + " shared state, call spillDirectory(path).");
                if (handler() instanceof Sender)
                    throw new IllegalArgumentException(
                            "The handler is a Sender, and the state is shared. A sender keeps its outbox on this host, so if"
                                    + " this host dies, nobody sends what is in it. Use stateDirectory(path) for both, or"
                                    + " write the posts to a table of the shared database, and send from there with"
                                    + " Sender.builder().source(…).");
                checkWarm();
                return new TakenStore(shared());
            }
            if (warmStandby)
                throw new IllegalArgumentException(
                        "warmStandby is set, but no shared state, so nobody stands by. Call sharedState(database, name).");
            if (stateDirectory == null) {
                throw new IllegalArgumentException(
                        "No state is set. Call stateDirectory(path), or sharedState(database, name) for several hosts.");
            }
            return StateDirectory.open(stateDirectory, lockWait, time());
        }
    }

    /**
     * Holds the newest gaps of the ledger, up to a limit. Immutable.
     *
     * @param gaps the gaps, newest first
     * @param hasMore whether the ledger holds older gaps that were left out
     */
    public record LedgerPage(List<Gap> gaps, boolean hasMore) {
        /**
         * Creates a page with a copy of the list.
         *
         * @param gaps the gaps, newest first
         * @param hasMore whether the ledger holds older gaps
         */
        public LedgerPage {
            gaps = List.copyOf(gaps);
        }
    }
}
