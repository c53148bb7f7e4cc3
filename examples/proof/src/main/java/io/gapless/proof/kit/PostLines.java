package io.gapless.proof.kit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
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
    private static final List<String> SENTENCES = List.of(
            "Look at this cute cat! 🐱 She waits at the door every evening. ",
            "El gato de mi vecina duerme en la ventana, ¿quién lo diría? ",
            "今日は猫と一緒に公園を散歩しました。とても楽しかったです。",
            "Die Katze \\\"Mietze\\\" frißt Äpfel &amp; Birnen — für 3 €. ",
            "قطتي تنام على الكتاب مرة أخرى\n",
            "Кошка снова сидит на клавиатуре, и я не могу работать. ");

    private static final String BASICS = """
            {
              "possibly_sensitive": false,
              "reply_settings": "everyone",
              "public_metrics": {"retweet_count": 0, "reply_count": 0, "like_count": 0, "quote_count": 0},
              "edit_controls": {
                "edits_remaining": 5, "is_edit_eligible": true, "editable_until": "2026-11-22T13:00:00.000Z"
              },
              "entities": {
                "hashtags": [{"start": 10, "end": 14, "tag": "cat"}],
                "urls": [{
                  "start": 60, "end": 83, "url": "https://t.co/abcdefghij",
                  "expanded_url": "https://example.com/cats/%1$d", "display_url": "example.com/cats/%1$d"
                }]
              },
              "attachments": {"media_keys": ["3_1327011423252144128"]}
            }""";
    private static final String MEDIA = """
            {"media": [{
              "media_key": "3_1327011423252144128", "type": "photo",
              "url": "https://pbs.twimg.com/media/example.jpg", "width": 1200, "height": 800
            }]}""";
    private static final String REFERENCES = """
            {"referenced_tweets": [{"type": "quoted", "id": "1327011423252144128"}]}""";
    private static final String QUOTED = """
            {
              "id": "1327011423252144128", "text": "", "edit_history_tweet_ids": ["1327011423252144128"],
              "author_id": "%s", "created_at": "2020-11-12T22:13:20.000Z"
            }""";
    private static final String USER = """
            {
              "id": "%2$s", "name": "Cat Person %1$d", "username": "catperson%1$d",
              "created_at": "2013-12-14T04:35:55.000Z", "description": "", "verified": false, "location": "Zürich"
            }""";

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
        if (lengthBytes > 1_000) addBasics(line, data, author, seed);
        if (lengthBytes > 3_000) addReferences(line, data, seed);
        line.putArray("matching_rules")
                .addObject()
                .put("id", "1273026480692322304")
                .put("tag", "cats with images");
        int missing = lengthBytes - bytes(line).length;
        if (missing > 0) pad(line, data, seed, missing);
        return bytes(line);
    }

    private static void addBasics(ObjectNode line, ObjectNode data, String author, int seed) {
        data.setAll(json(BASICS, seed));
        ObjectNode includes = line.putObject("includes");
        includes.putArray("users").add(user(author, seed));
        includes.setAll(json(MEDIA));
    }

    private static void addReferences(ObjectNode line, ObjectNode data, int seed) {
        data.setAll(json(REFERENCES));
        ObjectNode includes = (ObjectNode) line.get("includes");
        includes.putArray("tweets").add(json(QUOTED, userId(seed + 1)).put("text", text(seed + 1, 270)));
        for (int i = 1; i <= 4; i++) includes.withArray("users").add(user(userId(seed + i), seed + i));
    }

    private static ObjectNode user(String id, int seed) {
        return json(USER, seed, id).put("description", text(seed, 100));
    }

    private static ObjectNode json(String form, Object... parts) {
        try {
            return (ObjectNode) JSON.readTree(form.formatted(parts));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
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
