package io.gapless.emulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an emulator has published, kept in a file of lines that are only ever appended, so that the next emulator goes
 * on where this one ended: when the generated posts began, the rules and when they changed, the posts published by
 * hand, and shifts of the time. Generated posts take no room, since they can be made again. Owns the file; thread-safe.
 *
 * <pre>
 * {"begun":"2026-11-30T12:00:00Z","seed":1,"rate":10.0}
 * {"rule":{"id":"…","value":"cat","tag":"cats"},"at":0}        0: from the beginning
 * {"post":{"id":"…","text":"…",…}}
 * {"removed":"…","at":1796040000000}
 * {"shift":"PT2H"}
 * </pre>
 */
final class StateFile implements AutoCloseable {
    private static final String POST = "post";
    private static final String RULE = "rule";
    private static final String REMOVED = "removed";
    private static final String SHIFT = "shift";
    private static final String BEGUN = "begun";

    private final Path file;
    private final List<JsonNode> past;
    private @Nullable OutputStream out;

    private StateFile(Path file, List<JsonNode> past) {
        this.file = file;
        this.past = past;
    }

    /** Keeps nothing. */
    static StateFile none() {
        return new StateFile(Path.of(""), List.of());
    }

    /**
     * Opens a file, and reads what an earlier emulator has left. A last line that was cut off is dropped.
     *
     * @throws IllegalArgumentException if it is something else, or was written with another seed or rate
     */
    static StateFile open(Path file, Settings settings) {
        try {
            List<JsonNode> lines = Files.exists(file) ? read(file) : List.of();
            if (!lines.isEmpty()) check(file, lines.get(0), settings);
            StateFile state = new StateFile(file, lines);
            state.out = Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            return state;
        } catch (IOException e) {
            throw new UncheckedIOException("The state file " + file + " cannot be used: " + e, e);
        }
    }

    private static List<JsonNode> read(Path file) throws IOException {
        String text = Files.readString(file);
        int whole = text.lastIndexOf('\n') + 1;
        if (whole < text.length()) {
            Files.writeString(file, text.substring(0, whole), StandardOpenOption.TRUNCATE_EXISTING);
        }
        List<JsonNode> lines = new ArrayList<>();
        for (String line : text.substring(0, whole).lines().toList()) {
            try {
                lines.add(Json.parse(line.getBytes(StandardCharsets.UTF_8)));
            } catch (IOException e) {
                throw new IllegalArgumentException(
                        "The state file " + file + " is damaged in line " + (lines.size() + 1) + ". Name another file.",
                        e);
            }
        }
        return lines;
    }

    private static void check(Path file, JsonNode first, Settings settings) {
        if (!first.has(BEGUN)) {
            throw new IllegalArgumentException(
                    "The state file " + file + " was not written by the emulator. Name another file.");
        }
        long seed = first.path("seed").asLong();
        double rate = first.path("rate").asDouble();
        if (seed != settings.seed() || rate != settings.rate()) {
            throw new IllegalArgumentException("The state file " + file + " was written with seed " + seed
                    + " and rate " + rate + ". Use the same seed and rate, or name another file.");
        }
    }

    /** Whether there is nothing to go on with. */
    boolean isNew() {
        return past.isEmpty();
    }

    /** When the generated posts began: then, or else now. */
    long begunMillis(long nowMillis, Settings settings) {
        if (!isNew()) {
            return Instant.parse(past.get(0).path(BEGUN).asText()).toEpochMilli();
        }
        append(Json.object()
                .put(BEGUN, Instant.ofEpochMilli(nowMillis).toString())
                .put("seed", settings.seed())
                .put("rate", settings.rate()));
        return nowMillis;
    }

    /** Shifts the time and changes the rules as it was done before. */
    void restore(XTime time, RuleBook rules) {
        for (JsonNode line : past) {
            if (line.has(SHIFT)) {
                time.shift(Duration.parse(line.path(SHIFT).asText()));
            } else if (line.has(RULE)) {
                rules.restore(rule(line.path(RULE)), line.path("at").asLong());
            } else if (line.has(REMOVED)) {
                rules.restoreRemoval(id(line.path(REMOVED)), line.path("at").asLong());
            }
        }
    }

    /** Publishes again, with its id, each post that was published before. */
    void restore(World world) {
        for (JsonNode line : past) {
            if (line.has(POST)) {
                JsonNode post = line.path(POST);
                world.restore(id(post.path("id")), draft(post));
            }
        }
    }

    private static long id(JsonNode text) {
        return Long.parseLong(text.asText());
    }

    private static Rule rule(JsonNode rule) {
        String value = rule.path("value").asText();
        try {
            JsonNode tag = rule.path("tag");
            return new Rule(id(rule.path("id")), value, tag.isTextual() ? tag.asText() : null, RuleSyntax.rule(value));
        } catch (RuleSyntax.Invalid e) {
            throw new IllegalArgumentException(
                    "The rule '" + value + "' in the state file is not valid: " + e.detail(), e);
        }
    }

    private static PostDraft draft(JsonNode post) {
        return new PostDraft(
                post.path("text").asText(),
                post.path("author").asText(),
                post.path("lang").asText(),
                PostShape.valueOf(post.path("shape").asText()),
                post.path("other").asText(),
                post.path("otherText").asText(),
                id(post.path("editOf")),
                null);
    }

    void added(Rule rule, long atMillis) {
        ObjectNode line = Json.object();
        line.putObject(RULE)
                .put("id", Long.toString(rule.id()))
                .put("value", rule.value())
                .put("tag", rule.tag());
        append(line.put("at", atMillis));
    }

    void removed(Rule rule, long atMillis) {
        append(Json.object().put(REMOVED, Long.toString(rule.id())).put("at", atMillis));
    }

    void published(long id, PostDraft draft) {
        ObjectNode line = Json.object();
        line.putObject(POST)
                .put("id", Long.toString(id))
                .put("text", draft.text())
                .put("author", draft.author())
                .put("lang", draft.lang())
                .put("shape", draft.shape().name())
                .put("other", draft.other())
                .put("otherText", draft.otherText())
                .put("editOf", Long.toString(draft.editOf()));
        append(line);
    }

    void shifted(Duration by) {
        append(Json.object().put(SHIFT, by.toString()));
    }

    private synchronized void append(ObjectNode line) {
        OutputStream opened = out;
        if (opened == null) {
            return;
        }
        try {
            opened.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("The state file " + file + " cannot be written: " + e, e);
        }
    }

    @Override
    public synchronized void close() {
        OutputStream opened = out;
        out = null;
        if (opened == null) {
            return;
        }
        try {
            opened.close();
        } catch (IOException e) {
            throw new UncheckedIOException("The state file " + file + " cannot be closed: " + e, e);
        }
    }
}
