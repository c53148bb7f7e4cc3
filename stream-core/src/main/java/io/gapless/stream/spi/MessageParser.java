package io.gapless.stream.spi;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import io.gapless.stream.event.StreamEvent.LineFault;
import io.gapless.stream.line.EnvelopeScanner;
import io.gapless.stream.line.Json;
import io.gapless.stream.line.PostParts;
import io.gapless.stream.post.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongFunction;

/**
 * Parses lines into messages. Reads only what decides the kind of a message: {@code data.id}, and which known keys
 * are present. {@link ReceivedPost} reads the rest of a post on demand. Stateless.
 */
public final class MessageParser {
    private static final int UNKNOWN_CHARS_MAX = 4_000;
    private static final List<String> PROBLEM_FIELDS = List.of("title", "type", "detail", "message", "code");

    private MessageParser() {}

    /**
     * Collects what the parser has found in one line: whether the line and its {@code data} are objects, and the post's
     * id.
     */
    private static final class Envelope {
        boolean object;
        boolean data;
        OptionalLong id = OptionalLong.empty();
    }

    public static Message parse(byte[] buffer, int from, int to, LongFunction<Source> sourceOf, Instant receivedAt) {
        byte[] line = Arrays.copyOfRange(buffer, from, to);
        long id = EnvelopeScanner.postId(line, 0, line.length);
        return id == EnvelopeScanner.SURPRISE
                ? byJackson(line, sourceOf, receivedAt)
                : new ReceivedPost(id, line, true, sourceOf.apply(id), receivedAt);
    }

    /**
     * Parses a line with Jackson, which accepts every form of JSON but is slower than {@link EnvelopeScanner}. If the
     * scanner finds an id in a line, Jackson finds the same id there.
     */
    public static Message byJackson(byte[] line, LongFunction<Source> sourceOf, Instant receivedAt) {
        Envelope envelope;
        try {
            envelope = scan(line);
        } catch (IOException e) {
            return repaired(line, sourceOf, receivedAt);
        }
        return message(envelope, line, sourceOf, receivedAt);
    }

    /**
     * Replaces the bytes of a line that are not UTF-8, and parses the result. A post with a broken character is still a
     * post.
     */
    private static Message repaired(byte[] line, LongFunction<Source> sourceOf, Instant receivedAt) {
        try {
            Envelope envelope = scan(Json.repaired(line));
            Message message = message(envelope, line, sourceOf, receivedAt);
            return message instanceof ReceivedPost post ? new DamagedPost(post) : message;
        } catch (IOException e) {
            return new Message.Malformed(LineFault.NOT_JSON);
        }
    }

    private static Message message(Envelope envelope, byte[] line, LongFunction<Source> sourceOf, Instant receivedAt) {
        if (envelope.id.isPresent()) {
            long id = envelope.id.getAsLong();
            return new ReceivedPost(id, line, sourceOf.apply(id), receivedAt);
        }
        if (envelope.data) return new Message.Malformed(LineFault.NO_ID);
        return envelope.object ? withoutData(line) : unknown(line);
    }

    private static Message withoutData(byte[] line) {
        JsonNode node;
        try {
            node = Json.read(Json.repaired(line));
        } catch (IOException e) {
            return new Message.Malformed(LineFault.NOT_JSON);
        }
        Optional<Message> problem = problem(node);
        if (problem.isPresent()) return problem.get();
        if (node.path("info").isObject()) return new Message.Info(node);
        return unknown(line);
    }

