package io.gapless.recovery;

import io.gapless.recovery.state.Notes;
import io.gapless.recovery.state.StateDirectory;
import io.gapless.recovery.state.StateException;
import io.gapless.recovery.state.StateStore;
import io.gapless.stream.Checkpoint;
import io.gapless.stream.FilteredStream;
import io.gapless.stream.Health;
import io.gapless.stream.Overflow;
import io.gapless.stream.Recovery;
import io.gapless.stream.StreamBuilder;
import io.gapless.stream.StreamException;
import io.gapless.stream.rules.Rules;
import io.gapless.stream.seam.Time;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * X's filtered stream that misses nothing: kept connected, every outage timed, what it cost recovered by the cheapest method
 * that is open, and whatever could not be recovered written down in the ledger.
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
 * <p>A post is handed over at least once, and once per id within the open steps and the last hour. Thread-safe. One
 * process owns a state directory; a stream is started once.
 */
public final class GaplessStream implements AutoCloseable {
    private static final Duration LAST_COMMIT = Duration.ofMillis(200);

    private final FilteredStream stream;
    private final StateStore store;
    private final StateWriter writer;
    private final Optional<SpillFile> spill;
    private final StreamRecovery recovery;

    private GaplessStream(Builder builder) {
        this.store = builder.openStore();
        try {
            Time time = builder.clocks();
            XClock x = new XClock(time, skew(store));
            this.writer = new StateWriter(time, store);
            this.spill =
                    builder.openSpill(percent -> writer.tell(new RecoveryEvent.SpillFilled(time.instant(), percent)));
            this.recovery = new StreamRecovery(builder.settings(), store, x, writer, this::health);
            this.stream = builder.buildOn(recovery, writer, spill, this::closeState);
        } catch (RuntimeException e) {
            store.close();
            throw e;
        }
    }

    private static Duration skew(StateStore store) {
        return Optional.ofNullable(store.remembered().notes().get(Notes.SKEW))
                .map(Duration::parse)
                .orElse(Duration.ZERO);
    }

    /**
     * A stream's settings, all safe by default.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Starts to connect, and returns at once.
     *
     * @throws IllegalStateException if the stream was started or closed before, or if it closes on shutdown and the JVM
     *     is shutting down already
     */
    public void start() {
        stream.start();
    }

    /**
     * Waits until the stream is wholly closed, or has given up.
     *
     * @throws StreamException if it has given up: a person must change something
     * @throws InterruptedException when the caller is interrupted
     */
    public void awaitClose() throws InterruptedException {
        stream.awaitClose();
    }

    /**
     * Waits until the stream is wholly closed or has given up, but no longer than a while.
     *
     * @param atMost how long to wait
     * @return whether it has ended
     * @throws StreamException if it has given up: a person must change something
     * @throws InterruptedException when the caller is interrupted
     */
    public boolean awaitClose(Duration atMost) throws InterruptedException {
        return stream.awaitClose(atMost);
    }

    /**
     * How the stream is doing.
     *
     * @return a snapshot
     */
    public Health health() {
        return stream.health();
    }

    /**
     * The rules on X, for this stream's app.
     *
     * @return the client
     */
    public Rules rules() {
        return stream.rules();
    }

    /**
     * Returns the account of all gaps that are remembered: those of the last 400 days, and no more than the newest
     * 100,000. For a page of them, see {@link #ledger(Instant, int)}.
     *
     * @param since leaves out gaps that ended before
     * @return all of them, newest first
     */
    public List<Gap> ledger(Instant since) {
        return store.ledger(since, Integer.MAX_VALUE);
    }

    /**
     * Returns the newest part of the account of gaps.
     *
     * @param since leaves out gaps that ended before
     * @param limit how many at most, 1 or more; if as many are returned, there may be older ones
     * @return newest first
     */
    public List<Gap> ledger(Instant since, int limit) {
        if (limit < 1) throw new IllegalArgumentException("limit: " + limit + " is below 1.");
        return store.ledger(since, limit);
    }

    /**
     * Recovers a span that was lost, whatever it may cost: {@code maxRecoveredPosts} does not guard it.
     * What has been handed over within the last 48 hours does not come twice.
     *
     * @param from the first moment, in X's time
     * @param until the first moment after it
     * @return the new gap, whose verdict will stand in the ledger; completes on the stream's thread
     * @throws IllegalArgumentException if the span is empty
     */
    public CompletableFuture<Gap> recover(Instant from, Instant until) {
        Span span = new Span(from, until);
        return recovery.onStream(keeper -> keeper.openByHand(span));
    }

    /**
     * What recovering a span would take; nothing is recovered.
     *
     * @param from the first moment, in X's time
     * @param until the first moment after it
     * @return plan and price; counting costs $0.005 per packed query
     * @throws IllegalArgumentException if the span is empty
     */
    public CompletableFuture<RecoveryQuote> quote(Instant from, Instant until) {
        Span span = new Span(from, until);
        return recovery.onStream(keeper -> keeper.quote(span)).thenCompose(quote -> quote);
    }

    /** Closes within a second; what was not handled is asked for again at the next start. */
    @Override
    public void close() {
        stream.close();
    }

    /**
     * Closes the connections at once and gives the handler time for what has been received. What it has not handled is
     * asked for again at the next start.
     *
     * <p>Idempotent. A call beside another one waits until that one is done, so that what the handler uses may be closed
     * after any of them; called by the handler or the listener, it returns at once.
     *
     * @param drain how long the handler may take
     */
    public void close(Duration drain) {
        stream.close(drain);
    }

