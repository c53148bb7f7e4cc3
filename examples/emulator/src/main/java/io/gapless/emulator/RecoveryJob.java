package io.gapless.emulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** One recovery job: the posts of a span of time, oldest first, then the end. Run by the server's thread. */
final class RecoveryJob extends StreamBody {
    private static final int CUT_AFTER = 10;
    private static final Duration STALL_PAUSE = Duration.ofMillis(100);

    private final long fromId;
    private final long untilId;
    private final @Nullable Fault fault;
    private volatile boolean told;

    RecoveryJob(
            World world,
            Wire wire,
            Request request,
            FieldSelection fields,
            long fromMillis,
            long untilMillis,
            @Nullable Fault fault) {
        super(world, wire, request, new LineMaker(world.rules(), fields, false), false);
        this.fromId = Snowflake.firstAt(fromMillis);
        this.untilId = Snowflake.firstAt(untilMillis);
        this.fault = fault;
    }

    /** Whatever the order is, the job ends. */
    @Override
    void tell(LiveStream.Order order) {
        if (order instanceof LiveStream.Order.End end) {
            wire.endsAfterAll(end.cause());
            told = true;
        }
    }

    @Override
    void writeAll(ChunkWriter chunks) throws IOException, InterruptedException {
        long most = mostPosts();
        LineBuffer buffer = new LineBuffer();
        Iterator<EmulatedPost> posts = posts();
        while (posts.hasNext() && postsSent() < most && !told && !wire.isGone()) {
            EmulatedPost post = posts.next();
            LineTemplate line = lines.line(post.template());
            if (line != null) {
                line.appendTo(buffer, post.id());
                sent(1);
            }
            if (buffer.size() >= FULL_BYTES) {
                chunks.write(buffer.bytes(), 0, buffer.size());
                buffer.clear();
            }
        }
        chunks.write(buffer.bytes(), 0, buffer.size());
        if (fault != null && fault.kind() == Misbehaviour.JOB_CUT_EVERY_N && postsSent() >= most) {
            wire.reset(ConnectionEnd.SERVER_RESET);
        } else if (fault != null && fault.kind() == Misbehaviour.JOB_STALLS && postsSent() >= most) {
            wire.ends(ConnectionEnd.HALF_OPEN);
            stall();
        } else if (fault == null && world.settings().jobInfoLine()) {
            chunks.write(infoLine());
        }
    }

    private void stall() throws InterruptedException {
        while (!told && !wire.awaitGone(STALL_PAUSE)) {
            // Silence is all there is.
        }
    }

    private Iterator<EmulatedPost> posts() {
        long indexed = world.indexedMillis();
        return world.history().oldestFirst(fromId, Math.min(untilId, Snowflake.firstAt(indexed)), indexed);
    }

    private long mostPosts() {
        if (fault == null) {
            return Long.MAX_VALUE;
        }
        return switch (fault.kind()) {
            case JOB_EMPTY -> 0;
            case JOB_ENDS_EARLY -> countMatching() / 2;
            default -> fault.posts() > 0 ? fault.posts() : CUT_AFTER;
        };
    }

    private long countMatching() {
        long count = 0;
        for (Iterator<EmulatedPost> posts = posts(); posts.hasNext(); ) {
            count += lines.line(posts.next().template()) == null ? 0 : 1;
        }
        return count;
    }

    private byte[] infoLine() {
        ObjectNode line = Json.object();
        ObjectNode info = line.putObject("info");
        info.put("message", "Recovery Request Completed");
        info.put("sent", world.time().now().toString());
        info.put("activity_count", postsSent());
        LineBuffer buffer = new LineBuffer();
        LineTemplate.of(line).appendTo(buffer, 0);
        return buffer.toBytes();
    }
}
