package io.gapless.stream;

import io.gapless.stream.api.AppOnlyToken;
import io.gapless.stream.api.TokenSource;
import io.gapless.stream.api.XApi;
import io.gapless.stream.event.StreamEvent;
import io.gapless.stream.event.StreamListener;
import io.gapless.stream.post.BatchPostHandler;
import io.gapless.stream.post.DeadLetters;
import io.gapless.stream.post.Endpoint;
import io.gapless.stream.post.Fields;
import io.gapless.stream.post.PostHandler;
import io.gapless.stream.rules.RuleSet;
import io.gapless.stream.rules.syntax.RuleSyntax;
import io.gapless.stream.seam.Durations;
import io.gapless.stream.seam.Seams;
import io.gapless.stream.seam.Time;
import io.gapless.stream.seam.Transport;
import io.gapless.stream.seam.Wire;
import java.net.Authenticator;
import java.net.ProxySelector;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Holds the settings that {@link FilteredStream} and {@code GaplessStream} share. A token and a handler are required;
 * everything else has a safe default. A second call of the same setting replaces the first. {@link #handler} and {@link
 * #batchHandler} are one setting, and so are {@link #bearerToken} and {@link #apiKey}. Not thread-safe.
 *
 * @param <B> the builder itself, which each setting returns
 */
public abstract class StreamBuilder<B extends StreamBuilder<B>> {
    private static final int CONNECTS_MIN = 2;

    private static final Duration STALL_MIN = Duration.ofMillis(100);
    private static final Duration DRAIN_ON_SHUTDOWN = Duration.ofSeconds(8);

    private URI baseUrl = XApi.X;
    private @Nullable TokenSource tokens;
    private @Nullable Function<Transport, TokenSource> appOnly;
    private @Nullable BatchPostHandler handler;
    private int batchMax = 1;
    private StreamListener listener = event -> {};
    private DeadLetters deadLetters = (post, cause) -> {};
    private @Nullable RuleSet rules;
    private Endpoint endpoint = Endpoint.FILTERED_STREAM;
    private Fields fields = Fields.standard();
    private int connections = 1;
    private Duration stallTimeout = Duration.ofSeconds(25);
    private Duration healthyAfter = Duration.ofSeconds(30);
    private Duration headerTimeout = Duration.ofSeconds(20);
    private @Nullable Duration quietAfter;
    private Duration rulesCheckEvery = Duration.ofMinutes(5);
    private int connectBudget = 50;
    private int hosts = 1;
    private long inboxMaxBytes = 16 * 1024 * 1024;
    private int lineMaxBytes = 1024 * 1024;
    private long seenMaxBytes = 64 * 1024 * 1024;
    private Retries retries = Retries.STANDARD;
    private Wire wire = Wire.standard();
    private Seams seams = Seams.system();
    private @Nullable Duration drainOnShutdown;

    /** Creates a builder with the default settings. Meant for the builders of streams only. */
    protected StreamBuilder() {}

    @SuppressWarnings("unchecked")
    private B self() {
        return (B) this;
    }

    // ---- credentials -----------------------------------------------------------------------------------------------

    /**
     * Sets the app-only bearer token, exactly as X shows it.
     *
     * @param token the token, without the word Bearer
     * @return this
     * @throws IllegalArgumentException if the token is null, blank or malformed
     */
    public B bearerToken(String token) {
        tokens = TokenSource.of(token);
        appOnly = null;
        return self();
    }

    /**
     * Sets the source of the bearer token. The stream calls the supplier before each request, and once more after X has
     * refused a token, so you can rotate the token while the stream runs.
     *
     * @param supplier returns the token; may block
     * @return this
     */
    public B bearerToken(Supplier<String> supplier) {
        tokens = TokenSource.of(required("bearerToken", supplier, "a supplier, such as vault::token"));
        appOnly = null;
        return self();
    }

    /**
     * Sets the app's key and secret. The stream fetches its bearer token from X with them.
     *
     * @param key the API key
     * @param secret the API secret
     * @return this
     * @throws IllegalArgumentException if the key or the secret is null, blank or malformed
     */
    public B apiKey(String key, String secret) {
        AppOnlyToken.check(key, secret);
        tokens = null;
        appOnly = wireToX -> new AppOnlyToken(baseUrl, key, secret, wireToX, time());
        return self();
    }

    // ---- posts and events ------------------------------------------------------------------------------------------

    /**
     * Sets the handler, which receives one post at a time.
     *
     * @param postHandler your code
     * @return this
     */
    public B handler(PostHandler postHandler) {
        required("handler", postHandler, "a handler, such as post -> save(post)");
        handler = posts -> postHandler.onPost(posts.get(0));
        batchMax = 1;
        return self();
    }

    /**
     * Sets the handler, which receives several posts at a time.
     *
     * @param postsMax the most posts per call, 1 to 10,000
     * @param batchHandler your code
     * @return this
     */
    public B batchHandler(int postsMax, BatchPostHandler batchHandler) {
        batchMax = checked("postsMax", postsMax, 1, 10_000);
        handler = required("batchHandler", batchHandler, "a handler, such as posts -> save(posts)");
        return self();
    }

    /**
     * Sets how a post is retried after the handler threw. Only this post waits for its retry; other posts are handed
     * over. Once its tries are used up, it is dead-lettered.
     *
     * <p>The first failed try counts. A later failed try counts only if the handler is seen to work: since the last try
     * that counted, more of the other posts must have succeeded at their first try than have failed at it. So a post
     * that no other post follows is retried until it succeeds. While the handler is down, no try counts, and a pause
     * follows each try of any post.
     *
     * @param tries how many tries must fail, 6 by default; 2 to 100
     * @param firstPause the pause after the first failure, 500 ms by default; 1 ms to 1 h
     * @param longestPause the limit up to which pauses are doubled, 5 s by default; at least {@code firstPause}, at
     *     most 1 h
     * @return this
     */
    public B retries(int tries, Duration firstPause, Duration longestPause) {
        retries = Retries.checked(tries, firstPause, longestPause);
        return self();
    }

    /**
     * Sets the hook that keeps the posts which the handler has refused for good. Each such post is logged as an error
     * and reported as an event, with or without a hook; {@code GaplessStream} also keeps it in its state.
     *
     * @param keeper the hook
     * @return this
     */
    public B deadLetters(DeadLetters keeper) {
        deadLetters = required("deadLetters", keeper, "a hook, or omit the call");
        return self();
    }

    /**
     * Sets the listener, which receives every event.
     *
     * @param streamListener the listener
     * @return this
     */
    public B onEvent(StreamListener streamListener) {
        listener = required("onEvent", streamListener, "a listener, or omit the call");
        return self();
    }

    /**
     * Sets the rules that X is to hold. The stream synchronises them before its first connect. Rules of other owners
     * stay as they are. Without this setting, the stream uses the rules that X holds and does not change them.
     *
     * @param wanted the rules
     * @return this
     * @throws IllegalArgumentException if X would refuse a rule; the message names the rule and what is wrong with it
     */
    public B rules(RuleSet wanted) {
        rules = required("rules", wanted, "a rule set, or omit the call to use the rules that X holds")
                .checked(RuleSyntax.ENTERPRISE_MAX_LENGTH);
        return self();
    }

    /**
     * Sets which fields X sends with each post, on the stream and in search.
     *
     * @param wanted {@link Fields#standard} by default
     * @return this
     */
    public B fields(Fields wanted) {
        fields = required("fields", wanted, "fields, such as Fields.standard(), or omit the call");
        return self();
    }

    // ---- connections -----------------------------------------------------------------------------------------------

    /**
     * Sets which stream of X to read.
     *
     * @param which {@link Endpoint#FILTERED_STREAM} by default
     * @return this
     */
    public B endpoint(Endpoint which) {
        endpoint = required("endpoint", which, "an endpoint, or omit the call");
        return self();
    }

    /**
     * Sets the number of connections. X allows a second one with Enterprise access only. The stream opens the second
     * one once the first has been up for {@link #healthyAfter}.
     *
     * @param count 1 by default; 1 or 2
     * @return this
     */
    public B connections(int count) {
        connections = checked("connections", count, 1, 2);
        return self();
    }

    /**
     * Sets the stall timeout: a connection that carries no byte for this long is closed and opened again. X sends a
     * keep-alive at least every 20 s, so a timeout below 21 s cuts healthy connections of quiet streams.
     *
     * @param silence 25 s by default; 100 ms to 10 min
     * @return this
     */
    public B stallTimeout(Duration silence) {
        stallTimeout = Durations.checked("stallTimeout", silence, STALL_MIN, Duration.ofMinutes(10));
        return self();
    }

    /**
     * Sets how long a connection must be up before it counts as healthy. When a healthy connection ends, the stream
     * reconnects at once and resets all back-off ladders.
     *
     * @param length 30 s by default; 1 ms to 10 min
     * @return this
     */
    public B healthyAfter(Duration length) {
        healthyAfter = Durations.checked("healthyAfter", length, Duration.ofMillis(1), Duration.ofMinutes(10));
        return self();
    }

    /**
     * Sets how long to wait for X's answer to a connect.
     *
     * @param length 20 s by default; 100 ms to 5 min
     * @return this
     */
    public B headerTimeout(Duration length) {
        headerTimeout = Durations.checked("headerTimeout", length, Duration.ofMillis(100), Duration.ofMinutes(5));
        return self();
    }

    /**
     * Turns on the event {@link StreamEvent.Quiet}, which reports that keep-alives arrive but no posts. Off by default.
     *
     * @param length how long without a post before the event is reported; 1 s to 30 d
     * @return this
     */
    public B quietAfter(Duration length) {
        quietAfter = Durations.checked("quietAfter", length, Duration.ofSeconds(1), Duration.ofDays(30));
        return self();
    }

    /**
     * Sets how often the stream lists the rules on X while a connection is up. The stream adds back rules of {@link
     * #rules} that are missing ({@link StreamEvent.RulesRestored}). If the builder was given no rules, the stream
     * reports when X holds no rules any more ({@link StreamEvent.RulesGone}).
     *
     * @param interval 5 min by default; 1 min to 7 d
     * @return this
     */
    public B rulesCheckEvery(Duration interval) {
        rulesCheckEvery = Durations.checked("rulesCheckEvery", interval, Duration.ofMinutes(1), Duration.ofDays(7));
        return self();
    }

    /**
     * Sets the connect budget: the most connects that the stream makes in any 15 minutes. X counts connects per app.
     *
     * @param connects 50 by default; 2 to 100,000
     * @return this
     */
    public B connectBudget(int connects) {
        connectBudget = checked("connectBudget", connects, CONNECTS_MIN, 100_000);
        return self();
    }

    // ---- end -------------------------------------------------------------------------------------------------------

    /**
     * Closes the stream when the JVM shuts down: on SIGTERM, on Ctrl-C, or when {@code main} ends. The handler has 8 s
     * for the posts that have been received, which fits into the 10 s that {@code docker stop} grants.
     *
     * @return this
     * @see #closeOnShutdown(Duration)
     */
    public B closeOnShutdown() {
        return closeOnShutdown(DRAIN_ON_SHUTDOWN);
    }

    /**
     * Closes the stream when the JVM shuts down: on SIGTERM, on Ctrl-C, or when {@code main} ends. The JVM waits until
     * the handler has finished, and at most half a second longer than {@code drain}. {@code kill -9} leaves no time for
     * this. The stream registers a shutdown hook when it starts and removes it when it closes.
     *
     * @param drain how long the handler may take for the posts that have been received; 0 to 10 min
     * @return this
     */
    public B closeOnShutdown(Duration drain) {
        drainOnShutdown = Durations.checked("closeOnShutdown", drain, Duration.ZERO, Duration.ofMinutes(10));
        return self();
    }

    // ---- bounds ----------------------------------------------------------------------------------------------------

    /**
     * Sets the size of the inbox, which holds the live posts that the handler has not acknowledged yet. When the inbox
     * is full, reading stops, unless the stream can spill posts to the disk. Posts of recovery jobs and of search take
     * additional memory: an eighth of this size, at most 256 KiB, and one slice of a search.
     *
     * @param bytes 16 MiB by default; 64 KiB to 4 GiB
     * @return this
     */
    public B inboxMaxBytes(long bytes) {
        if (bytes < 64 * 1024 || bytes > 4L << 30) {
            throw new IllegalArgumentException("inboxMaxBytes is " + bytes + ". It must be between 64 KiB and 4 GiB.");
        }
        inboxMaxBytes = bytes;
        return self();
    }

    /**
     * Sets the longest line that is read. A longer line is skipped and reported.
     *
     * @param bytes 1 MiB by default; 1 KiB to 64 MiB
     * @return this
     */
    public B lineMaxBytes(int bytes) {
        lineMaxBytes = checked("lineMaxBytes", bytes, 1024, 64 * 1024 * 1024);
        return self();
    }

    /**
     * Sets the memory for the ids of the last hour, by which duplicates are found. When this memory is full, the oldest
     * ids are forgotten sooner.
     *
     * @param bytes 64 MiB by default, for 5 million ids; at least 1 MiB
     * @return this
     */
    public B seenMaxBytes(long bytes) {
        if (bytes < 1024 * 1024)
            throw new IllegalArgumentException("seenMaxBytes is " + bytes + ". It must be at least 1 MiB.");
        seenMaxBytes = bytes;
        return self();
    }

    // ---- the way to X ----------------------------------------------------------------------------------------------

    /**
     * Sets the base URL of X's API.
     *
     * @param base {@code https://api.x.com} by default; plain http is allowed only for an address of this machine
     * @return this
     */
    public B baseUrl(URI base) {
        baseUrl = XApi.checked(required("baseUrl", base, "an address, or omit the call"));
        return self();
    }

    /**
     * Sets the proxy.
     *
     * @param selector chooses the proxy for each address; the JDK's own by default
     * @return this
     */
    public B proxy(ProxySelector selector) {
        wire = wire.withProxy(required("proxy", selector, "a selector, or omit the call"));
        return self();
    }

    /**
     * Sets the authenticator for a proxy that asks for a password. The JDK refuses Basic authentication for tunnels
     * unless the system property {@code jdk.http.auth.tunneling.disabledSchemes} is set to the empty string.
     *
     * @param authenticator returns the user name and password
     * @return this
     */
    public B proxyAuthenticator(Authenticator authenticator) {
        wire = wire.withProxyAuthenticator(
                required("proxyAuthenticator", authenticator, "an authenticator, or omit the call"));
        return self();
    }

    /**
     * Sets the TLS context, for example to trust a company's own certificate authority.
     *
     * @param context the TLS context; the JDK's own by default
     * @return this
     */
    public B sslContext(SSLContext context) {
        wire = wire.withSslContext(required("sslContext", context, "a TLS context, or omit the call"));
        return self();
    }

    // ---- for tests -------------------------------------------------------------------------------------------------

    /**
     * Replaces the network, the clocks and the random numbers, for tests and simulations:
     * {@code seams(s -> s.time(virtualTime))}.
     *
     * @param change receives the current seams, and returns the seams to use
     * @return this
     * @hidden
     */
    @SuppressWarnings("exports") // Seams do not belong to the API: only the library's own programs and tests set one.
    public B seams(UnaryOperator<Seams> change) {
        required("seams", change, "a function, or omit the call");
        seams = required("seams", change.apply(seams), "the seams to use");
        return self();
    }

    // ---- for builders that add a recovery --------------------------------------------------------------------------

    /**
     * Checks that the settings are complete and fit together, for a builder that needs this before it opens
     * anything.
     *
     * @throws IllegalArgumentException if the token, the handler or the partition of the endpoint is missing, or if
     *     rules are set for an endpoint without rules
     */
    protected final void requireComplete() {
        if (tokens == null && appOnly == null) {
            throw new IllegalArgumentException(
                    "No token is set. Call bearerToken(…) with the app-only bearer token, or apiKey(key, secret).");
        }
        handler();
        if (endpoint.partitions() > 0 && !endpoint.parameters().containsKey("partition")) {
            throw new IllegalArgumentException("X divides " + endpoint.path() + " into " + endpoint.partitions()
                    + " partitions, and each connection reads one. Call endpoint(….partition(number)), once for each.");
        }
        if (rules != null && !endpoint.needsRules()) {
            throw new IllegalArgumentException("Rules are set, but " + endpoint.path()
                    + " takes none: it sends all its posts. Leave rules(…) out, or use Endpoint.FILTERED_STREAM.");
        }
    }

    /**
     * Returns the clocks, for a builder that adds a recovery.
     *
     * @return the clocks of {@link #seams}, by default the system's clocks
     * @hidden
     */
    @SuppressWarnings("exports") // Called by the recovery, which sees this type.
    protected final Time time() {
        return seams.time();
    }

    /**
     * Returns the fields, for a builder that adds a recovery.
     *
     * @return the argument of {@link #fields(Fields)}, or the default
     */
    protected final Fields fields() {
        return fields;
    }

    /**
     * Returns the stream to read, for a builder that adds a recovery.
     *
     * @return the argument of {@link #endpoint(Endpoint)}, or the filtered stream
     */
    protected final Endpoint endpoint() {
        return endpoint;
    }

    /**
     * Returns the rules that X is to hold, for a builder that adds a recovery.
     *
     * @return the argument of {@link #rules(RuleSet)}; empty without that call
     */
    protected final Optional<RuleSet> rules() {
        return Optional.ofNullable(rules);
    }

    /**
     * Returns the handler, for a builder that adds a recovery.
     *
     * @return the handler, also of a program that takes one post at a time
     * @throws IllegalArgumentException if no handler is set
     */
    protected final BatchPostHandler handler() {
        if (handler == null) {
            throw new IllegalArgumentException("No handler is set. Call handler(post -> …).");
        }
        return handler;
    }

    /**
     * Checks that a setting is not null, for a builder that adds a recovery.
     *
     * @param name the setting's name
     * @param value the value to check
     * @param wanted what to pass instead, for the message
     * @param <T> the setting's type
     * @return the value
     * @throws IllegalArgumentException if the value is null
     */
    protected static <T> T required(String name, @Nullable T value, String wanted) {
        if (value == null) throw new IllegalArgumentException(name + " is null. Pass " + wanted + ".");
        return value;
    }

    /**
     * Returns the number of connections, for a builder that adds a recovery.
     *
     * @return 1 or 2
     */
    protected final int connections() {
        return connections;
    }

    /**
     * Divides the connect budget among hosts that connect at the same time, for a builder that adds a recovery.
     *
     * @param count how many hosts share the budget
     */
    protected final void shareConnectBudget(int count) {
        hosts = count;
    }

    // ---- for the stream --------------------------------------------------------------------------------------------

    final StreamSettings settings() {
        return new StreamSettings(
                endpoint,
                fields,
                rules(),
                stallTimeout,
                healthyAfter,
                headerTimeout,
                Optional.ofNullable(quietAfter),
                rulesCheckEvery,
                connections,
                Math.max(CONNECTS_MIN, connectBudget / hosts),
                inboxMaxBytes,
                lineMaxBytes,
                seenMaxBytes,
                retries);
    }

    final URI baseUrl() {
        return baseUrl;
    }

    final TokenSource tokens(Transport wireToX) {
        if (tokens != null) return tokens;
        if (appOnly != null) return appOnly.apply(wireToX);
        throw new AssertionError("the settings have been checked");
    }

    final int batchMax() {
        return batchMax;
    }

    final StreamListener listener() {
        return listener;
    }

    final DeadLetters deadLetters() {
        return deadLetters;
    }

    /** Returns the transport that a test provides; empty for the real network. */
    final Optional<Transport> transport() {
        return seams.transport();
    }

    final Wire wire() {
        return wire;
    }

    final Optional<Duration> drainOnShutdown() {
        return Optional.ofNullable(drainOnShutdown);
    }

    /**
     * Returns the random generator of the seams, or a new one for each stream, because a generator serves one thread.
     */
    final RandomGenerator chance() {
        return seams.chance().orElseGet(SplittableRandom::new);
    }

    private static int checked(String name, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(
                    name + " is " + value + ". It must be between " + min + " and " + max + ".");
        }
        return value;
    }
}
