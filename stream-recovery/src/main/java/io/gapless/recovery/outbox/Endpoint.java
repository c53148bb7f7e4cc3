package io.gapless.recovery.outbox;

import io.gapless.stream.Durations;
import io.gapless.stream.seam.Ending;
import io.gapless.stream.seam.Head;
import io.gapless.stream.seam.Request;
import io.gapless.stream.seam.Time;
import io.gapless.stream.seam.Transport;
import io.gapless.stream.seam.Wire;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Where batches go: {@code POST {base}/services-data/requests}. Thread-safe. */
final class Endpoint implements AutoCloseable {
    private static final String PATH = "/services-data/requests";
    private static final int ANSWER_MAX_BYTES = 1 << 20;

    private final URI address;
    private final @Nullable Supplier<String> apiKey;
    private final Duration timeout;
    private final Transport transport;
    private final Time time;

    /** The transport is closed with the endpoint. */
    Endpoint(
            URI base,
            boolean plainAllowed,
            @Nullable Supplier<String> apiKey,
            Duration timeout,
            Transport transport,
            Time time) {
        this.address = address(base, plainAllowed);
        this.apiKey = apiKey;
        this.timeout = timeout;
        this.transport = transport;
        this.time = time;
    }

    static URI address(URI base, boolean plainAllowed) {
        // A password in the address is not repeated.
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
        return URI.create((text.endsWith("/") ? text.substring(0, text.length() - 1) : text) + PATH);
    }

    /** Posts a batch once; asks for the key, which may block. Completing the future calls the try off. */
    CompletableFuture<Answer> post(Batch batch, byte[] body) {
        Map<String, String> headers = new HashMap<>();
        headers.put("Content-Type", batch.envelope().contentType());
        headers.put("Idempotency-Key", batch.key());
        headers.put("User-Agent", "gapless");
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
        return Posting.send(new Request("POST", address, headers, null, body), key, timeout, transport, time);
    }

    /** The JDK would repeat a malformed header in its exception, key and all. */
    private static String checked(@Nullable String key) {
        return key != null && !key.isBlank() && key.chars().allMatch(c -> c >= ' ' && c < 127) ? key : "";
    }

    @Override
    public void close() {
        transport.close();
    }

    /** One try under way: collects a bounded body. Owner: the transport's thread. */
    private static final class Posting implements Transport.Receiver {
        private final CompletableFuture<Answer> answer = new CompletableFuture<>();
        private final ByteArrayOutputStream body = new ByteArrayOutputStream();
        private final String secret;
        private final Time time;
        private @Nullable Head head;

        private Posting(String secret, Time time) {
            this.secret = secret;
            this.time = time;
        }

        static CompletableFuture<Answer> send(
                Request request, String secret, Duration timeout, Transport transport, Time time) {
            Posting posting = new Posting(secret, time);
            Transport.Exchange exchange = transport.open(request, posting);
            Time.Alarm alarm = time.after(
                    timeout,
                    () -> posting.end(
                            Answer.none("the endpoint sent no complete answer within " + Durations.text(timeout))));
            return posting.answer.whenComplete((answer, failure) -> {
                alarm.cancel();
                exchange.cancel();
            });
        }

        private void end(Answer found) {
            answer.complete(found.without(secret));
        }

        @Override
        public boolean answered(Head begun, long nowNanos) {
            head = begun;
            return true;
        }

        @Override
        public boolean bytes(byte[] buffer, int length, long nowNanos) {
            if (body.size() + length > ANSWER_MAX_BYTES) {
                end(Answer.none("the endpoint's answer is longer than " + ANSWER_MAX_BYTES + " bytes"));
                return false;
            }
            body.write(buffer, 0, length);
            return true;
        }

        @Override
        public void ended(Ending ending, long nowNanos) {
            Head received = head;
            if (received != null && ending.kind() == Ending.Kind.COMPLETE)
                end(Answer.of(received, body.toByteArray(), time.instant()));
            else end(Answer.none(ending.detail()));
        }
    }
}
