package io.gapless.recovery;

import io.gapless.recovery.state.Change;
import io.gapless.recovery.state.MemoryStateStore;
import io.gapless.recovery.state.StateStore;
import io.gapless.stream.post.Endpoint;
import io.gapless.stream.post.PostHandler;
import io.gapless.stream.post.Snowflake;
import io.gapless.stream.seam.Ending;
import io.gapless.stream.seam.Head;
import io.gapless.stream.seam.Request;
import io.gapless.stream.seam.Time;
import io.gapless.stream.seam.Transport;
import io.gapless.stream.seam.VirtualTime;
import io.gapless.stream.seam.Work;
import io.gapless.stream.seam.Worker;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Plays a takeover in memory and in virtual time: an outage, a connect, and a backfill of thousands of posts, most of which
 * were received before. A process that stands by has run almost none of this code. Without a rehearsal, the JVM would load
 * and compile it in the first second after the takeover, while posts wait. Touches neither network, disk nor log. Used by
 * one thread, except {@link #stop}.
 */
final class Rehearsal implements Transport {
    /** Starts a stream on what the rehearsal gives it. */
    interface Stage {
        void start(Time time, Transport x, StateStore store, PostHandler handler);
    }

    static final int POSTS = 20_000;
    /** How many of the posts were received before. */
    static final int REPEATS = 15_000;

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration OUTAGE = Duration.ofSeconds(10);
    /** Long enough for the gap to get its verdict. */
    private static final int SECONDS = 120;

    private static final Duration KEEP_ALIVE_EVERY = Duration.ofSeconds(10);
    private static final int LINES_PER_PUSH = 50;
    private static final Head HEAD = new Head(200, Map.of("content-type", "application/json"));
    private static final Ending COMPLETE = new Ending(Ending.Kind.COMPLETE, "");

    private final VirtualTime time = new VirtualTime(START);
    private final MemoryStateStore store = new MemoryStateStore(time);
    private final Stage stage;
    private volatile boolean stopped;

    Rehearsal(Stage stage) {
        this.stage = stage;
    }

    /**
     * Plays until the gap of the outage is closed, or until {@link #stop} is called.
     *
     * @return how many posts were handed over
     */
    long play() {
        Instant killed = START.minus(OUTAGE);
        long[] known = new long[REPEATS];
        for (int i = 0; i < REPEATS; i++) known[i] = id(i);
        store.commit(List.of(new Change.Frontier(killed, killed), new Change.Acknowledged(known)));
        long[] handled = {0};
        stage.start(new Unlogged(), this, store, post -> handled[0]++);
        for (int second = 0; second < SECONDS && !stopped; second++) time.advance(Duration.ofSeconds(1));
        return handled[0];
    }

    /** Ends the play, because the process closes, or has to take over now. May be called from any thread. */
    void stop() {
        stopped = true;
    }

    MemoryStateStore store() {
        return store;
    }

    /** Returns an id of the outage's last minute; the outage begins after the posts that were received before. */
    private static long id(int post) {
        return Snowflake.firstId(START.minus(OUTAGE).plusMillis((post - REPEATS) * 2L)) + post % 2;
    }

    // ---- X ---------------------------------------------------------------------------------------------------------

    @Override
    public Exchange open(Request request, Receiver receiver) {
        Answer answer = new Answer(receiver);
        boolean isStream = request.uri().getPath().endsWith(Endpoint.FILTERED_STREAM.path());
        time.after(Duration.ZERO, isStream ? answer::stream : answer::nothing);
        return answer;
    }

    @Override
    public void close() {
        // There is nothing to close: all of this is garbage when the play is over.
    }

    /** An answer of X: the posts and then keep-alives, or an empty list. */
    private final class Answer implements Exchange {
        private final Receiver receiver;
        private int sent;
        private boolean over;

        Answer(Receiver receiver) {
            this.receiver = receiver;
        }

        void nothing() {
            byte[] body = "{\"meta\":{\"result_count\":0}}".getBytes(StandardCharsets.UTF_8);
            receiver.answered(HEAD, time.nanoTime());
            receiver.bytes(body, body.length, time.nanoTime());
            receiver.ended(COMPLETE, time.nanoTime());
        }

        void stream() {
            if (receiver.answered(HEAD, time.nanoTime())) send();
        }

        private void send() {
            boolean goesOn = !over;
            while (goesOn && sent < POSTS) {
                StringBuilder lines = new StringBuilder();
                for (int i = 0; i < LINES_PER_PUSH; i++) lines.append(line(sent++));
                goesOn = push(lines.toString());
            }
            if (goesOn) keepAlive();
        }

        private void keepAlive() {
            if (over) return;
            push("\r\n");
            time.after(KEEP_ALIVE_EVERY, this::keepAlive);
        }

        private boolean push(String text) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            return receiver.bytes(bytes, bytes.length, time.nanoTime());
        }

        @Override
        public void resume() {
            time.after(Duration.ZERO, this::send);
        }

        @Override
        public void cancel() {
            over = true;
        }
    }

    private static String line(int post) {
        return "{\"data\":{\"author_id\":\"2244994945\",\"created_at\":\"" + Snowflake.time(id(post))
                + "\",\"edit_history_tweet_ids\":[\"" + id(post) + "\"],\"id\":\"" + id(post)
                + "\",\"text\":\"a post of a rehearsal, as long as most posts are\"},"
                + "\"matching_rules\":[{\"id\":\"1166916266197536768\",\"tag\":\"rehearsal\"}]}\r\n";
    }

    // ---- time ------------------------------------------------------------------------------------------------------

    /** The virtual time, without the worker that writes events to the log: nothing of this has happened. */
    private final class Unlogged implements Time {
        @Override
        public Instant instant() {
            return time.instant();
        }

        @Override
        public long nanoTime() {
            return time.nanoTime();
        }

        @Override
        public Worker start(String name, Work work, Consumer<Throwable> died) {
            return time.start(name, name.equals("gapless-events") ? nowNanos -> Work.UNTIL_WOKEN : work, died);
        }

        @Override
        public void run(String name, Runnable code) {
            time.run(name, code);
        }

        @Override
        public Alarm after(Duration delay, Runnable action) {
            return time.after(delay, action);
        }
    }
}
