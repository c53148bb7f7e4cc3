package io.gapless.stream.spi;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.gapless.stream.line.Json;
import io.gapless.stream.line.LineScanner;
import io.gapless.stream.line.LineTree;
import io.gapless.stream.line.PostBasics;
import io.gapless.stream.line.PostParts;
import io.gapless.stream.line.PostScanner;
import io.gapless.stream.line.PostTokens;
import io.gapless.stream.post.Origin;
import io.gapless.stream.post.Post;
import io.gapless.stream.post.Post.Author;
import io.gapless.stream.post.Post.MatchingRule;
import io.gapless.stream.post.Post.Media;
import io.gapless.stream.post.Post.Metrics;
import io.gapless.stream.post.Post.Reference;
import io.gapless.stream.post.Problem;
import io.gapless.stream.post.Snowflake;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** A post that the stream received: the line as X sent it, and the source that counts the post. Thread-safe. */
public final class ReceivedPost implements Post, Message {
    /** Stands for a missing creation time: the post's id does not contain the time, or there is no post. */
    public static final long NONE_MILLIS = Long.MAX_VALUE;

    private final long id;
    private final byte[] line;
    /** Whether the whole line was checked when it arrived: it is UTF-8, and has X's usual form. */
    private final boolean usual;

    private final Source source;
    private final Instant receivedAt;
    // Both fields are filled on first use. If two threads race, both parse the line and get the same result.
    private volatile @Nullable PostBasics basics;
    private volatile @Nullable JsonNode json;

    /** Creates a post whose line is checked for UTF-8 when it is read, and may have any form of JSON. */
    public ReceivedPost(long id, byte[] line, Source source, Instant receivedAt) {
        this(id, line, false, source, receivedAt);
    }

    /**
     * Creates a post.
     *
     * @param id {@code data.id}
     * @param line the line as X sent it, without its line end; not copied
     * @param usual whether the line is known to have the form that {@link LineTree} requires; if not, the line is checked
     *     for UTF-8 when it is read
     * @param source the source that the post came from; the source has already counted this post
     * @param receivedAt when the line arrived, by this machine's clock
     */
    public ReceivedPost(long id, byte[] line, boolean usual, Source source, Instant receivedAt) {
        this.id = id;
        this.line = line;
        this.usual = usual;
        this.source = source;
        this.receivedAt = receivedAt;
    }

    @Override
    public long id() {
        return id;
    }

    @Override
    public Origin origin() {
        return source.origin();
    }

    /**
     * Returns a copy of this post without its parsed fields. The handler gets such copies, and the queues keep the
     * originals. If the handler got the originals, its calls would attach parsed trees to posts that stay in the queues
     * for long. These trees would survive many garbage collections.
     */
    public ReceivedPost unread() {
        return new ReceivedPost(id, line, usual, source, receivedAt);
    }

    /**
     * Returns when X created the post, in milliseconds since 1970; {@link #NONE_MILLIS} if the post's id does not
     * contain the time.
     */
    public long createdMillis() {
        return Snowflake.carriesTime(id) ? Snowflake.millis(id) : NONE_MILLIS;
    }

    /**
     * Returns since when posts must be requested again if this post is lost before it is acknowledged, in milliseconds
     * since 1970: since its creation, or since the first post that is needed from its source. {@link #NONE_MILLIS} if the
     * post's id does not contain the time.
     */
    public long neededSinceMillis() {
        return Math.max(createdMillis(), source.neededFromMillis());
    }

    /** Returns the line itself, not a copy. The caller must not change it. */
    public byte[] line() {
        return line;
    }

    /** Returns the source that counts this post. */
    public Source source() {
        return source;
    }

    @Override
    public Instant receivedAt() {
        return receivedAt;
    }

    @Override
    public String text() {
        PostBasics read = basics();
        return unescape(read.note().isEmpty() ? read.rawText() : read.note());
    }

    @Override
    public String rawText() {
        return basics().rawText();
    }

    @Override
    public Instant createdAt() {
        String field = basics().createdAt();
        if (!field.isEmpty()) {
            try {
                return OffsetDateTime.parse(field).toInstant();
            } catch (DateTimeException e) {
                // The text is not a date in the format that X has used so far. The time in the id is used instead.
            }
        }
        return Snowflake.carriesTime(id) ? Snowflake.time(id) : receivedAt;
    }

    @Override
    public OptionalLong authorId() {
        return basics().authorId();
    }

    @Override
    public Optional<Author> author() {
        return PostParts.author(json());
    }

    @Override
    public Optional<String> lang() {
        return basics().lang();
    }

    @Override
    public Optional<Metrics> metrics() {
        return PostParts.metrics(data().path("public_metrics"));
    }

    @Override
    public List<Media> media() {
        return PostParts.media(json());
    }

    @Override
    public List<Reference> referenced() {
        return PostParts.references(data().path("referenced_tweets"));
    }

    @Override
    public List<MatchingRule> matchingRules() {
        return basics().matchingRules();
    }

    @Override
    public List<Problem> errors() {
        List<Problem> problems = new ArrayList<>();
        for (JsonNode error : json().path("errors")) problems.add(Problem.of(error));
        return List.copyOf(problems);
    }

    @Override
    public JsonNode json() {
        JsonNode tree = json;
        if (tree == null) {
            tree = parse();
            json = tree;
        }
        return tree;
    }

    @Override
    public <T> T readAs(Class<T> type) {
        try {
            return Json.MAPPER.treeToValue(json(), type);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "Post " + id + " cannot be read as " + type.getName() + ": " + e.getOriginalMessage(), e);
        }
    }

    @Override
    public byte[] bytes() {
        return line.clone();
    }

    @Override
    public int length() {
        return line.length;
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
        out.write(line);
    }

    private JsonNode data() {
        return json().path("data");
    }

    private PostBasics basics() {
        PostBasics read = basics;
        if (read == null) {
            read = readBasics();
            basics = read;
        }
        return read;
    }

    private PostBasics readBasics() {
        JsonNode tree = json;
        PostBasics scanned = tree == null ? PostScanner.of(line) : null;
        if (scanned != null) return scanned;
        try {
            return PostTokens.of(tree == null ? tokens() : tree.traverse());
        } catch (IOException e) {
            throw notJson(e);
        }
    }

    private JsonNode parse() {
        if (usual) return LineTree.of(line);
        try {
            return Json.MAPPER.readTree(wellFormed());
        } catch (IOException e) {
            throw notJson(e);
        }
    }

    private JsonParser tokens() throws IOException {
        byte[] text = wellFormed();
        return Json.parser(text, text.length);
    }

    private byte[] wellFormed() {
        return usual || LineScanner.isUtf8(line) ? line : Json.repaired(line);
    }

    private static AssertionError notJson(IOException cause) {
        return new AssertionError("a line that became a post is JSON", cause);
    }

    private static String unescape(String text) {
        if (text.indexOf('&') < 0) return text;
        // &amp; comes last: "&amp;lt;" is the text "&lt;", not "<".
        return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ReceivedPost post && post.id == id;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(id);
    }

    @Override
    public String toString() {
        String start = new String(line, 0, Math.min(line.length, 120), StandardCharsets.UTF_8);
        return "Post " + id + " (" + source.origin() + ") " + start;
    }
}
