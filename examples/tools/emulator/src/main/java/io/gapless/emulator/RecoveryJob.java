package io.gapless.emulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** Writes the body of one recovery job: the posts of a range of ids, oldest first. Then the body ends. */
final class RecoveryJob extends StreamBody {
    private static final int POSTS_BEFORE_FAULT = 10;
    private static final Duration STALL_PAUSE = Duration.ofMillis(100);

    private final XTime time;
    private final PostHistory history;
    private final boolean withInfoLine;
    private final long fromId;
    private final long untilId;
    private final @Nullable Fault fault;
    private volatile boolean endRequested;

    RecoveryJob(
            Opening opening,
            XTime time,
            PostHistory history,
            boolean withInfoLine,
            long fromId,
            long untilId,
            @Nullable Fault fault) {
        super(opening);
        this.time = time;
        this.history = history;
        this.withInfoLine = withInfoLine;
        this.fromId = fromId;
        this.untilId = untilId;
        this.fault = fault;
    }

    @Override
    boolean isJob() {
        return true;
    }

    @Override
    void end(ConnectionEnd cause) {
        socket.overrideEnd(cause);
        endRequested = true;
    }

    @Override
    void writeAll(ChunkWriter chunks) throws IOException, InterruptedException {
        long most = mostPosts();
        LineBuffer buffer = new LineBuffer();
        Iterator<EmulatedPost> posts = posts();
        while (posts.hasNext() && postsSent() < most && !endRequested && !socket.isGone()) {
            EmulatedPost post = posts.next();
            LineTemplate line = lines.line(post.template(), post.id());
            if (line != null) {
                line.appendTo(buffer, post.id());
                countSent(1);
            }
            if (buffer.size() >= FULL_BYTES) {
                chunks.write(buffer.bytes(), 0, buffer.size());
                buffer.clear();
            }
        }
        chunks.write(buffer.bytes(), 0, buffer.size());
        if (fault != null && fault.kind() == Misbehaviour.JOB_CUT_EVERY_N && postsSent() >= most) {
            socket.reset(ConnectionEnd.SERVER_RESET);
        } else if (fault != null && fault.kind() == Misbehaviour.JOB_STALLS && postsSent() >= most) {
            socket.declareEnd(ConnectionEnd.HALF_OPEN);
            stall();
        } else if (fault == null && withInfoLine) {
            chunks.write(infoLine());
        }
    }

    private void stall() throws InterruptedException {
        while (!endRequested && !socket.awaitGone(STALL_PAUSE)) {
            // A stalled job sends nothing.
        }
    }

    private Iterator<EmulatedPost> posts() {
        long indexed = history.indexedMillis();
        return history.oldestFirst(fromId, Math.min(untilId, Snowflake.firstAt(indexed)), indexed);
    }

    private long mostPosts() {
        if (fault == null) {
            return Long.MAX_VALUE;
        }
        return switch (fault.kind()) {
            case JOB_EMPTY -> 0;
            case JOB_ENDS_EARLY -> countMatching() / 2;
            default -> fault.posts() > 0 ? fault.posts() : POSTS_BEFORE_FAULT;
        };
    }

    private long countMatching() {
        long count = 0;
        for (Iterator<EmulatedPost> posts = posts(); posts.hasNext(); ) {
            EmulatedPost post = posts.next();
            count += lines.line(post.template(), post.id()) == null ? 0 : 1;
        }
        return count;
    }

    private byte[] infoLine() {
        ObjectNode line = Json.object();
        ObjectNode info = line.putObject("info");
        info.put("message", "Recovery Request Completed");
        info.put("sent", time.now().toString());
        info.put("activity_count", postsSent());
        LineBuffer buffer = new LineBuffer();
        LineTemplate.of(line).appendTo(buffer, 0);
        return buffer.toBytes();
    }
}
