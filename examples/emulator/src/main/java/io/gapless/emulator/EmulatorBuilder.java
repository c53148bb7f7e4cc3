package io.gapless.emulator;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Builds an {@link XEmulator}. Every setting has a default. Not thread-safe. */
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
     * Sets the access of the account; {@link AccessLevel#ENTERPRISE} by default.
     *
     * @param level the access level
     * @return this builder
     */
    public EmulatorBuilder access(AccessLevel level) {
        access = Objects.requireNonNull(level, "level");
        return this;
    }

    /**
     * Sets the port on the loopback address; 0, the default, chooses a free one.
     *
     * @param number 0 to 65,535
     * @return this builder
     */
    public EmulatorBuilder port(int number) {
        check(number >= 0 && number <= 65_535, "port is " + number + ". It must be between 0 and 65535.");
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
     * @param source the clock; called often, from several threads
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
     * Sets how many posts the emulator generates, whether rules match them or not; 0, the default, generates no posts.
     * Each post mentions one {@linkplain #topics topic}, so a rule for one of four topics matches a quarter of them.
     *
     * @param postsPerSecond 0 to 1,000,000; fractions are allowed
     * @return this builder
     */
    public EmulatorBuilder rate(double postsPerSecond) {
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
    public EmulatorBuilder topics(String... words) {
        check(words.length > 0, "topics is empty. Give at least one word.");
        topics = List.of(words);
        return this;
    }

    /**
     * Sets how long the texts of generated posts are; 60 to 240 characters by default. Texts over 280 characters become
     * long posts with {@code note_tweet}.
     *
     * @param shortest the shortest length, in characters; 1 or more
     * @param longest the longest length, in characters; 25,000 or less
     * @return this builder
     */
    public EmulatorBuilder postLength(int shortest, int longest) {
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
    public EmulatorBuilder shapes(PostShape... kinds) {
        check(kinds.length > 0, "shapes is empty. Give at least one shape.");
        shapes = List.of(kinds);
        return this;
    }

    /**
     * Generates posts for a time before the start, too; by default, generated posts begin at the start.
     *
     * @param duration up to 30 days
     * @return this builder
     */
    public EmulatorBuilder past(Duration duration) {
        past = notNegative(duration, "past");
        check(past.compareTo(Duration.ofDays(30)) <= 0, "past is too long. It must be at most 30 days.");
        return this;
    }

    /**
     * Sets how many published posts are kept for backfill, jobs and search; 100,000 by default. Older ones are dropped.
     * Generated posts need no memory.
     *
     * @param posts 1 or more
     * @return this builder
     */
    public EmulatorBuilder historyPosts(int posts) {
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
    public EmulatorBuilder keepAlive(Duration interval) {
        keepAlive = notNegative(interval, "keepAlive");
        return this;
    }

    /**
     * Sets how long after their creation generated posts are delivered live; zero by default.
     *
     * @param duration zero or more
     * @return this builder
     */
    public EmulatorBuilder lag(Duration duration) {
        lag = notNegative(duration, "lag");
        return this;
    }

    /**
     * Delivers generated posts in groups of this size, and each group newest first; 1, the default, keeps the order.
     *
     * @param group 1 or more
     * @return this builder
     */
    public EmulatorBuilder disorder(int group) {
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
    public EmulatorBuilder duplicateEvery(int n) {
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
    public EmulatorBuilder connectionLimit(int connections) {
        check(connections >= 1, "connectionLimit is " + connections + ". It must be at least 1.");
        connectionLimit = connections;
        return this;
    }

    /**
     * Sets what happens to a connect over the limit; it is refused by default.
     *
     * @param policy the policy
     * @return this builder
     */
    public EmulatorBuilder secondConnection(SecondConnection policy) {
        secondConnection = Objects.requireNonNull(policy, "policy");
        return this;
    }

    /**
     * Sets how long a slot stays taken by a zombie: a connection that did not end properly, but by a reset of either
     * side, by a fault that tears it, or as half-open. Zero by default. A proper close frees the slot at once.
     *
     * @param duration in X's time
     * @return this builder
     */
    public EmulatorBuilder zombieTime(Duration duration) {
        zombieTime = notNegative(duration, "zombieTime");
        return this;
    }

    /**
     * Sets for how long a client with full buffers may pause reading before the emulator disconnects it; 1 min by
     * default.
     *
     * @param duration zero to never disconnect it
     * @return this builder
     */
    public EmulatorBuilder slowReaderAfter(Duration duration) {
        slowReaderAfter = notNegative(duration, "slowReaderAfter");
        return this;
    }

    /**
     * Sets how many stream connects are allowed in 15 minutes; 50 by default, as at X.
     *
     * @param connects 1 or more
     * @return this builder
     */
    public EmulatorBuilder connectsPerWindow(int connects) {
        check(connects >= 1, "connectsPerWindow is " + connects + ". It must be at least 1.");
        connectsPerWindow = connects;
        return this;
    }

    /**
     * Accepts any number of requests. The rate-limit headers still count them.
     *
     * @return this builder
     */
    public EmulatorBuilder withoutRateLimits() {
        rateLimits = false;
        return this;
    }

    /**
     * Sets how the stream treats recovery parameters. By default they are accepted with Enterprise access and refused
     * with 400 otherwise.
     *
     * @param policy the policy
     * @return this builder
     */
    public EmulatorBuilder recovery(RecoveryParameters policy) {
        recovery = Objects.requireNonNull(policy, "policy");
        return this;
    }

    /**
     * Sets how many recovery jobs may run at a time; 2 by default.
     *
     * @param jobs 1 or more
     * @return this builder
     */
    public EmulatorBuilder jobLimit(int jobs) {
        check(jobs >= 1, "jobLimit is " + jobs + ". It must be at least 1.");
        jobLimit = jobs;
        return this;
    }

    /**
     * Ends each recovery job with a line that reports it as complete. By default there is no such line, since nobody
     * has seen X send one.
     *
     * @return this builder
     */
    public EmulatorBuilder jobInfoLine() {
        jobInfoLine = true;
        return this;
    }

    /**
     * Sets how long after its creation a post appears in jobs, search and counts; zero by default.
     *
     * @param duration zero or more
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
     * @param token the token, which clients send verbatim
     * @return this builder
     */
    public EmulatorBuilder bearerToken(String token) {
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
    public EmulatorBuilder credentials(String key, String secret) {
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
    public EmulatorBuilder rule(String tag, String value) {
        rules.add(new Settings.TaggedRule(tag, value));
        return this;
    }

    /**
     * Stores published posts, rules and the time in a file. An emulator that is started later with the same file, seed
     * and rate answers backfill, jobs and search for the time before, even for the time in which no emulator was
     * running. The rules of this builder are used for a new file only.
     *
     * @param file the file, which is created if it does not exist
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
     * @throws java.io.UncheckedIOException if the port is in use or the state file cannot be used
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
        check(!duration.isNegative(), name + " is negative. It must be at least 0.");
        return duration;
    }

    private static void check(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
