package io.gapless.stream.post;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Selects the fields that X sends with each post. Any field name is accepted, because X adds new fields. Immutable and
 * thread-safe.
 *
 * <p>X may bill posts and users that it includes for an expansion, so {@link #standard} requests no expansion.
 */
public final class Fields {
    /** Names the parts of a post that can be requested. */
    public enum Part {
        /** Fields of the post. */
        POST("tweet.fields"),
        /** Objects that X includes beside the post. */
        EXPANSIONS("expansions"),
        /** Fields of media that X includes. */
        MEDIA("media.fields"),
        /** Fields of polls that X includes. */
        POLL("poll.fields"),
        /** Fields of users that X includes. */
        USER("user.fields"),
        /** Fields of places that X includes. */
        PLACE("place.fields");

        private final String parameter;

        Part(String parameter) {
            this.parameter = parameter;
        }
    }

    private static final Set<String> STANDARD =
            names("id text note_tweet created_at author_id referenced_tweets edit_history_tweet_ids lang");

    private static final Set<String> AUTHOR = names("id name profile_image_url public_metrics username verified");

    private static final Set<String> ALL_OF_POST = names("""
            article attachments author_id card_uri community_id context_annotations conversation_id created_at
            display_text_range edit_controls edit_history_tweet_ids entities geo id in_reply_to_user_id lang
            media_metadata note_tweet possibly_sensitive public_metrics referenced_tweets reply_settings scopes
            source suggested_source_links text withheld
            """);

    private static final Set<String> ALL_EXPANSIONS = names("""
            article.cover_media article.media_entities attachments.media_keys attachments.media_source_tweet
            attachments.poll_ids author_id edit_history_tweet_ids entities.mentions.username geo.place_id
            in_reply_to_user_id entities.note.mentions.username referenced_tweets.id
            referenced_tweets.id.attachments.media_keys referenced_tweets.id.author_id
            """);

    private static final Set<String> ALL_OF_MEDIA =
            names("alt_text duration_ms height media_key preview_image_url public_metrics type url variants width");

    private static final Set<String> ALL_OF_POLL = names("duration_minutes end_datetime id options voting_status");

    private static final Set<String> ALL_OF_USER = names("""
            affiliation created_at description entities id is_identity_verified location most_recent_tweet_id name
            parody pinned_tweet_id profile_banner_url profile_image_url protected public_metrics subscription_type
            url username verified verified_followers_count verified_type withheld
            """);

    private static final Set<String> ALL_OF_PLACE =
            names("contained_within country country_code full_name geo id name place_type");

    private final Map<String, String> query;

    private Fields(Map<String, String> query) {
        this.query = Map.copyOf(query);
    }

    /**
     * Returns the fields that X always sends.
     *
     * @return id, text and edit history
     */
    public static Fields minimal() {
        return new Fields(Map.of());
    }

    /**
     * Returns the fields that most handlers need, at no extra cost.
     *
     * @return text and long text, time of creation, author's id, references, edit history, language; no expansions
     */
    public static Fields standard() {
        return minimal().with(Part.POST, STANDARD);
    }

    /**
     * Returns all fields that an app-only token may see. X may bill the posts and users that it includes.
     *
     * @return every public field and expansion that X documents
     */
    public static Fields everything() {
        return minimal()
                .with(Part.POST, ALL_OF_POST)
                .with(Part.EXPANSIONS, ALL_EXPANSIONS)
                .with(Part.MEDIA, ALL_OF_MEDIA)
                .with(Part.POLL, ALL_OF_POLL)
                .with(Part.USER, ALL_OF_USER)
                .with(Part.PLACE, ALL_OF_PLACE);
    }

    /**
     * Returns these fields plus each post's author, for {@link Post#author}. X may bill each author as a read of a
     * user.
     *
     * @return a copy that also requests the author's name, username, verification, picture and public counts
     */
    public Fields withAuthors() {
        return with(Part.POST, Set.of("author_id"))
                .with(Part.EXPANSIONS, Set.of("author_id"))
                .with(Part.USER, AUTHOR);
    }

    private static Set<String> names(String words) {
        return Set.of(words.strip().split("\\s+"));
    }

    /**
     * Returns these fields plus some more.
     *
     * @param part the part that the names belong to
     * @param names X's names, such as {@code public_metrics}; not checked against a list, because X adds new fields
     * @return a copy that also requests the names
     * @throws IllegalArgumentException if a name has other characters than lower-case letters, digits, underscores and
     *     dots
     */
    public Fields with(Part part, Collection<String> names) {
        Set<String> all = new LinkedHashSet<>();
        String before = query.getOrDefault(part.parameter, "");
        if (!before.isEmpty()) all.addAll(Set.of(before.split(",")));
        for (String name : names) {
            if (!name.matches("[a-z0-9_.]+")) {
                throw new IllegalArgumentException(
                        part.parameter + ": '" + name + "' is not a field name. Use X's names, such as created_at.");
            }
            all.add(name);
        }
        Map<String, String> parameters = new TreeMap<>(query);
        parameters.put(part.parameter, String.join(",", all.stream().sorted().toList()));
        return new Fields(parameters);
    }

    /**
     * Returns the query parameters that request these fields, on the stream and in search.
     *
     * @return names such as {@code tweet.fields}, each with a list joined by commas
     */
    public Map<String, String> query() {
        return query;
    }

    @Override
    public String toString() {
        return query.toString();
    }
}
