package io.gapless.stream.post;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Holds a post as X sent it. Everything but the id is read from the line on demand, so no field or value that X adds
 * can make the post unusable. Two posts of a stream are equal if their ids are equal. Thread-safe.
 */
public interface Post {
    /**
     * Returns the post's id.
     *
     * @return {@code data.id}; each edit of a post has an id of its own
     */
    long id();

    /**
     * Returns where the post came from.
     *
     * @return its origin
     */
    Origin origin();

    /**
     * Returns when the post arrived.
     *
     * @return the time by this machine's clock
     */
    Instant receivedAt();

    /**
     * Returns the whole text, as a person reads it: the long text of a long post, with {@code &amp;}, {@code &lt;}
     * and {@code &gt;} unescaped.
     *
     * @return the text; empty if {@link Fields} did not ask for it
     */
    String text();

    /**
     * Returns {@code data.text} as X sent it: escaped for {@code & < >}, and shortened for long posts. Entity offsets
     * count code points of this text.
     *
     * @return the text; empty if {@link Fields} did not ask for it
     */
    String rawText();

    /**
     * Returns when the post was created, by X's clock.
     *
     * @return {@code data.created_at}; else the time in the id; else when the post arrived
     */
    Instant createdAt();

    /**
     * Returns the author's id.
     *
     * @return {@code data.author_id}; empty if {@link Fields} did not ask for it
     */
    OptionalLong authorId();

    /**
     * Returns the author. X sends authors if {@link Fields#withAuthors} asks for them, and may bill them.
     *
     * @return the user of {@link #authorId} in {@code includes.users}; empty if X did not send that user
     */
    Optional<Author> author();

    /**
     * Returns the language that X detected.
     *
     * @return {@code data.lang}, a BCP 47 tag such as {@code en}, or {@code und}; empty if {@link Fields} did not ask
     *     for it
     */
    Optional<String> lang();

    /**
     * Returns how often the post had been liked, reposted and so on when X sent the post. For a live post, most counts
     * are 0. X sends the counts if {@link Fields} asks for {@code public_metrics}.
     *
     * @return {@code data.public_metrics}; empty if X did not send it
     */
    Optional<Metrics> metrics();

    /**
     * Returns the pictures and videos of the post. X sends media if {@link Fields} asks for the expansion {@code
     * attachments.media_keys}, with {@code media.fields} for more than key and type.
     *
     * @return the media of {@code data.attachments.media_keys} that are in {@code includes.media}, in the post's
     *     order
     */
    List<Media> media();

    /**
     * Returns the posts that this one quotes, reposts or replies to.
     *
     * @return {@code data.referenced_tweets}, in X's order; empty if the post refers to no other post, or if
     *     {@link Fields} did not ask for references
     */
    List<Reference> referenced();

    /**
     * Returns the rules that the post matched, each once.
     *
     * @return the rules in X's order; empty if X sends no rules, as on the sample stream
     */
    List<MatchingRule> matchingRules();

    /**
     * Returns what X could not add to the post, such as a quoted post that was deleted. The post itself is complete.
     *
     * @return X's problems; usually empty
     */
    List<Problem> errors();

    /**
     * Returns the whole line as a tree: {@code data}, {@code includes}, {@code matching_rules}, {@code errors}. All
     * callers share the tree, so do not change it.
     *
     * @return the tree
     */
    JsonNode json();

    /**
     * Returns the whole line as an object of your own type. Fields that the type does not have are skipped.
     *
     * @param type a type that Jackson can bind, with fields such as {@code data} and {@code includes}
     * @param <T> the type
     * @return the object
     * @throws IllegalArgumentException if the line does not fit the type
     */
    <T> T readAs(Class<T> type);

    /**
     * Returns the line exactly as X sent it, without its line end.
     *
     * @return a copy of its bytes
     */
    byte[] bytes();

    /**
     * Returns the length of the line.
     *
     * @return bytes, without the line end
     */
    int length();

    /**
     * Writes the line exactly as X sent it, without its line end.
     *
     * @param out the stream to write to
     * @throws IOException if {@code out} throws it
     */
    void writeTo(OutputStream out) throws IOException;

    /**
     * Holds the data of the user who wrote a post: the fields that {@code Fields} requests and that X sends.
     *
     * @param id the user's id, which never changes
     * @param username the name after the @, which can change; empty if X did not send it
     * @param name the display name; empty if X did not send it
     * @param verified whether X calls the user verified; false if X did not send this field
     * @param followers the number of followers; empty if X did not send the number
     * @param profileImageUrl the address of the user's picture; empty if X did not send the address
     */
    record Author(
            long id,
            String username,
            String name,
            boolean verified,
            OptionalLong followers,
            Optional<String> profileImageUrl) {}

    /**
     * Describes a picture or video of a post. A component that X did not send is empty, for example because {@code Fields}
     * did not ask for it.
     *
     * @param key X's key of the picture or video
     * @param type {@code photo}, {@code video}, {@code animated_gif}, or a type that X adds later
     * @param url the address of a photo; empty for videos
     * @param previewImageUrl the address of a video's still picture
     * @param altText what the picture shows, in the author's words
     * @param width the width in pixels
     * @param height the height in pixels
     */
    record Media(
            String key,
            String type,
            Optional<String> url,
            Optional<String> previewImageUrl,
            Optional<String> altText,
            OptionalInt width,
            OptionalInt height) {}

    /**
     * Holds the public counts of a post, as X sent them. A count that X did not send is 0.
     *
     * @param likes {@code like_count}
     * @param reposts {@code retweet_count}
     * @param replies {@code reply_count}
     * @param quotes {@code quote_count}
     * @param bookmarks {@code bookmark_count}
     * @param impressions {@code impression_count}
     */
    record Metrics(long likes, long reposts, long replies, long quotes, long bookmarks, long impressions) {}

    /**
     * Refers to another post, which a post quotes, reposts or replies to.
     *
     * @param type {@code quoted}, {@code retweeted}, {@code replied_to}, or a type that X adds later; empty if X sent no
     *     type
     * @param id the id of the other post
     */
    record Reference(String type, long id) {}

    /**
     * Identifies a rule that a post matched.
     *
     * @param id X's id of the rule; a rule that is deleted and added again gets a new id, so identify the rule by its tag
     * @param tag the rule's tag as X holds it; empty if the rule has no tag
     */
    record MatchingRule(String id, String tag) {}
}