    private void closeState() {
        try {
            writer.close(LAST_COMMIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            store.close();
        }
        try {
            if (spill.isPresent()) spill.get().close();
        } catch (IOException e) {
            // What lies in it is asked for again; nothing depends on how it is closed.
        }
    }

    /** Settings of a stream. Not thread-safe. */
    public static final class Builder extends StreamBuilder<Builder> {
        private static final long POSTS_MAX = 2_000;
        private static final long SPILL_MAX_BYTES = 1L << 30;
        private static final String SPILL = "gapless.spill";
        private static final Duration LOCK_WAIT = Duration.ofSeconds(30);

        private @Nullable Path stateDirectory;
        private @Nullable StateStore store;
        private Duration lockWait = LOCK_WAIT;
        private Access access = Access.AUTO;
        private boolean archiveSearch;
        private Duration overlap = RecoverySettings.OVERLAP;
        private @Nullable Instant since;
        private long postsMax = POSTS_MAX;
        private long spillMaxBytes = SPILL_MAX_BYTES;
        private Overflow overflow = Overflow.NONE;

        private Builder() {}

        /**
         * Where the memory lies that outlives the process.
         *
         * @param directory made if it is not there; owned by one process at a time
         * @return this
         */
        public Builder stateDirectory(Path directory) {
            stateDirectory = required("stateDirectory", directory, "a path, such as Path.of(\"state\")");
            return this;
        }

        /**
         * Another memory than a directory, or that of a directory which has been opened before. It is closed with the
         * stream. Posts spill to the disk only if {@link #stateDirectory} is given, too.
         *
         * @param other the store
         * @return this
         */
        public Builder store(StateStore other) {
            store = required("store", other, "a store, or leave the call out");
            return this;
        }

        /**
         * How long to wait for another process to give up the state directory.
         *
         * @param length 30 s by default
         * @return this
         */
        public Builder lockWait(Duration length) {
            required("lockWait", length, "a duration, or leave the call out");
            if (length.isNegative()) throw new IllegalArgumentException("lockWait: it is negative; give 0 or more.");
            lockWait = length;
            return this;
        }

        /**
         * What the account may do.
         *
         * @param rights {@link Access#AUTO} by default
         * @return this
         */
        public Builder access(Access rights) {
            access = required("access", rights, "an access, or leave the call out");
            return this;
        }

        /**
         * Whether the account has full-archive search, for what is older than 7 days; else that is lost.
         *
         * @param has false by default
         * @return this
         */
        public Builder archiveSearch(boolean has) {
            archiveSearch = has;
            return this;
        }

        /**
         * The margin on both sides of an outage, for posts that X delivers late.
         *
         * @param length 60 s by default; 30 s to 4 min
         * @return this
         */
        public Builder overlap(Duration length) {
            overlap = RecoverySettings.checkedOverlap(required("overlap", length, "a duration, or leave the call out"));
            return this;
        }

        /**
         * From when on nothing shall be missing, for a state directory that has no past yet.
         *
         * @param start in the past; what is older than 7 days needs {@link #archiveSearch}
         * @return this
         */
        public Builder since(Instant start) {
            since = required("since", start, "an instant, or leave the call out");
            return this;
        }

        /**
         * How many posts search may buy per gap and per UTC day.
         *
         * @param posts 2,000 by default, about $10
         * @return this
         */
        public Builder maxRecoveredPosts(long posts) {
            if (posts < 0) throw new IllegalArgumentException("maxRecoveredPosts: " + posts + " is below 0.");
            postsMax = posts;
            return this;
        }

        /**
         * How much may wait on the disk, in the state directory, when the inbox is full. When that is full, too, reading
         * stops.
         *
         * @param bytes 1 GiB by default; 0 for none
         * @return this
         */
        public Builder spillMaxBytes(long bytes) {
            if (bytes < 0) throw new IllegalArgumentException("spillMaxBytes: " + bytes + " is below 0.");
            spillMaxBytes = bytes;
            return this;
        }

        /** Sets what stands in for the spill file where there is no state directory: the simulation's disk. */
        Builder overflow(Overflow queue) {
            overflow = queue;
            return this;
        }

        /**
         * Builds the stream and takes the state directory; nothing is opened at X yet.
         *
         * @return a stream to start
         * @throws IllegalArgumentException if something is missing or out of range
         * @throws io.gapless.recovery.state.StateException if the state is in use, damaged or newer
         */
        public GaplessStream build() {
            return new GaplessStream(this);
        }

        private Time clocks() {
            return time();
        }

        private RecoverySettings settings() {
            if (since != null && since.isAfter(time().instant())) {
                throw new IllegalArgumentException("since: " + since + " is in the future; leave it out to begin now.");
            }
            return new RecoverySettings(access, archiveSearch, overlap, Optional.ofNullable(since), postsMax, fields());
        }

        private FilteredStream buildOn(
                Recovery recovery, Checkpoint checkpoint, Optional<SpillFile> spill, Runnable afterClose) {
            return buildStream(recovery, checkpoint, spill.isPresent() ? spill.get() : overflow, afterClose);
        }

        private Optional<SpillFile> openSpill(IntConsumer filled) {
            if (stateDirectory == null || spillMaxBytes == 0) return Optional.empty();
            try {
                return Optional.of(SpillFile.create(stateDirectory.resolve(SPILL), spillMaxBytes, filled));
            } catch (IOException e) {
                throw new StateException(
                        StateException.Reason.UNWRITABLE,
                        "The spill file cannot be made in " + stateDirectory + "; check its rights and the disk.",
                        e);
            }
        }

        /** All that is wrong with the settings is told before a directory is made or taken. */
        private StateStore openStore() {
            settings();
            requireComplete();
            if (store != null) return store;
            if (stateDirectory == null) {
                throw new IllegalArgumentException("There is no state: call stateDirectory(path).");
            }
            return StateDirectory.open(stateDirectory, lockWait, time());
        }
    }
}
