package io.gapless.emulator;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Emulates X: a server on the loopback address that behaves like X's filtered stream, rules, search, counts and
 * connections, and plays faults on request. It uses HTTP/1.1. Thread-safe.
 *
 * <p>{@link #shouldHaveDelivered} lists the posts that clients should have received. Memory is bounded: generated posts
 * need no memory, and only the latest published posts, requests and connections are kept.
 */
public final class XEmulator implements AutoCloseable {
    private final Settings settings;
    private final EmulatorServer server;
    private final URI baseUri;

    private XEmulator(Settings settings) {
        this.settings = settings;
        this.server = new EmulatorServer(settings);
        this.baseUri = server.baseUri();
    }

    /**
     * Returns a builder with default settings.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns the address of the emulator.
     *
     * @return the base of all paths, such as {@code http://127.0.0.1:40123}
     */
    public URI baseUri() {
        return baseUri;
    }

    /**
     * Returns a TLS context that trusts the emulator's certificate.
     *
     * @return the context; empty if the emulator does not serve HTTPS
     */
    public Optional<SSLContext> clientSslContext() {
        return server.clientSslContext();
    }

    /**
     * Returns the token that is accepted now. Any other token is answered with 401.
     *
     * @return the token, which clients send verbatim
     */
    public String bearerToken() {
        return server.token.current();
    }

    /**
     * Returns the key that {@code POST /oauth2/token} accepts.
     *
     * @return the consumer key
     */
    public String apiKey() {
        return settings.apiKey();
    }

    /**
     * Returns the secret that {@code POST /oauth2/token} accepts.
     *
     * @return the consumer secret
     */
    public String apiSecret() {
        return settings.apiSecret();
    }

    /**
     * Replaces the token. The old token is refused from now on; open streams continue.
     *
     * @return the token that is accepted from now on
     */
    public String rotateToken() {
        return server.token.rotate();
    }

    /**
     * Injects a misbehaviour once.
     *
     * @param kind the misbehaviour
     */
    public void inject(Misbehaviour kind) {
        inject(Fault.of(kind));
    }

    /**
     * Injects a fault. A fault on live connections affects the open live connections now, and then new live connections
     * until its count is used up. Other faults affect the next requests.
     *
     * @param fault the misbehaviour, and how often and how it occurs
     */
    public void inject(Fault fault) {
        server.faultInjector.inject(fault);
    }

    /**
     * Injects a fault on live connections into one connection only.
     *
     * @param fault the misbehaviour and how it occurs; its count is ignored
     * @param connectionId the connection, see {@link SeenConnection#id()}
     * @throws IllegalArgumentException if the fault is not one on live connections, or the connection is not open
     */
    public void inject(Fault fault, String connectionId) {
        if (!fault.kind().affectsLive()) {
            throw new IllegalArgumentException(
                    fault.kind() + " affects requests, not open connections. Inject it without a connection id.");
        }
        if (!server.faultInjector.inject(fault, connectionId)) {
            throw new IllegalArgumentException(
                    "No live connection has the id " + connectionId + ". connections() lists the open ones.");
        }
    }

    /** Removes the faults that have not occurred yet. */
    public void clearFaults() {
        server.faults.clear();
    }

    /**
     * Publishes a plain post.
     *
     * @param text the whole text, not escaped
     * @return the id of the post
     */
    public long publish(String text) {
        return publish(PostDraft.of(text));
    }

    /**
     * Publishes a post. If a rule matches the post, it is sent at once to all live connections. Backfill, jobs and
     * search return the post from now on.
     *
     * @param draft the post
     * @return the id of the post
     * @throws IllegalArgumentException if the post's time of creation lies in the future
     */
    public long publish(PostDraft draft) {
        return server.broadcast.publish(draft).id();
    }

    /**
     * Publishes a post that is sent to no live connection, as if X had lost it. Backfill, jobs and search return the
     * post.
     *
     * @param draft the post
     * @return the id of the post
     */
    public long publishUnsent(PostDraft draft) {
        return server.history.publishUnsent(draft).id();
    }

    /**
     * Sends bytes on every live connection, as one chunk.
     *
     * @param bytes the bytes, with line ends
     */
    public void sendRaw(byte[] bytes) {
        server.broadcast.send(bytes.clone());
    }

    /**
     * Sends a line on every live connection, with CRLF after it.
     *
     * @param line the line, without its line end
     */
    public void sendLine(String line) {
        sendRaw((line + "\r\n").getBytes(StandardCharsets.UTF_8));
    }

    /** Sends a keep-alive on every live connection. */
    public void sendKeepAlive() {
        sendLine("");
    }

    /**
     * Adds a rule, which matches posts from now on.
     *
     * @param tag the tag of the rule
     * @param value the rule, in X's syntax
     * @return the id of the rule
     * @throws IllegalArgumentException if the rule is not valid
     */
    public long addRule(String tag, String value) {
        return server.rules.add(value, tag, EmulatorServer.clause(value)).id();
    }

    /** Removes every rule. */
    public void removeRules() {
        server.rules.remove(rule -> true);
    }

    /**
     * Returns the posts of a span that clients should have received: those that match a rule that was in force when
     * they were created.
     *
     * @param from the start, inclusive
     * @param until the end, exclusive; posts later than now do not exist yet
     * @return the posts, oldest first
     */
    public List<ExpectedPost> shouldHaveDelivered(Instant from, Instant until) {
        return server.expectedPosts.between(from, until);
    }

    /**
     * Returns the partition that sends a post. All streams with the same number of partitions divide posts in the same way.
     *
     * @param postId the id of the post
     * @param partitions the number of partitions of the stream
     * @return 1 to {@code partitions}
     */
    public static int partition(long postId, int partitions) {
        return StreamKind.partition(postId, partitions);
    }

    /**
     * Returns how many live connections are open.
     *
     * @return the number, without recovery jobs
     */
    public int connectionsOpen() {
        return server.connections.openLive();
    }

    /**
     * Returns the live connections and recovery jobs so far: the open ones, oldest first, then the last 10,000 that
     * ended, newest first.
     *
     * @return a snapshot
     */
    public List<SeenConnection> connections() {
        return server.connections.all();
    }

    /**
     * Returns the last 10,000 requests, oldest first, without those to {@code /emulator}.
     *
     * @return a snapshot
     */
    public List<SeenRequest> requests() {
        return server.requests.all();
    }

    /**
     * Waits until exactly {@code count} live connections are open.
     *
     * @param count the number of connections
     * @param atMost how long to wait
     * @return true if this happened in time; false if the time ran out first
     * @throws InterruptedException if the thread is interrupted
     */
    public boolean awaitConnectionsOpen(int count, Duration atMost) throws InterruptedException {
        return awaitConnections(
                seen -> seen.stream()
                                .filter(connection -> connection.open() && !connection.job())
                                .count()
                        == count,
                atMost);
    }

    /**
     * Waits until the connections meet a condition.
     *
     * @param condition tests what {@link #connections()} returns, whenever a connection opens or ends
     * @param atMost how long to wait
     * @return true if this happened in time; false if the time ran out first
     * @throws InterruptedException if the thread is interrupted
     */
    public boolean awaitConnections(Predicate<List<SeenConnection>> condition, Duration atMost)
            throws InterruptedException {
        return server.connections.await(condition, atMost);
    }

    /**
     * Waits until the requests meet a condition.
     *
     * @param condition tests what {@link #requests()} returns, after each request
     * @param atMost how long to wait
     * @return true if this happened in time; false if the time ran out first
     * @throws InterruptedException if the thread is interrupted
     */
    public boolean awaitRequests(Predicate<List<SeenRequest>> condition, Duration atMost) throws InterruptedException {
        return server.requests.await(condition, atMost);
    }

    /**
     * Returns X's time.
     *
     * @return now
     */
    public Instant now() {
        return server.time.now();
    }

    /**
     * Shifts X's time. The windows of recovery, rate limits and {@linkplain Builder#zombieTime zombies} follow X's
     * time; keep-alives do not. After a shift forward, open connections receive the posts that are generated for the
     * time in between.
     *
     * @param by how far; negative to go back
     * @throws IllegalArgumentException if the time would leave the years 1970 to 9999
     */
    public void shiftTime(Duration by) {
        server.shiftTime(by);
    }

    /**
     * Begins a call within the process, without a socket and without an HTTP client. The emulator answers it as it
     * answers requests over HTTP, and plays the same faults. Bodies are never compressed.
     *
     * @param request the request
     * @param client receives the answer, on another thread
     * @return the call
     */
    public InProcessClient.Call open(InProcessClient.HttpRequest request, InProcessClient client) {
        return server.open(request, client);
    }

    /**
     * Resets all connections, and lets nobody reach the emulator: a connection is refused, or is closed before an
     * answer. Lasts until {@link #goOnline}.
     */
    public void goOffline() {
        server.goOffline();
    }

    /** Ends what {@link #goOffline} began. */
    public void goOnline() {
        server.goOnline();
    }

    /**
     * Changes how the stream treats recovery parameters from now on.
     *
     * @param policy the policy
     */
    public void recovery(RecoveryParameters policy) {
        server.recovery.set(policy);
    }

    /**
     * Describes the emulator for people.
     *
     * @return one line
     */
    @Override
    public String toString() {
        return "X emulator at %s: %s, %s posts/s about %s, %d rule(s), %d connection(s) open"
                .formatted(
                        baseUri,
                        settings.access(),
                        settings.rate(),
                        settings.topics(),
                        server.rules.current().rules().size(),
                        connectionsOpen());
    }

    /** Ends every connection and stops listening. */
    @Override
    public void close() {
        server.close();
    }

    /** Builds an {@link XEmulator}. Every setting has a default. Not thread-safe. */
    public static final class Builder {
        private final List<Settings.TaggedRule> rules = new ArrayList<>();
        private AccessLevel access = AccessLevel.ENTERPRISE;
        private int port;
        private boolean tls;
        private @Nullable InstantSource time;
        private @Nullable SharedClock clock;
        private long seed = 1;
        private double rate;
        private int shortestText = 60;
        private int longestText = 240;
        private List<PostShape> shapes = List.of(PostShape.values());
        private List<String> topics = List.of("cat", "dog", "coffee", "java");
        private Duration past = Duration.ZERO;
        private int historyPosts = 100_000;
        private Duration keepAlive = Duration.ofSeconds(20);
        private Duration lag = Duration.ZERO;
        private int disorder = 1;
        private int duplicateEvery;
        private int connectionLimit;
        private SecondConnection secondConnection = SecondConnection.REFUSED;
        private Duration zombieTime = Duration.ZERO;
        private Duration slowReaderAfter = Duration.ofMinutes(1);
        private int connectsPerWindow = 50;
        private boolean rateLimits = true;
        private RecoveryParameters recovery = RecoveryParameters.HONOURED;
        private int jobLimit = 2;
        private boolean jobInfoLine;
        private Duration indexingLag = Duration.ZERO;
        private boolean fullArchive = true;
        private String bearerToken = "AAAAAAAAAAAAAAAAAAAAAEmulator%2FToken%3D";
        private String apiKey = "emulator-key";
        private String apiSecret = "emulator-secret";
        private @Nullable Path state;

        private Builder() {}

        /**
         * Sets the access of the account; {@link AccessLevel#ENTERPRISE} by default.
         *
         * @param level the access level
         * @return this builder
         */
        public Builder access(AccessLevel level) {
            access = Objects.requireNonNull(level, "level");
            return this;
        }

        /**
         * Sets the port on the loopback address; 0, the default, chooses a free port.
         *
         * @param number 0 to 65,535
         * @return this builder
         */
        public Builder port(int number) {
            check(number >= 0 && number <= 65_535, "port is " + number + ". It must be between 0 and 65535.");
            port = number;
            return this;
        }

        /**
         * Serves HTTPS with a certificate of its own, which {@link XEmulator#clientSslContext()} trusts.
         *
         * @return this builder
         */
        public Builder tls() {
            tls = true;
            return this;
        }

        /**
         * Sets the wall clock of the emulated X; the system clock by default. Keep-alives are timed by the monotonic
         * clock.
         *
         * @param source the clock; called often, from several threads
         * @return this builder
         */
        public Builder time(InstantSource source) {
            time = Objects.requireNonNull(source, "source");
            return this;
        }

        /**
         * Sets the clock by which the emulator's threads wait, and that is also X's wall clock unless {@link #time} sets
         * another one. By default, the emulator uses the machine's clock.
         *
         * @param shared a clock that the test moves
         * @return this builder
         */
        public Builder clock(SharedClock shared) {
            clock = Objects.requireNonNull(shared, "shared");
            return this;
        }

        /**
         * Sets the seed of the generated posts; 1 by default.
         *
         * @param number any number
         * @return this builder
         */
        public Builder seed(long number) {
            seed = number;
            return this;
        }

        /**
         * Sets how many posts the emulator generates, whether rules match them or not; 0, the default, generates no
         * posts. Each post mentions one {@linkplain #topics topic}, so a rule for one of four topics matches a quarter
         * of the posts.
         *
         * @param postsPerSecond 0 to 1,000,000; fractions are allowed
         * @return this builder
         */
        public Builder rate(double postsPerSecond) {
            check(
                    postsPerSecond >= 0 && postsPerSecond <= 1_000_000,
                    "rate is " + postsPerSecond + ". It must be between 0 and 1000000.");
            rate = postsPerSecond;
            return this;
        }

        /**
         * Sets the words that generated posts mention, one word per post, in equal shares; cat, dog, coffee and java by
         * default.
         *
         * @param words one or more
         * @return this builder
         */
        public Builder topics(String... words) {
            check(words.length > 0, "topics is empty. Give at least one word.");
            topics = List.of(words);
            return this;
        }

        /**
         * Sets how long the texts of generated posts are; 60 to 240 characters by default. Texts over 280 characters
         * become long posts with {@code note_tweet}.
         *
         * @param shortest the shortest length, in characters; 1 or more
         * @param longest the longest length, in characters; 25,000 or less
         * @return this builder
         */
        public Builder postLength(int shortest, int longest) {
            check(
                    shortest >= 1 && shortest <= longest && longest <= 25_000,
                    "postLength is " + shortest + " to " + longest + ". It must be within 1 to 25000.");
            shortestText = shortest;
            longestText = longest;
            return this;
        }

        /**
         * Sets the shapes of generated posts; all by default. If plain is among them, half of the posts are plain.
         *
         * @param kinds one or more
         * @return this builder
         */
        public Builder shapes(PostShape... kinds) {
            check(kinds.length > 0, "shapes is empty. Give at least one shape.");
            shapes = List.of(kinds);
            return this;
        }

        /**
         * Sets for how long before the start of the emulator posts are generated, too; zero by default.
         *
         * @param duration up to 30 days
         * @return this builder
         */
        public Builder past(Duration duration) {
            past = notNegative(duration, "past");
            check(past.compareTo(Duration.ofDays(30)) <= 0, "past is too long. It must be at most 30 days.");
            return this;
        }

        /**
         * Sets how many published posts are kept for backfill, jobs and search; 100,000 by default. Older published
         * posts are dropped. Generated posts need no memory.
         *
         * @param posts 1 or more
         * @return this builder
         */
        public Builder historyPosts(int posts) {
            check(posts >= 1, "historyPosts is " + posts + ". It must be at least 1.");
            historyPosts = posts;
            return this;
        }

        /**
         * Sets after how much silence a keep-alive is sent; 20 s by default.
         *
         * @param interval zero to send no keep-alives
         * @return this builder
         */
        public Builder keepAlive(Duration interval) {
            keepAlive = notNegative(interval, "keepAlive");
            return this;
        }

        /**
         * Sets how long after their creation generated posts are delivered live; zero by default.
         *
         * @param duration zero or more
         * @return this builder
         */
        public Builder lag(Duration duration) {
            lag = notNegative(duration, "lag");
            return this;
        }

        /**
         * Delivers generated posts in groups of this size, and each group newest first; 1, the default, keeps the
         * order.
         *
         * @param group 1 or more
         * @return this builder
         */
        public Builder disorder(int group) {
            check(group >= 1, "disorder is " + group + ". It must be at least 1.");
            disorder = group;
            return this;
        }

        /**
         * Delivers every n-th generated post twice; 0, the default, delivers each post once.
         *
         * @param n 0 or more
         * @return this builder
         */
        public Builder duplicateEvery(int n) {
            check(n >= 0, "duplicateEvery is " + n + ". It must be at least 0.");
            duplicateEvery = n;
            return this;
        }

        /**
         * Sets how many live connections are allowed; by default the limit of the access level.
         *
         * @param connections 1 or more
         * @return this builder
         */
        public Builder connectionLimit(int connections) {
            check(connections >= 1, "connectionLimit is " + connections + ". It must be at least 1.");
            connectionLimit = connections;
            return this;
        }

        /**
         * Sets what happens to a connect over the limit; by default, it is refused.
         *
         * @param policy the policy
         * @return this builder
         */
        public Builder secondConnection(SecondConnection policy) {
            secondConnection = Objects.requireNonNull(policy, "policy");
            return this;
        }

        /**
         * Sets how long a slot stays taken by a zombie: a connection that was reset by either side, torn by a fault, or
         * half-open. Zero by default. A proper close frees the slot at once.
         *
         * @param duration in X's time
         * @return this builder
         */
        public Builder zombieTime(Duration duration) {
            zombieTime = notNegative(duration, "zombieTime");
            return this;
        }

        /**
         * Sets for how long a client with full buffers may pause reading before the emulator disconnects it; 1 min by
         * default.
         *
         * @param duration zero to never disconnect such a client
         * @return this builder
         */
        public Builder slowReaderAfter(Duration duration) {
            slowReaderAfter = notNegative(duration, "slowReaderAfter");
            return this;
        }

        /**
         * Sets how many stream connects are allowed in 15 minutes; 50 by default, as at X.
         *
         * @param connects 1 or more
         * @return this builder
         */
        public Builder connectsPerWindow(int connects) {
            check(connects >= 1, "connectsPerWindow is " + connects + ". It must be at least 1.");
            connectsPerWindow = connects;
            return this;
        }

        /**
         * Accepts any number of requests. The rate-limit headers still count them.
         *
         * @return this builder
         */
        public Builder withoutRateLimits() {
            rateLimits = false;
            return this;
        }

        /**
         * Sets how the stream treats recovery parameters. By default they are accepted with Enterprise access and
         * refused with 400 otherwise.
         *
         * @param policy the policy
         * @return this builder
         */
        public Builder recovery(RecoveryParameters policy) {
            recovery = Objects.requireNonNull(policy, "policy");
            return this;
        }

        /**
         * Sets how many recovery jobs may run at a time; 2 by default.
         *
         * @param jobs 1 or more
         * @return this builder
         */
        public Builder jobLimit(int jobs) {
            check(jobs >= 1, "jobLimit is " + jobs + ". It must be at least 1.");
            jobLimit = jobs;
            return this;
        }

        /**
         * Ends each recovery job with a line that reports the job as complete. By default there is no such line, since
         * X has not been seen to send one.
         *
         * @return this builder
         */
        public Builder jobInfoLine() {
            jobInfoLine = true;
            return this;
        }

        /**
         * Sets how long after its creation a post appears in jobs, search and counts; zero by default.
         *
         * @param duration zero or more
         * @return this builder
         */
        public Builder indexingLag(Duration duration) {
            indexingLag = notNegative(duration, "indexingLag");
            return this;
        }

        /**
         * Refuses full-archive search and counts with 403.
         *
         * @return this builder
         */
        public Builder withoutFullArchive() {
            fullArchive = false;
            return this;
        }

        /**
         * Sets the token that is accepted; a fixed one by default.
         *
         * @param token the token, which clients send verbatim
         * @return this builder
         */
        public Builder bearerToken(String token) {
            bearerToken = Objects.requireNonNull(token, "token");
            return this;
        }

        /**
         * Sets the key and the secret that {@code POST /oauth2/token} accepts; a fixed pair by default.
         *
         * @param key the consumer key
         * @param secret the consumer secret
         * @return this builder
         */
        public Builder credentials(String key, String secret) {
            apiKey = Objects.requireNonNull(key, "key");
            apiSecret = Objects.requireNonNull(secret, "secret");
            return this;
        }

        /**
         * Adds a rule that is in force from the start.
         *
         * @param tag the tag of the rule
         * @param value the rule, in X's syntax
         * @return this builder
         */
        public Builder rule(String tag, String value) {
            rules.add(new Settings.TaggedRule(tag, value));
            return this;
        }

        /**
         * Stores published posts, rules and the time in a file. An emulator that is started later with the same file,
         * seed and rate answers backfill, jobs and search for the time before its start, even for the time in which no
         * emulator was running. The rules of this builder are used for a new file only.
         *
         * @param file the file, which is created if it does not exist
         * @return this builder
         */
        public Builder state(Path file) {
            state = Objects.requireNonNull(file, "file");
            return this;
        }

        /**
         * Starts the emulator on the loopback address.
         *
         * @return the running emulator
         * @throws IllegalArgumentException if a rule is not valid
         * @throws java.io.UncheckedIOException if the port is in use or the state file cannot be used
         */
        public XEmulator start() {
            return new XEmulator(settings());
        }

        private Settings settings() {
            SharedClock waits = clock == null ? SharedClock.startingAt(Instant.now()) : clock;
            InstantSource wall = clock == null ? InstantSource.system() : clock;
            return new Settings(
                    access,
                    port,
                    tls,
                    time == null ? wall : time,
                    waits,
                    seed,
                    rate,
                    shortestText,
                    longestText,
                    shapes,
                    topics,
                    past,
                    historyPosts,
                    keepAlive,
                    lag,
                    disorder,
                    duplicateEvery,
                    connectionLimit == 0 ? access.connections : connectionLimit,
                    secondConnection,
                    zombieTime,
                    slowReaderAfter,
                    connectsPerWindow,
                    rateLimits,
                    recovery,
                    jobLimit,
                    jobInfoLine,
                    indexingLag,
                    fullArchive,
                    bearerToken,
                    apiKey,
                    apiSecret,
                    List.copyOf(rules),
                    Optional.ofNullable(state));
        }

        private static Duration notNegative(Duration duration, String name) {
            check(!duration.isNegative(), name + " is negative. It must be at least 0.");
            return duration;
        }

        private static void check(boolean holds, String message) {
            if (!holds) {
                throw new IllegalArgumentException(message);
            }
        }
    }
}
