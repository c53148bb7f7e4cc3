package io.gapless.page;

import io.gapless.recovery.GaplessStream;
import io.gapless.recovery.GaplessStream.LedgerPage;
import io.gapless.recovery.outbox.Sender;
import io.gapless.stream.FilteredStream;
import io.gapless.stream.Health;
import io.gapless.stream.event.StreamEvent;
import io.gapless.stream.event.StreamListener;
import io.gapless.stream.post.BatchPostHandler;
import io.gapless.stream.post.Post;
import io.gapless.stream.post.PostHandler;
import io.micrometer.core.instrument.Tags;
import java.net.InetAddress;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows a stream on a web page: connections, posts, lag, gaps with their plans, the ledger, and what is left of each
 * budget. Serves {@code /metrics}, {@code /health} and {@code /ready} beside it. Listens on this machine only, unless
 * another address is named.
 *
 * <pre>{@code
 * try (GaplessPage page = GaplessPage.builder().port(8090).start();
 *         GaplessStream stream = GaplessStream.builder()
 *                 .bearerToken(System.getenv("X_BEARER_TOKEN"))
 *                 .stateDirectory(Path.of("state"))
 *                 .handler(page.watching(post -> System.out.println(post.text())))
 *                 .onEvent(page)
 *                 .build()) {
 *     page.show(stream);
 *     stream.start();
 *     stream.awaitClose();
 * }
 * }</pre>
 *
 * <p>The page never slows the stream down: it reads the stream's health once a second, and a browser that reads too
 * slowly is disconnected, as is a request that takes longer than 20 s. Thread-safe.
 */
