package io.gapless.recovery.outbox;

import io.gapless.stream.seam.BoundedAnswer;
import io.gapless.stream.seam.Durations;
import io.gapless.stream.seam.Ending;
import io.gapless.stream.seam.Head;
import io.gapless.stream.seam.Request;
import io.gapless.stream.seam.Time;
import io.gapless.stream.seam.Transport;
import io.gapless.stream.seam.Wire;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Posts batches to the address of the endpoint. Thread-safe. */
final class Endpoint implements AutoCloseable {
    static final String PATH = "/services-data/requests";
    private static final int ANSWER_MAX_BYTES = 1 << 20;

    private final URI address;
    private final @Nullable Supplier<String> apiKey;
    private final Duration timeout;
    private final Acknowledgement rule;
    private final Transport transport;
    private final boolean ownsTransport;
    private final Time time;
    private volatile Optional<Duration> ahead = Optional.empty();

    /** Creates the endpoint. If {@code ownsTransport} is true, {@link #close} also closes the transport. */
    Endpoint(
            URI address,
            @Nullable Supplier<String> apiKey,
            Duration timeout,
            Acknowledgement rule,
            Transport transport,
            boolean ownsTransport,
            Time time) {
        this.address = address;
        this.apiKey = apiKey;
        this.timeout = timeout;
        this.rule = rule;
        this.transport = transport;
        this.ownsTransport = ownsTransport;
        this.time = time;
    }

    URI address() {
        return address;
    }

    /**
     * Returns how far the endpoint's clock was ahead of this machine's clock at the last answer; empty if there was no
     * answer yet, or the answer had no date.
     */
    Optional<Duration> ahead() {
        return ahead;
    }

    /** Returns the complete address. A base that ends with the path is already complete. */
    static URI address(URI base, String path, boolean plainAllowed) {
        // The message does not repeat the address, because it contains a password.
        if (base.getRawUserInfo() != null)
            throw new IllegalArgumentException(
                    "to: the address contains a password. Remove it, and set the key with apiKey.");
        String scheme = base.getScheme();
        boolean whole = ("https".equals(scheme) || "http".equals(scheme)) && base.getHost() != null;
        if (!whole || base.getRawQuery() != null || base.getRawFragment() != null)
            throw new IllegalArgumentException(
                    "to: '" + base + "' cannot be used as an endpoint. Give scheme, host, port"
                            + " and path without a query, such as https://example.org/api.");
        if (!plainAllowed && Wire.isInClear(base))
            throw new IllegalArgumentException(
                    "to: '" + base + "' would send records and the key over the network unencrypted."
                            + " Use https, or call allowPlainHttp().");
        String text = base.toString();
        String bare = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
        if (path.isEmpty()) return base;
        return URI.create(bare.endsWith(path) ? bare : bare + path);
    }

    /**
     * Posts a batch once. First calls the supplier of the API key, which may block. Completing the returned future
     * cancels the try.
     */
    CompletableFuture<Answer> post(Batch batch, byte[] body) {
        Map<String, String> headers = new HashMap<>();
        headers.put("Content-Type", batch.envelope().contentType());
        headers.put("Idempotency-Key", batch.key());
        headers.put("User-Agent", "gapless");
        headers.put("Accept-Encoding", "identity");
        String key = "";
        if (apiKey != null) {
            try {
                key = checked(apiKey.get());
            } catch (RuntimeException e) {
                return CompletableFuture.completedFuture(Answer.none("the supplier of the API key threw "
                        + e.getClass().getName() + ", whose message is left out because it may contain the key"));
            }
            if (key.isEmpty())
                return CompletableFuture.completedFuture(Answer.none(
                        "the supplier of the API key returned null, a blank key, or one with characters that a"
                                + " header cannot carry"));
            headers.put("api-key", key);
        }
        Request request = new Request("POST", address, headers, null, body);
        return BoundedAnswer.to(request, transport, time, timeout, new Posting(key));
    }

    /**
     * Returns the API key, or an empty text if a header cannot carry the key. The JDK would refuse such a header with
     * an exception that repeats the key.
     */
    private static String checked(@Nullable String key) {
        return key != null && !key.isBlank() && key.chars().allMatch(c -> c >= ' ' && c < 127) ? key : "";
    }

    @Override
    public void close() {
        if (ownsTransport) transport.close();
    }

    /** Reads the answer of one try. The answer never contains the secret. */
    private final class Posting implements BoundedAnswer.Reader<Answer> {
        private final String secret;

        private Posting(String secret) {
            this.secret = secret;
        }

        @Override
        public int begun(Head head) {
            ahead = head.date().map(date -> Duration.between(time.instant(), date));
            return ANSWER_MAX_BYTES;
        }

        /**
         * Judges the answer by the part that was read, and does not treat a long body as a failure. An endpoint may
         * repeat the whole request in its answer.
         */
        @Override
        public Answer read(Head head, byte[] body, boolean cut) {
            return Answer.of(head, body, cut, time.instant(), rule).without(secret);
        }

        @Override
        public Answer ended(Ending ending) {
            return Answer.none(ending.detail()).without(secret);
        }

        @Override
        public Answer timedOut() {
            return Answer.none("the endpoint sent no complete answer within " + Durations.text(timeout));
        }
    }
}
