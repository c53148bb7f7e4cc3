package io.gapless.proof.kit;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Creates lines as X sends them: all default fields and the usual expansions, text in several scripts with characters
 * that JSON escapes, entities, a quoted post, and photos. The wanted length of a line decides how many of these parts
 * the line has.
 */
public final class PostLines {
    /** The placeholder in a line, which {@link Piece} replaces by the post's id. */
    static final String ID = "1990000000000000000";
    /**
     * The placeholder in a line, which {@link Piece} replaces by the time at which the post is sent, in nanoseconds of
     * the monotonic clock.
     */
    static final String SENT_NANOS = "1980000000000000000";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String OLD_ID = "1327011423252144128";
    private static final List<String> SENTENCES = List.of(
            "Look at this cute cat! 🐱 She waits at the door every evening. ",
            "El gato de mi vecina duerme en la ventana, ¿quién lo diría? ",
            "今日は猫と一緒に公園を散歩しました。とても楽しかったです。",
            "Die Katze \\\"Mietze\\\" frißt Äpfel &amp; Birnen — für 3 €. ",
            "قطتي تنام على الكتاب مرة أخرى\n",
            "Кошка снова сидит на клавиатуре, и я не могу работать. ");

    private PostLines() {}

    /** Returns different lines of about the given length, without line ends. */
    public static List<byte[]> of(int lengthBytes, int count) {
        List<byte[]> lines = new ArrayList<>();
        for (int i = 0; i < count; i++) lines.add(line(lengthBytes, i));
        return lines;
    }

    /** Returns the average length of the lines that a server sends for a wanted length, with their line ends. */
    public static double meanBytes(int lengthBytes) {
        return of(lengthBytes, Piece.POSTS).stream()
                .mapToInt(line -> line.length + "\r\n".length())
                .average()
                .orElseThrow();
    }

    private static byte[] line(int lengthBytes, int seed) {
        ObjectNode line = JSON.createObjectNode();
        ObjectNode data = line.putObject("data");
        String author = userId(seed);
        data.put("author_id", author);
        data.put("conversation_id", SENT_NANOS);
        data.put("created_at", "2026-11-22T12:00:00.000Z");
        data.putArray("edit_history_tweet_ids").add(ID);
        data.put("id", ID);
        data.put("lang", "en");
        data.put("text", text(seed, 90));
        if (lengthBytes > 1_000) basics(line, data, author, seed);
        if (lengthBytes > 3_000) references(line, data, seed);
        line.putArray("matching_rules")
                .addObject()
                .put("id", "1273026480692322304")
                .put("tag", "cats with images");
        int missing = lengthBytes - bytes(line).length;
        if (missing > 0) pad(line, data, seed, missing);
        return bytes(line);
    }

    private static void basics(ObjectNode line, ObjectNode data, String author, int seed) {
        data.put("possibly_sensitive", false);
        data.put("reply_settings", "everyone");
        ObjectNode metrics = data.putObject("public_metrics");
        metrics.put("retweet_count", 0)
                .put("reply_count", 0)
                .put("like_count", 0)
                .put("quote_count", 0);
        data.putObject("edit_controls")
                .put("edits_remaining", 5)
                .put("is_edit_eligible", true)
                .put("editable_until", "2026-11-22T13:00:00.000Z");
        ObjectNode entities = data.putObject("entities");
        entities.putArray("hashtags")
                .addObject()
                .put("start", 10)
                .put("end", 14)
                .put("tag", "cat");
        entities.putArray("urls")
                .addObject()
                .put("start", 60)
                .put("end", 83)
                .put("url", "https://t.co/abcdefghij")
                .put("expanded_url", "https://example.com/cats/" + seed)
                .put("display_url", "example.com/cats/" + seed);
        data.putObject("attachments").putArray("media_keys").add("3_" + OLD_ID);
        ObjectNode includes = line.putObject("includes");
        users(includes).add(user(author, seed));
        includes.putArray("media")
                .addObject()
                .put("media_key", "3_" + OLD_ID)
                .put("type", "photo")
                .put("url", "https://pbs.twimg.com/media/example.jpg")
                .put("width", 1200)
                .put("height", 800);
    }

    private static void references(ObjectNode line, ObjectNode data, int seed) {
        data.putArray("referenced_tweets").addObject().put("type", "quoted").put("id", OLD_ID);
        ObjectNode includes = (ObjectNode) line.get("includes");
        ObjectNode quoted = includes.putArray("tweets").addObject();
        quoted.put("id", OLD_ID);
        quoted.put("text", text(seed + 1, 270));
        quoted.putArray("edit_history_tweet_ids").add(OLD_ID);
        quoted.put("author_id", userId(seed + 1));
        quoted.put("created_at", "2020-11-12T22:13:20.000Z");
        for (int i = 1; i <= 4; i++) users(includes).add(user(userId(seed + i), seed + i));
    }

    private static ArrayNode users(ObjectNode includes) {
        return includes.withArray("users");
    }

    private static ObjectNode user(String id, int seed) {
        ObjectNode user = JSON.createObjectNode();
        user.put("id", id).put("name", "Cat Person " + seed).put("username", "catperson" + seed);
        user.put("created_at", "2013-12-14T04:35:55.000Z");
        user.put("description", text(seed, 100));
        user.put("verified", false).put("location", "Zürich");
        return user;
    }

    /** Fills the missing bytes of a line with the whole text of a long post, as X's lines have it. */
    private static void pad(ObjectNode line, ObjectNode data, int seed, int missingBytes) {
        ObjectNode note = data.putObject("note_tweet");
        note.put("text", "");
        int left = missingBytes - "\"note_tweet\":{\"text\":\"\"},".length();
        String text = text(seed, Math.max(0, left));
        while (JSON.valueToTree(text).toString().getBytes(StandardCharsets.UTF_8).length - 2 > left
                && !text.isEmpty()) {
            text = text.substring(0, text.offsetByCodePoints(text.length(), -1));
        }
        note.put("text", text);
    }

    private static String text(int seed, int charactersMin) {
        StringBuilder text = new StringBuilder();
        for (int i = seed; text.length() < charactersMin; i++) text.append(SENTENCES.get(i % SENTENCES.size()));
        return text.toString();
    }

    private static String userId(int seed) {
        return Long.toString(9_876_500_000L + seed);
    }

    private static byte[] bytes(ObjectNode line) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            JSON.writeValue(bytes, line);
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