public final class GaplessPage implements StreamListener, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GaplessPage.class);

    private final Watched watched = new Watched();
    private final Story story = new Story();
    private final LatestPosts posts = new LatestPosts();
    private final Samples samples = new Samples();
    private final PageMetrics metrics;
    private final Viewers viewers = new Viewers();
    private final Frames frames;
    private final PageServer server;
    private final ScheduledExecutorService ticker = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "gapless-page");
        thread.setDaemon(true);
        return thread;
    });

    private GaplessPage(Builder builder) {
        metrics = new PageMetrics(watched, builder.tags);
        frames = new Frames(builder.title, builder.buttons, watched, story, samples, posts);
        server = PageServer.open(builder, this::greeting, viewers, metrics, watched);
        // Not at a fixed rate: after a pause of the machine, no burst may fill the queues of the viewers.
        ticker.scheduleWithFixedDelay(this::tick, 0, 1, TimeUnit.SECONDS);
    }

    /**
     * Returns a new builder. Everything has a default.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Shows a stream that recovers. Call it before the stream starts, so that no event is missed.
     *
     * @param stream the stream
     */
    public void show(GaplessStream stream) {
        show(stream::health, since -> stream.ledger(since, Watched.GAPS_MAX));
    }

    /** Shows a stream by its health and its ledger. */
    void show(Supplier<Health> health, Function<Instant, LedgerPage> ledger) {
        frames.budget(health.get());
        watched.show(health, ledger);
    }

    /**
     * Shows a stream without a state.
     *
     * @param stream the stream
     */
    public void show(FilteredStream stream) {
        frames.budget(stream.health());
        watched.show(stream::health, null);
    }

    /**
     * Shows a sender, alone or beside its stream.
     *
     * @param sender the sender
     */
    public void show(Sender sender) {
        watched.show(sender::status);
    }

    /**
     * Adds an event to the page. A page is a listener, so {@code onEvent(page)} is enough; a listener of your own can call
     * this method.
     *
     * @param event what happened
     */
    @Override
    public void onEvent(StreamEvent event) {
        story.add(event);
        watched.onEvent(event);
    }

    /**
     * Returns a handler that also shows some of its posts on the page, at most two in a second.
     *
     * @param handler the handler that does the work
     * @return a handler for the stream's builder
     */
    public PostHandler watching(PostHandler handler) {
        return post -> {
            handler.onPost(post);
            posts.seen(post, Instant.now());
        };
    }

    /**
     * Returns a batch handler that also shows some of its posts on the page, at most two in a second.
     *
     * @param handler the handler that does the work
     * @return a handler for the stream's builder
     */
    public BatchPostHandler watchingBatches(BatchPostHandler handler) {
        return batch -> {
            handler.onPosts(batch);
            Post last = batch.get(batch.size() - 1);
            posts.seen(last, Instant.now());
        };
    }

    /**
     * Returns the address of the page.
     *
     * @return such as {@code http://127.0.0.1:8090/}
     */
    public URI uri() {
        return server.uri();
    }

    /** Closes the page: disconnects all browsers, and frees the port. The stream goes on. */
    @Override
    public void close() {
        ticker.shutdownNow();
        viewers.close();
        server.close();
        watched.close();
        metrics.close();
    }

    private void tick() {
        try {
            endSlowRequests(System.nanoTime());
            Instant now = Instant.now();
            watched.refresh();
            samples.add(watched.health(), now);
            if (viewers.isEmpty()) return;
            viewers.send(frames.changes(now));
        } catch (RuntimeException | Error e) {
            // An exception would end all further ticks, and the page would stand still.
            LOG.warn("The page could not be brought up to date; it tries again in a second.", e);
        }
    }

    void endSlowRequests(long nowNanos) {
        server.endSlowRequests(nowNanos);
    }

    /** Returns what a browser that has just come needs, to show everything at once. */
    private byte[] greeting() {
        return frames.everything(Instant.now());
    }

    /** Builds a {@link GaplessPage}. Not thread-safe. */
    public static final class Builder {
        private static final int PORT_MAX = 65_535;
        private static final int PASSWORD_MIN = 8;

        int port = 8090;
        InetAddress address = InetAddress.getLoopbackAddress();
        final List<String> hosts = new ArrayList<>();

        @Nullable
        String password;

        private String title = "Gapless";
        private Tags tags = Tags.empty();
        final Buttons buttons = new Buttons();

        private Builder() {}

        /**
         * Sets the port.
         *
         * @param number 8090 by default; 0 takes a free one, which {@link GaplessPage#uri} names
         * @return this
         */
        public Builder port(int number) {
            if (number < 0 || number > PORT_MAX)
                throw new IllegalArgumentException(
                        "port is " + number + ". It must be between 0 and " + PORT_MAX + ".");
            port = number;
            return this;
        }

        /**
         * Sets the address to listen on. An address that other machines reach needs a {@link #password}.
         *
         * @param local this machine only by default
         * @return this
         */
        public Builder address(InetAddress local) {
            address = local;
            return this;
        }

        /**
         * Allows requests that name this host. Requests that name a loopback or any other numeric address are always
         * allowed. All others are refused, so that no web site can read the page through a name of its own.
         *
         * @param name such as {@code stream.example.com}, without a port
         * @return this
         */
        public Builder allowHost(String name) {
            hosts.add(name);
            return this;
        }

        /**
         * Protects the page and the metrics by a password, which the browser asks for. The user name does not matter.
         * {@code /health} and {@code /ready} stay open; they say one word.
         *
         * @param secret at least 8 characters; it is kept in memory as a hash only
         * @return this
         */
        public Builder password(String secret) {
            if (secret.length() < PASSWORD_MIN)
                throw new IllegalArgumentException(
                        "The password has fewer than " + PASSWORD_MIN + " characters. Choose a longer one.");
            password = secret;
            return this;
        }

        /**
         * Sets the title of the page.
         *
         * @param words such as the name of the stream; at most 80 characters
         * @return this
         */
        public Builder title(String words) {
            if (words.isBlank() || words.length() > 80)
                throw new IllegalArgumentException("The title must have 1 to 80 characters.");
            title = words;
            return this;
        }

        /**
         * Adds a tag to each metric of {@code /metrics}, which distinguishes several streams.
         *
         * @param name such as {@code stream}
         * @param value such as the name of the stream
         * @return this
         */
        public Builder tag(String name, String value) {
            tags = tags.and(name, value);
            return this;
        }

        /**
         * Adds a button that runs code of this program, such as a fault that is injected into an emulator. The code runs
         * on a thread of the page, one press at a time.
         *
         * @param group the heading over the button
         * @param label what the button says
         * @param press runs when the button is pressed; an exception is shown on the page
         * @return this
         */
        public Builder button(String group, String label, Runnable press) {
            buttons.add(group, label, press);
            return this;
        }

        /**
         * Opens the port, and serves the page from now on.
         *
         * @return a page that shows nothing yet
         * @throws IllegalArgumentException if other machines can reach the address and no password is set
         * @throws java.io.UncheckedIOException if the port is in use
         */
        public GaplessPage start() {
            if (!address.isLoopbackAddress() && password == null)
                throw new IllegalArgumentException("Other machines can reach " + address.getHostAddress()
                        + ", so the page needs a password. Call password(…), or leave address(…) out.");
            return new GaplessPage(this);
        }

        /** Returns what decides which requests are answered. */
        Admission admission() {
            return new Admission(List.copyOf(hosts), Optional.ofNullable(password));
        }
    }
}