    /**
     * Returns X's problem in a message, as a {@link Message.Notice} or a {@link Message.PostUnavailable}; empty if the
     * message contains no problem. The problem is the message itself, or an element of its {@code errors[]}. A problem
     * of the whole stream has priority over problems of single posts.
     */
    private static Optional<Message> problem(JsonNode node) {
        JsonNode errors = node.path("errors");
        if (endsConnection(node) || isProblem(node, errors.isArray()) && !isOfOnePost(node)) {
            return Optional.of(new Message.Notice(Problem.of(node)));
        }
        for (JsonNode error : errors) {
            if (endsConnection(error)) return Optional.of(new Message.Notice(Problem.of(error)));
        }
        for (JsonNode error : errors) {
            if (isProblem(error, true) && !isOfOnePost(error)) {
                return Optional.of(new Message.Notice(Problem.of(error)));
            }
        }
        if (isOfOnePost(node)) return Optional.of(new Message.PostUnavailable(Problem.of(node)));
        for (JsonNode error : errors) {
            if (isOfOnePost(error)) return Optional.of(new Message.PostUnavailable(Problem.of(error)));
        }
        return Optional.empty();
    }

    private static boolean endsConnection(JsonNode problem) {
        return problem.has("disconnect_type") || problem.has("connection_issue");
    }

    /**
     * Returns whether a node has the fields of a problem. For an element of {@code errors[]}, and for an object that
     * contains {@code errors[]}, one such field is enough, because a problem is expected there. Any other object must
     * have both {@code title} and {@code type}, because other messages have a {@code type}, too.
     */
    private static boolean isProblem(JsonNode node, boolean expected) {
        if (!expected) return node.has("title") && node.has("type");
        return PROBLEM_FIELDS.stream().anyMatch(node::has);
    }

    private static boolean isOfOnePost(JsonNode problem) {
        return problem.has("resource_id") || problem.has("resource_type") || problem.has("parameter");
    }

    private static Message unknown(byte[] line) {
        return new Message.Unknown(
                new String(line, 0, Math.min(line.length, UNKNOWN_CHARS_MAX), StandardCharsets.UTF_8));
    }

    private static Envelope scan(byte[] line) throws IOException {
        Json.requireUtf8(line);
        Envelope envelope = new Envelope();
        try (JsonParser parser = Json.parser(line, line.length)) {
            JsonToken first = parser.nextToken();
            if (first == null) throw new IOException("an empty line is not a message");
            envelope.object = first == JsonToken.START_OBJECT;
            if (envelope.object) scanFields(parser, envelope);
            else parser.skipChildren();
            if (parser.nextToken() != null) throw new IOException("more than one value in a line");
        }
        return envelope;
    }

    private static void scanFields(JsonParser parser, Envelope envelope) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            boolean data = parser.currentName().equals("data");
            JsonToken value = parser.nextToken();
            // If the key data occurs twice, the last one counts. The tree from which ReceivedPost reads its fields does
            // the
            // same.
            if (data) {
                envelope.data = value == JsonToken.START_OBJECT;
                envelope.id = OptionalLong.empty();
            }
            if (data && envelope.data) scanData(parser, envelope);
            else parser.skipChildren();
        }
    }

    private static void scanData(JsonParser parser, Envelope envelope) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            boolean id = parser.currentName().equals("id");
            JsonToken value = parser.nextToken();
            if (id) envelope.id = readId(parser, value);
            parser.skipChildren();
        }
    }

    private static OptionalLong readId(JsonParser parser, JsonToken value) throws IOException {
        if (value != JsonToken.VALUE_STRING && value != JsonToken.VALUE_NUMBER_INT) return OptionalLong.empty();
        return PostParts.id(parser.getText());
    }

    /** Returns the id of a post from the first bytes of its line; empty if these bytes contain no id. */
    public static OptionalLong idInHead(byte[] head) {
        Envelope envelope = new Envelope();
        // A number at the very end may continue beyond the head, so its digits are left out.
        int end = head.length;
        while (end > 0 && head[end - 1] >= '0' && head[end - 1] <= '9') end--;
        try (JsonParser parser = Json.parser(head, end)) {
            if (parser.nextToken() == JsonToken.START_OBJECT) scanFields(parser, envelope);
        } catch (IOException e) {
            // The head ends within a value. An id that was found before that point counts.
        }
        return envelope.id;
    }
}
