package io.gapless.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.twitter.clientlib.ApiClient;
import com.twitter.clientlib.TwitterCredentialsBearer;
import com.twitter.clientlib.api.TwitterApi;
import com.twitter.clientlib.model.FilteredStreamingTweetResponse;
import com.twitter.clientlib.model.Tweet;
import com.twitter.hbc.ClientBuilder;
import com.twitter.hbc.core.endpoint.RawEndpoint;
import com.twitter.hbc.core.processor.LineStringProcessor;
import com.twitter.hbc.httpclient.BasicClient;
import com.twitter.hbc.httpclient.auth.BasicAuth;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Flow;
import javax.net.ssl.SSLSocketFactory;

/**
 * Lists the clients that are compared. Each client reads the stream until its meter has counted enough posts; the meter
 * then ends the process.
 */
enum Contender {
    RAW_SOCKET("raw socket, newlines counted") {
        @Override
        void read(URI x, Path state, Meter meter) throws Exception {
            try (Socket socket = x.getScheme().equals("https")
                    ? SSLSocketFactory.getDefault().createSocket(x.getHost(), x.getPort())
                    : new Socket(x.getHost(), x.getPort())) {
                socket.getOutputStream()
                        .write(("GET " + STREAM + " HTTP/1.1\r\nHost: x\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
                InputStream in = socket.getInputStream();
                byte[] buffer = new byte[64 * 1024];
                long newlines = 0;
                while (true) {
                    int length = in.read(buffer);
                    for (int i = 0; i < length; i++) {
                        if (buffer[i] == '\n') newlines++;
                    }
                    // Each post brings three newlines: one ends its line, and two belong to its HTTP chunk.
                    meter.posts(newlines / 3);
                }
            }
        }
    },
    JDK_DISCARDING("JDK client, body discarded") {
        @Override
        void read(URI x, Path state, Meter meter) throws Exception {
            HttpClient client =
                    HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
            client.send(request(x), HttpResponse.BodyHandlers.fromSubscriber(new Discarding(meter)));
        }
    },
    GAPLESS("gapless, the id is read") {
        @Override
        void read(URI x, Path state, Meter meter) throws Exception {
            Streams.runWithoutState(x, post -> meter.post(post.id()));
        }
    },
    GAPLESS_STATE("gapless with durable state") {
        @Override
        void read(URI x, Path state, Meter meter) throws Exception {
            Streams.runWithState(x, state, post -> meter.post(post.id()));
        }
    },
    GAPLESS_TEXT("gapless, text() is read") {
        @Override
        void read(URI x, Path state, Meter meter) throws Exception {
            Streams.runWithoutState(
                    x, post -> meter.post(post.id() + post.text().length()));
        }
    },
    GAPLESS_JSON("gapless, json() is read") {
        @Override
        void read(URI x, Path state, Meter meter) throws Exception {
            Streams.runWithoutState(
                    x, post -> meter.post(post.id() + post.json().size()));
        }
    },
    HBC("hbc-core 2.2.0, raw strings") {
        @Override
        void read(URI x, Path state, Meter meter) throws Exception {
            BlockingQueue<String> lines = new ArrayBlockingQueue<>(10_000);
            BasicClient client = new ClientBuilder()
                    .hosts(x.toString())
                    .endpoint(new RawEndpoint(STREAM, "GET"))
                    .authentication(new BasicAuth("name", "password"))
                    // With this time limit, the processor waits for the reader. By default, the processor drops a line
                    // after half a second.
                    .processor(new LineStringProcessor(lines, Long.MAX_VALUE / 2_000_000))
                    .build();
            client.connect();
            while (true) meter.post(lines.take().length());
        }
    },
    OF_LINES("BodyHandlers.ofLines() and Jackson's readTree") {
        @Override
        void read(URI x, Path state, Meter meter) throws Exception {
            ObjectMapper json = new ObjectMapper();
            HttpClient client =
                    HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
            for (String line : (Iterable<String>)
                    client.send(request(x), HttpResponse.BodyHandlers.ofLines()).body()::iterator) {
                JsonNode tree = json.readTree(line);
                meter.post(tree.path("data").path("id").asLong());
            }
        }
    },
    SDK("twitter-api-java-sdk 2.0.3") {
        @Override
        void read(URI x, Path state, Meter meter) throws Exception {
            TwitterApi api = new TwitterApi(new TwitterCredentialsBearer(Streams.TOKEN));
            ApiClient client = api.getApiClient();
            client.setBasePath(x.toString());
            try (BufferedReader lines = new BufferedReader(
                    new InputStreamReader(api.tweets().searchStream().execute(), StandardCharsets.UTF_8))) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    if (line.isEmpty()) continue;
                    Tweet post = Objects.requireNonNull(
                            FilteredStreamingTweetResponse.fromJson(line).getData());
                    meter.post(Long.parseLong(post.getId()));
                }
            }
        }
    };

    private static final String STREAM = "/2/tweets/search/stream";

    private final String title;

    Contender(String title) {
        this.title = title;
    }

    /**
     * Returns the number by which this contender's numbers of posts are divided, so that all contenders take about the
     * same time.
     */
    long slowness() {
        return switch (this) {
            case SDK -> 10;
            case OF_LINES, HBC, GAPLESS_JSON -> 2;
            default -> 1;
        };
    }

    String title() {
        return title;
    }

    /**
     * Reads posts.
     *
     * @param x the address to read from
     * @param state an empty directory, for contenders that store state
     * @param meter receives each post, on one thread
     */
    abstract void read(URI x, Path state, Meter meter) throws Exception;

    private static HttpRequest request(URI x) {
        return HttpRequest.newBuilder(x.resolve(STREAM))
                .header("Authorization", "Bearer " + Streams.TOKEN)
                .build();
    }

    /** Counts the bytes, and otherwise does what {@code BodySubscribers.discarding()} does. */
    private record Discarding(Meter meter) implements Flow.Subscriber<List<ByteBuffer>> {
        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(List<ByteBuffer> item) {
            long bytes = 0;
            for (ByteBuffer buffer : item) bytes += buffer.remaining();
            meter.bytes(bytes);
        }

        @Override
        public void onError(Throwable throwable) {}

        @Override
        public void onComplete() {}
    }
}
