package io.gapless.emulator;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/** Makes the lines that faults send: unusual lines, malformed lines and disconnect notices, cut into chunks. */
final class FaultyLines {
    private static final int HUGE = 1_100_000;
    private static final Duration LATE_BY = Duration.ofSeconds(30);

    private final LineMaker lines;
    private final LastSentPost last;
    private final PostHistory history;
    private final XTime time;

    FaultyLines(LineMaker lines, LastSentPost last, PostHistory history, XTime time) {
        this.lines = lines;
        this.last = last;
        this.history = history;
        this.time = time;
    }

    List<byte[]> chunks(Fault fault) {
        return switch (fault.kind()) {
            case CUT_MID_LINE -> {
                byte[] line = post(draft());
                yield List.of(Arrays.copyOf(line, fault.bytes() > 0 ? fault.bytes() : line.length / 2));
            }
            case OPERATIONAL_DISCONNECT -> line(Problems.wrapped(operational()));
            case OPERATIONAL_DISCONNECT_BARE -> line(operational());
            case UPSTREAM_DISCONNECT ->
                notice(
                        "UpstreamOperationalDisconnect",
                        "This stream has been disconnected upstream for operational reasons.");
            case SLOW_READER ->
                notice(
                        "SlowReader",
                        "This stream has been disconnected because your client was unable to keep up with us.");
            case FORCE_DISCONNECT -> notice("ForceDisconnect", "This stream has been disconnected by an operator.");
            case IN_BAND_TOO_MANY_CONNECTIONS -> line(Problems.wrapped(Problems.tooManyConnections()));
            case SPLIT_UTF8 -> split(post(append(draft(), "🐱")), "🐱".getBytes(UTF_8), 2);
            case ONE_BYTE_CHUNKS -> singleBytes(post(append(draft(), "é 🐱")));
            case HUGE_LINE -> List.of(huge(fault.bytes() > 0 ? fault.bytes() : HUGE));
            case INVALID_UTF8 ->
                List.of(new String(post(append(draft(), "~")), UTF_8)
                        .replace('~', '\u00ff')
                        .getBytes(ISO_8859_1));
            case NOT_JSON -> List.of("{\"data\":{\"id\":\"12\",,,\r\n".getBytes(UTF_8));
            case UNKNOWN_MESSAGE ->
                List.of("{\"type\":\"connection_metadata\",\"datacenter\":\"atla\",\"timestamp\":1753391148000}\r\n"
                        .getBytes(UTF_8));
            case UNKNOWN_ENUM -> List.of(withUnknowns());
            case NO_ID -> List.of("{\"data\":{\"text\":\"without an id\"},\"matching_rules\":[]}\r\n".getBytes(UTF_8));
            case DUPLICATE -> List.of(repeatLast());
            case OUT_OF_ORDER -> newerFirst();
            case LATE -> {
                Instant then = time.now().minus(fault.delayOr(LATE_BY));
                yield List.of(post(draft().at(then)));
            }
            default -> throw new IllegalArgumentException(fault.kind() + " does not send a line");
        };
    }

    private PostDraft draft() {
        return MatchingDraft.of(lines.rulesNow().rules());
    }

    private static PostDraft append(PostDraft draft, String words) {
        return draft.withText(draft.text() + " " + words);
    }

    /**
     * Publishes a post, and returns its line for the connection that plays the fault. No other connection sends the
     * post.
     */
    private byte[] post(PostDraft draft) {
        return line(history.publishUnsent(draft));
    }

    private byte[] line(EmulatedPost post) {
        LineTemplate line = lines.line(post.template(), post.id());
        if (line == null) {
            line = post.template().lineTemplate(FieldSelection.DEFAULT, List.of());
        }
        LineBuffer buffer = new LineBuffer();
        line.appendTo(buffer, post.id());
        last.set(line, post.id());
        return buffer.toBytes();
    }

    private byte[] repeatLast() {
        LineTemplate line = last.line();
        if (line == null) {
            return post(draft());
        }
        LineBuffer buffer = new LineBuffer();
        line.appendTo(buffer, last.id());
        return buffer.toBytes();
    }

    private List<byte[]> newerFirst() {
        Instant now = time.now();
        EmulatedPost older = history.publishUnsent(draft().at(now.minusMillis(1)));
        EmulatedPost newer = history.publishUnsent(draft().at(now));
        return List.of(line(newer), line(older));
    }

    private byte[] withUnknowns() {
        return changed(line -> {
            ObjectNode data = (ObjectNode) line.get("data");
            data.put("reply_settings", "only_martians");
            data.put("lang", "x-unheard-of");
            data.putArray("referenced_tweets")
                    .addObject()
                    .put("type", "remembered")
                    .put("id", "1");
            line.putObject("brand_new_section").put("version", 3);
        });
    }

    private byte[] huge(int bytes) {
        return changed(line -> ((ObjectNode) line.get("data")).put("text", "x".repeat(bytes)));
    }

    /**
     * Publishes a post, and returns its line after a change, for the connection that plays the fault. No other
     * connection sends the post.
     */
    private byte[] changed(Consumer<ObjectNode> change) {
        EmulatedPost post = history.publishUnsent(draft());
        List<Rule> matching = lines.rulesNow().matching(post.template().facts());
        ObjectNode line = post.template().line(FieldSelection.DEFAULT, matching);
        change.accept(line);
        LineBuffer buffer = new LineBuffer();
        LineTemplate.of(line).appendTo(buffer, post.id());
        return buffer.toBytes();
    }

    private static ObjectNode operational() {
        return Problems.disconnect(
                "OperationalDisconnect", "This stream has been disconnected for operational reasons.");
    }

    private static List<byte[]> notice(String type, String detail) {
        return line(Problems.wrapped(Problems.disconnect(type, detail)));
    }

    private static List<byte[]> line(ObjectNode message) {
        return List.of((new String(Json.bytes(message), UTF_8) + "\r\n").getBytes(UTF_8));
    }

    private static List<byte[]> split(byte[] line, byte[] character, int within) {
        for (int at = 0; at + character.length <= line.length; at++) {
            if (Arrays.equals(line, at, at + character.length, character, 0, character.length)) {
                return List.of(Arrays.copyOf(line, at + within), Arrays.copyOfRange(line, at + within, line.length));
            }
        }
        throw new IllegalStateException("the line lacks the character to be split");
    }

    private static List<byte[]> singleBytes(byte[] line) {
        List<byte[]> chunks = new ArrayList<>();
        for (byte one : line) {
            chunks.add(new byte[] {one});
        }
        return chunks;
    }
}
