package io.gapless.stream;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.gapless.stream.api.Problem;
import io.gapless.stream.line.Json;
import io.gapless.stream.line.LineScanner;
import io.gapless.stream.line.LineTree;
import io.gapless.stream.line.PostBasics;
import io.gapless.stream.line.PostParts;
import io.gapless.stream.line.PostScanner;
import io.gapless.stream.line.PostTokens;
import io.gapless.stream.post.Author;
import io.gapless.stream.post.MatchingRule;
import io.gapless.stream.post.Media;
import io.gapless.stream.post.PostMetrics;
import io.gapless.stream.post.Reference;
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

/**
 * Holds a post as X sent it. Everything but the id is read from the line on demand, so no field or value that X adds
 * can make the post unusable. Two posts are equal if their ids are equal. Thread-safe.
 */
public final class Post implements Message {
    /** Stands for a missing creation time: the post's id does not contain the time, or there is no post. */
    static final long NONE_MILLIS = Long.MAX_VALUE;

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
    Post(long id, byte[] line, Source source, Instant receivedAt) {
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
    Post(long id, byte[] line, boolean usual, Source source, Instant receivedAt) {
        this.id = id;
        this.line = line;
        this.usual = usual;
        this.source = source;
        this.receivedAt = receivedAt;
    }

    /**
     * Returns the post's id.
     *
     * @return {@code data.id}; each edit of a post has an id of its own
     */
    public long id() {
        return id;
    }

    /**
     * Returns where the post came from.
     *
     * @return its origin
     */
    public Origin origin() {
        return source.origin();
    }

    /**
     * Returns a copy of this post without its parsed fields. The handler gets such copies, and the queues keep the
     * originals. If the handler got the originals, its calls would attach parsed trees to posts that stay in the queues
     * for long. These trees would survive many garbage collections.
     */
    Post unread() {
        return new Post(id, line, usual, source, receivedAt);
    }

    /**
     * Returns when X created the post, in milliseconds since 1970; {@link #NONE_MILLIS} if the post's id does not
     * contain the time.
     */
    long createdMillis() {
        return Snowflake.carriesTime(id) ? Snowflake.millis(id) : NONE_MILLIS;
    }

    /** Returns the line itself, not a copy. The caller must not change it. */
    byte[] line() {
        return line;
    }

    /** Returns the source that counts this post. */
    Source source() {
        return source;
    }

    /**
     * Returns when the post arrived.
     *
     * @return the time by this machine's clock
     */
    public Instant receivedAt() {
        return receivedAt;
    }

    /**
     * Returns the whole text, as a person reads it: the long text of a long post, with {@code &amp;}, {@code &lt;}
     * and {@code &gt;} unescaped.
     *
     * @return the text; empty if {@link Fields} did not ask for it
     */
    public String text() {
        PostBasics read = basics();
        return unescape(read.note().isEmpty() ? read.rawText() : read.note());
    }

    /**
     * Returns {@code data.text} as X sent it: escaped for {@code & < >}, and shortened for long posts. Entity offsets
     * count code points of this text.
     *
     * @return the text; empty if {@link Fields} did not ask for it
     */
    public String rawText() {
        return basics().rawText();
    }

    /**
     * Returns when the post was created, by X's clock.
     *
     * @return {@code data.created_at}; else the time in the id; else when the post arrived
     */
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

    /**
     * Returns the author's id.
     *
     * @return {@code data.author_id}; empty if {@link Fields} did not ask for it
     */
    public OptionalLong authorId() {
        return basics().authorId();
    }

    /**
     * Returns the author. X sends authors if {@link Fields#withAuthors} asks for them, and may bill them.
     *
     * @return the user of {@link #authorId} in {@code includes.users}; empty if X did not send that user
     */
    public Optional<Author> author() {
        return PostParts.author(json());
    }

    /**
     * Returns the language that X detected.
     *
     * @return {@code data.lang}, a BCP 47 tag such as {@code en}, or {@code und}; empty if {@link Fields} did not ask
     *     for it
     */
    public Optional<String> lang() {
        return basics().lang();
    }

    /**
     * Returns how often the post had been liked, reposted and so on when X sent the post. For a live post, most counts
     * are 0. X sends the counts if {@link Fields} asks for {@code public_metrics}.
     *
     * @return {@code data.public_metrics}; empty if X did not send it
     */
    public Optional<PostMetrics> metrics() {
        return PostParts.metrics(data().path("public_metrics"));
    }

    /**
     * Returns the pictures and videos of the post. X sends media if {@link Fields} asks for the expansion {@code
     * attachments.media_keys}, with {@code media.fields} for more than key and type.
     *
     * @return the media of {@code data.attachments.media_keys} that are in {@code includes.media}, in the post's
     *     order
     */
    public List<Media> media() {
        return PostParts.media(json());
    }

    /**
     * Returns the posts that this one quotes, reposts or replies to.
     *
     * @return {@code data.referenced_tweets}, in X's order; empty if the post refers to no other post, or if
     *     {@link Fields} did not ask for references
     */
    public List<Reference> referenced() {
        return PostParts.references(data().path("referenced_tweets"));
    }

    /**
     * Returns the rules that the post matched, each once.
     *
     * @return the rules in X's order; empty if X sends no rules, as on the sample stream
     */
    public List<MatchingRule> matchingRules() {
        return basics().matchingRules();
    }

    /**
     * Returns what X could not add to the post, such as a quoted post that was deleted. The post itself is complete.
     *
     * @return X's problems; usually empty
     */
    public List<Problem> errors() {
        List<Problem> problems = new ArrayList<>();
        for (JsonNode error : json().path("errors")) problems.add(Problem.of(error));
        return List.copyOf(problems);
    }

    /**
     * Returns the whole line as a tree: {@code data}, {@code includes}, {@code matching_rules}, {@code errors}. All
     * callers share the tree, so do not change it.
     *
     * @return the tree
     */
    public JsonNode json() {
        JsonNode tree = json;
        if (tree == null) {
            tree = parse();
            json = tree;
        }
        return tree;
    }

    /**
     * Returns the whole line as an object of your own type. Fields that the type does not have are skipped.
     *
     * @param type a type that Jackson can bind, with fields such as {@code data} and {@code includes}
     * @param <T> the type
     * @return the object
     * @throws IllegalArgumentException if the line does not fit the type
     */
    public <T> T readAs(Class<T> type) {
        try {
            return Json.MAPPER.treeToValue(json(), type);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "Post " + id + " cannot be read as " + type.getName() + ": " + e.getOriginalMessage(), e);
        }
    }

    /**
     * Returns the line exactly as X sent it, without its line end.
     *
     * @return a copy of its bytes
     */
    public byte[] bytes() {
        return line.clone();
    }

    /**
     * Returns the length of the line.
     *
     * @return bytes, without the line end
     */
    public int length() {
        return line.length;
    }

    /**
     * Writes the line exactly as X sent it, without its line end.
     *
     * @param out the stream to write to
     * @throws IOException if {@code out} throws it
     */
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
        return other instanceof Post post && post.id == id;
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
