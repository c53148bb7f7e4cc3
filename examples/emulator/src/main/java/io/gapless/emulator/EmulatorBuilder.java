package io.gapless.emulator;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Collects the settings of an {@link XEmulator}. Every setting has a default. Not thread-safe. */
public final class EmulatorBuilder {
    private final List<Settings.TaggedRule> rules = new ArrayList<>();
    private AccessLevel access = AccessLevel.ENTERPRISE;
    private int port;
    private boolean tls;
    private InstantSource time = InstantSource.system();
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

    EmulatorBuilder() {}

    /**
     * Sets what the account may do; {@link AccessLevel#ENTERPRISE} by default.
     *
     * @param level the access level
     * @return this builder
     */
    public EmulatorBuilder access(AccessLevel level) {
        access = Objects.requireNonNull(level, "level");
        return this;
    }

    /**
     * Sets the port on the loopback address; 0, the default, takes a free one.
     *
     * @param number 0 to 65,535
     * @return this builder
     */
    public EmulatorBuilder port(int number) {
        check(number >= 0 && number <= 65_535, "port must be 0 to 65535, not " + number);
        port = number;
        return this;
    }

    /**
     * Serves HTTPS with a certificate of its own, which {@link XEmulator#clientSslContext()} trusts.
     *
     * @return this builder
     */
    public EmulatorBuilder tls() {
        tls = true;
        return this;
    }

    /**
     * Sets the wall clock of the emulated X; the system's by default. Keep-alives are timed by the monotonic clock.
     *
     * @param source asked often, from several threads
     * @return this builder
     */
    public EmulatorBuilder time(InstantSource source) {
        time = Objects.requireNonNull(source, "source");
        return this;
    }

    /**
     * Sets the seed of the generated posts; 1 by default.
     *
     * @param number any number
     * @return this builder
     */
    public EmulatorBuilder seed(long number) {
        seed = number;
        return this;
    }

    /**
     * Sets how many posts come by themselves, whatever rules they match; 0, the default, for none. Each tells of one
     * {@linkplain #topics topic}, so a rule with one of four topics gets a quarter of the rate.
     *
     * @param postsPerSecond 0 to 1,000,000; fractions are allowed
     * @return this builder
     */
    public EmulatorBuilder rate(double postsPerSecond) {
        check(postsPerSecond >= 0 && postsPerSecond <= 1_000_000, "rate must be 0 to 1000000, not " + postsPerSecond);
        rate = postsPerSecond;
        return this;
    }

    /**
     * Sets the words that generated posts tell of, one each, in equal shares; cat, dog, coffee and java by default.
     *
     * @param words at least one
     * @return this builder
     */
    public EmulatorBuilder topics(String... words) {
        check(words.length > 0, "topics must not be empty");
        topics = List.of(words);
        return this;
    }

    /**
     * Sets how long the texts of generated posts are; 60 to 240 characters by default. Over 280 they become long posts
     * with {@code note_tweet}.
     *
     * @param shortest in characters
     * @param longest in characters, at most 25,000
     * @return this builder
     */
    public EmulatorBuilder postLength(int shortest, int longest) {
        check(shortest >= 1 && shortest <= longest && longest <= 25_000, "postLength must be within 1 to 25000");
        shortestText = shortest;
        longestText = longest;
        return this;
    }

    /**
     * Sets the shapes of generated posts; all by default. Half are plain where plain is among them.
     *
     * @param kinds at least one
     * @return this builder
     */
    public EmulatorBuilder shapes(PostShape... kinds) {
        check(kinds.length > 0, "shapes must not be empty");
        shapes = List.of(kinds);
        return this;
    }

    /**
     * Lets generated posts exist for this long before the start; none by default.
     *
     * @param duration up to 30 days
     * @return this builder
     */
    public EmulatorBuilder past(Duration duration) {
        past = notNegative(duration, "past");
        check(past.compareTo(Duration.ofDays(30)) <= 0, "past must be at most 30 days");
        return this;
    }

    /**
     * Sets how many published posts are remembered for backfill, jobs and search; 100,000 by default. Older ones are
     * forgotten. Generated posts take no memory.
     *
     * @param posts at least 1
     * @return this builder
     */
    public EmulatorBuilder historyPosts(int posts) {
        check(posts >= 1, "historyPosts must be at least 1");
        historyPosts = posts;
        return this;
    }

    /**
     * Sets after how much silence a keep-alive is sent; 20 s by default.
     *
     * @param interval zero for never
     * @return this builder
     */
    public EmulatorBuilder keepAlive(Duration interval) {
        keepAlive = notNegative(interval, "keepAlive");
        return this;
    }

    /**
     * Sets how late generated posts are delivered live after their creation; zero by default.
     *
     * @param duration not negative
     * @return this builder
     */
    public EmulatorBuilder lag(Duration duration) {
        lag = notNegative(duration, "lag");
        return this;
    }

    /**
     * Delivers generated posts in groups of this size, each group youngest first; 1, the default, keeps the order.
     *
     * @param group at least 1
     * @return this builder
     */
    public EmulatorBuilder disorder(int group) {
        check(group >= 1, "disorder must be at least 1");
        disorder = group;
        return this;
    }

