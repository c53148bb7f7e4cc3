package io.gapless.stream;

import io.gapless.proof.kit.LoopStream;
import io.gapless.proof.kit.PostLines;
import io.gapless.stream.line.EnvelopeScanner;
import io.gapless.stream.line.LineFramer;
import io.gapless.stream.post.Origin;
import io.gapless.stream.post.Snowflake;
import io.gapless.stream.seam.VirtualTime;
import io.gapless.stream.spi.MessageParser;
import io.gapless.stream.spi.Overflow;
import io.gapless.stream.spi.ReceivedPost;
import io.gapless.stream.spi.Source;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/** Measures each stage of a post's path alone. The times are per post of 1.6 KB, or per keep-alive. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(java.util.concurrent.TimeUnit.NANOSECONDS)
public class HotPath {
    private static final int POSTS = 64;
    private static final int LINE_BYTES = 1_600;
    private static final int AMPLE_BYTES = 1 << 30;
    private static final byte[] KEEP_ALIVE = {'\r', '\n'};

    private final Source live = new Source(Origin.LIVE);
    private final Instant now = Instant.parse("2026-11-22T12:00:00Z");
    private final LineFramer framer = new LineFramer(1 << 20);
    private final SeenPosts seen = new SeenPosts(AMPLE_BYTES, () -> Long.MAX_VALUE);
    private List<byte[]> lines = List.of();
    private byte[] body = {};
    private long id;

    /** Receives lines and keep-alives, and does nothing with them. */
    private record Sink(Blackhole hole) implements LineFramer.Lines {
        @Override
        public void line(byte[] buffer, int from, int to) {
            hole.consume(to - from);
        }

        @Override
        public void keepAlive() {
            hole.consume(1);
        }

        @Override
        public void tooLong(byte[] head, long lengthBytes) {
            throw new AssertionError("no line is too long");
        }
    }

    @Setup
    public void prepare() {
        lines = PostLines.of(LINE_BYTES, POSTS);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] line : lines) {
            all.writeBytes(line);
            all.write('\r');
            all.write('\n');
        }
        body = all.toByteArray();
        id = Snowflake.firstId(now);
    }

    @Benchmark
    @OperationsPerInvocation(POSTS)
    public void framing(Blackhole hole) {
        framer.feed(body, body.length, new Sink(hole));
    }

    @Benchmark
    public boolean keepAlive(Connected connected) {
        return connected.stream.take(KEEP_ALIVE);
    }

    @Benchmark
    @OperationsPerInvocation(POSTS)
    public void scanning(Blackhole hole) {
        for (byte[] line : lines) hole.consume(EnvelopeScanner.postId(line, 0, line.length));
    }

    @Benchmark
    @OperationsPerInvocation(POSTS)
    public void parsing(Blackhole hole) {
        for (byte[] line : lines) hole.consume(MessageParser.parse(line, 0, line.length, x -> live, now));
    }

    @Benchmark
    @OperationsPerInvocation(POSTS)
    public void parsingByJackson(Blackhole hole) {
        for (byte[] line : lines) hole.consume(MessageParser.byJackson(line.clone(), x -> live, now));
    }

    @Benchmark
    public boolean dedupe() {
        // Each id is 1 ms later than the last one. After 50 minutes of ids, the first time is used again, since ids are
        // remembered for an hour.
        id += 1L << 22;
        if (Snowflake.millis(id) > now.toEpochMilli() + 3_000_000) id = Snowflake.firstId(now);
        return seen.firstTime(id, now.toEpochMilli());
    }

    /** Adds posts as the connection does, then takes and releases them as the handler does, on one thread. */
    @Benchmark
    @OperationsPerInvocation(POSTS)
    public void inbox(Handover handover, Blackhole hole) {
        handover.inbox.add(handover.posts, () -> {});
        handover.taken.clear();
        handover.inbox.take(POSTS, POSTS, handover.taken, Oldest.NONE, Oldest.NONE);
        handover.inbox.release(handover.taken);
        hole.consume(handover.taken);
    }

    /** Holds a connected stream, in virtual time that does not move. */
    @State(Scope.Thread)
    public static class Connected {
        private final VirtualTime time = new VirtualTime(Instant.parse("2026-11-22T12:00:00Z"));
        private final LoopStream stream = new LoopStream(time, settings -> settings.handler(post -> {}));
    }

    /** Holds an inbox, and the posts that are added to the inbox and taken from it. */
    @State(Scope.Thread)
    public static class Handover {
        private final Inbox inbox = new Inbox(AMPLE_BYTES, Overflow.NONE);
        private final List<ReceivedPost> posts = new ArrayList<>();
        private final List<ReceivedPost> taken = new ArrayList<>();

        @Setup
        public void prepare() {
            Source live = new Source(Origin.LIVE);
            long id = 1990000000000000000L;
            for (byte[] line : PostLines.of(LINE_BYTES, POSTS))
                posts.add(new ReceivedPost(id++, line, live, Instant.EPOCH));
        }
    }
}
