package io.gapless.emulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Saves the data with which an emulator continues where an earlier emulator ended: the time at which the generated
 * posts began, the rules and their changes, the published posts, and the shifts of X's time. Lines are only appended to
 * the file. Generated posts are not saved, since the same seed generates the same posts. Owns the file. Thread-safe.
 *
 * <pre>
 * {"begun":"2026-11-30T12:00:00Z","seed":1,"rate":10.0}
 * {"rule":{"id":"…","value":"cat","tag":"cats"},"at":0}        0: in force from the start
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
    private final List<JsonNode> saved;
    private @Nullable OutputStream out;

    /** A saved change of the rules. */
    sealed interface RuleChange {
        record Added(Rule rule, long atMillis) implements RuleChange {}

        record Removed(long ruleId, long atMillis) implements RuleChange {}
    }

    record SavedPost(long id, PostDraft draft) {}

    private StateFile(Path file, List<JsonNode> saved) {
        this.file = file;
        this.saved = saved;
    }

    /** Returns a state file that saves nothing. */
    static StateFile none() {
        return new StateFile(Path.of(""), List.of());
    }

    /**
     * Opens a file and reads what an earlier emulator has saved. An unfinished last line is dropped.
     *
     * @throws IllegalArgumentException if the file is not a state file, was written with another seed or rate, or
     *     belongs to an emulator that runs
     */
    static StateFile open(Path file, Settings settings) {
        FileOutputStream out = null;
        try {
            out = new FileOutputStream(file.toFile(), true);
            lock(file, out.getChannel());
            List<JsonNode> lines = read(file);
            if (!lines.isEmpty()) check(file, lines.get(0), settings);
            StateFile state = new StateFile(file, lines);
            state.out = out;
            out = null;
            return state;
        } catch (IOException e) {
            throw new UncheckedIOException(unusable(file), e);
        } finally {
            closeQuietly(out);
        }
    }

    /** Locks a byte that the file never reaches, because a lock keeps others from reading on Windows. */
    private static void lock(Path file, FileChannel channel) throws IOException {
        boolean locked;
        try {
            locked = channel.tryLock(Long.MAX_VALUE - 1, 1, false) != null;
        } catch (OverlappingFileLockException e) {
            locked = false;
        }
        if (!locked)
            throw new IllegalArgumentException("The state file " + file
                    + " belongs to another emulator that runs. End that one, or name another file.");
    }

    private static void closeQuietly(@Nullable FileOutputStream out) {
        if (out == null) return;
        try {
            out.close();
        } catch (IOException e) {
            // Why the file was not opened is reported already.
        }
    }

    private static String unusable(Path file) {
        Path directory = file.toAbsolutePath().getParent();
        String why = "it cannot be read and written as text. Check its permissions, or name another file.";
        if (Files.isDirectory(file)) {
            why = "it is a directory. Name a file in it.";
        } else if (directory != null && !Files.isDirectory(directory)) {
            why = "the directory " + directory + " does not exist. Create it, or name another file.";
        }
        return "The state file " + file + " cannot be used: " + why;
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

    /** Returns whether the file contains no data of an earlier emulator. */
    boolean isNew() {
        return saved.isEmpty();
    }

    /**
     * Returns the time at which the generated posts began. For a new file this is {@code nowMillis}, which is then
     * saved.
     */
    long beginMillis(long nowMillis, Settings settings) {
        if (!isNew()) {
            return Instant.parse(saved.get(0).path(BEGUN).asText()).toEpochMilli();
        }
        append(Json.object()
                .put(BEGUN, Instant.ofEpochMilli(nowMillis).toString())
                .put("seed", settings.seed())
                .put("rate", settings.rate()));
        return nowMillis;
    }

    /** Returns the saved shifts of X's time, oldest first. */
    List<Duration> shifts() {
        return saved(SHIFT)
                .map(line -> Duration.parse(line.path(SHIFT).asText()))
                .toList();
    }

    /** Returns the saved changes of the rules, oldest first. */
    List<RuleChange> ruleChanges() {
        return saved.stream()
                .filter(line -> line.has(RULE) || line.has(REMOVED))
                .map(StateFile::ruleChange)
                .toList();
    }

    /** Returns the saved posts, in the order in which they were published. */
    List<SavedPost> posts() {
        return saved(POST)
                .map(line -> line.path(POST))
                .map(post -> new SavedPost(id(post.path("id")), draft(post)))
                .toList();
    }

    private Stream<JsonNode> saved(String kind) {
        return saved.stream().filter(line -> line.has(kind));
    }

    private static RuleChange ruleChange(JsonNode line) {
        long atMillis = line.path("at").asLong();
        return line.has(RULE)
                ? new RuleChange.Added(rule(line.path(RULE)), atMillis)
                : new RuleChange.Removed(id(line.path(REMOVED)), atMillis);
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

    void saveRule(Rule rule, long atMillis) {
        ObjectNode line = Json.object();
        line.putObject(RULE)
                .put("id", Long.toString(rule.id()))
                .put("value", rule.value())
                .put("tag", rule.tag());
        append(line.put("at", atMillis));
    }

    void saveRemoval(Rule rule, long atMillis) {
        append(Json.object().put(REMOVED, Long.toString(rule.id())).put("at", atMillis));
    }

    void savePost(long id, PostDraft draft) {
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

    void saveShift(Duration by) {
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