    /**
     * Delivers every n-th generated post twice; 0, the default, never.
     *
     * @param n 0 or more
     * @return this builder
     */
    public EmulatorBuilder duplicateEvery(int n) {
        check(n >= 0, "duplicateEvery must not be negative");
        duplicateEvery = n;
        return this;
    }

    /**
     * Sets how many live connections are allowed; by default what the access level says.
     *
     * @param connections at least 1
     * @return this builder
     */
    public EmulatorBuilder connectionLimit(int connections) {
        check(connections >= 1, "connectionLimit must be at least 1");
        connectionLimit = connections;
        return this;
    }

    /**
     * Sets what a connect over the limit does; it is refused by default.
     *
     * @param policy the policy
     * @return this builder
     */
    public EmulatorBuilder secondConnection(SecondConnection policy) {
        secondConnection = Objects.requireNonNull(policy, "policy");
        return this;
    }

    /**
     * Sets how long a slot stays taken after its connection ended without a goodbye: by a reset from either side, by a
     * fault that tears it, or as half-open; zero by default. An orderly close frees the slot at once.
     *
     * @param duration in X's time
     * @return this builder
     */
    public EmulatorBuilder zombieTime(Duration duration) {
        zombieTime = notNegative(duration, "zombieTime");
        return this;
    }

    /**
     * Sets for how long a client may not read, with its buffers full, before it is cut off; a minute by default.
     *
     * @param duration zero for never
     * @return this builder
     */
    public EmulatorBuilder slowReaderAfter(Duration duration) {
        slowReaderAfter = notNegative(duration, "slowReaderAfter");
        return this;
    }

    /**
     * Sets how many stream connects 15 minutes allow; 50 by default, as at X.
     *
     * @param connects at least 1
     * @return this builder
     */
    public EmulatorBuilder connectsPerWindow(int connects) {
        check(connects >= 1, "connectsPerWindow must be at least 1");
        connectsPerWindow = connects;
        return this;
    }

    /**
     * Lets every request pass, however many they are; the headers still count.
     *
     * @return this builder
     */
    public EmulatorBuilder withoutRateLimits() {
        rateLimits = false;
        return this;
    }

    /**
     * Sets what the stream makes of recovery parameters; an Enterprise account has them honoured by default, any other
     * account is refused them with 400 unless this says 403 or ignored.
     *
     * @param policy the policy
     * @return this builder
     */
    public EmulatorBuilder recovery(RecoveryParameters policy) {
        recovery = Objects.requireNonNull(policy, "policy");
        return this;
    }

    /**
     * Sets how many recovery jobs run at a time; 2 by default.
     *
     * @param jobs at least 1
     * @return this builder
     */
    public EmulatorBuilder jobLimit(int jobs) {
        check(jobs >= 1, "jobLimit must be at least 1");
        jobLimit = jobs;
        return this;
    }

    /**
     * Ends each recovery job with a line that says it is complete; X is not known to send one, so the default is none.
     *
     * @return this builder
     */
    public EmulatorBuilder jobInfoLine() {
        jobInfoLine = true;
        return this;
    }

    /**
     * Sets how long after its creation a post is found by jobs, search and counts; zero by default.
     *
     * @param duration not negative
     * @return this builder
     */
    public EmulatorBuilder indexingLag(Duration duration) {
        indexingLag = notNegative(duration, "indexingLag");
        return this;
    }

    /**
     * Refuses full-archive search and counts with 403.
     *
     * @return this builder
     */
    public EmulatorBuilder withoutFullArchive() {
        fullArchive = false;
        return this;
    }

    /**
     * Sets the token that is accepted; a fixed one by default.
     *
     * @param token sent by clients as it is
     * @return this builder
     */
    public EmulatorBuilder bearerToken(String token) {
        bearerToken = Objects.requireNonNull(token, "token");
        return this;
    }

    /**
     * Sets key and secret that {@code POST /oauth2/token} accepts; a fixed pair by default.
     *
     * @param key the consumer key
     * @param secret the consumer secret
     * @return this builder
     */
    public EmulatorBuilder credentials(String key, String secret) {
        apiKey = Objects.requireNonNull(key, "key");
        apiSecret = Objects.requireNonNull(secret, "secret");
        return this;
    }

    /**
     * Adds a rule that is in force from the beginning.
     *
     * @param tag the tag
     * @param value the rule
     * @return this builder
     */
    public EmulatorBuilder rule(String tag, String value) {
        rules.add(new Settings.TaggedRule(tag, value));
        return this;
    }

    /**
     * Keeps in a file what the emulator publishes, its rules and its time, so that an emulator that is started later with
     * the same file, seed and rate answers backfill, jobs and search for the time before, and also for the time in which
     * none was running. The rules of this builder count for a new file only.
     *
     * @param file appended to; created if missing
     * @return this builder
     */
    public EmulatorBuilder state(Path file) {
        state = Objects.requireNonNull(file, "file");
        return this;
    }

    /**
     * Starts the emulator on the loopback address.
     *
     * @return the running emulator
     * @throws IllegalArgumentException if a rule is not valid
     * @throws java.io.UncheckedIOException if the port can't be had
     */
    public XEmulator start() {
        return new XEmulator(settings());
    }

    private Settings settings() {
        return new Settings(
                access,
                port,
                tls,
                time,
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
        check(!duration.isNegative(), name + " must not be negative");
        return duration;
    }

    private static void check(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
