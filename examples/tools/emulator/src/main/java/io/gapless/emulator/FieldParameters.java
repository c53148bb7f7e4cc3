package io.gapless.emulator;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Checks the field parameters of a request, such as {@code tweet.fields}, and reads the fields that they name. Pure.
 */
final class FieldParameters {
    private static final Set<String> POST = Set.of(
            "article",
            "attachments",
            "author_id",
            "card_uri",
            "community_id",
            "context_annotations",
            "conversation_id",
            "created_at",
            "display_text_range",
            "edit_controls",
            "edit_history_tweet_ids",
            "entities",
            "geo",
            "id",
            "in_reply_to_user_id",
            "lang",
            "matched_media_notes",
            "media_metadata",
            "non_public_metrics",
            "note_request_suggestions",
            "note_tweet",
            "organic_metrics",
            "paid_partnership",
            "possibly_sensitive",
            "promoted_metrics",
            "public_metrics",
            "referenced_tweets",
            "reply_settings",
            "scopes",
            "source",
            "suggested_source_links",
            "suggested_source_links_with_counts",
            "text",
            "withheld");
    private static final Set<String> EXPANSIONS = Set.of(
            "article.cover_media",
            "article.media_entities",
            "attachments.media_keys",
            "attachments.media_source_tweet",
            "attachments.poll_ids",
            "author_id",
            "edit_history_tweet_ids",
            "entities.mentions.username",
            "geo.place_id",
            "in_reply_to_user_id",
            "entities.note.mentions.username",
            "referenced_tweets.id",
            "referenced_tweets.id.attachments.media_keys",
            "referenced_tweets.id.author_id");
    private static final Set<String> USER = Set.of(
            "affiliation",
            "confirmed_email",
            "connection_status",
            "created_at",
            "description",
            "entities",
            "id",
            "is_identity_verified",
            "location",
            "most_recent_tweet_id",
            "name",
            "parody",
            "pinned_tweet_id",
            "profile_banner_url",
            "profile_image_url",
            "protected",
            "public_metrics",
            "receives_your_dm",
            "subscription",
            "subscription_type",
            "url",
            "username",
            "verified",
            "verified_followers_count",
            "verified_type",
            "withheld");
    private static final Set<String> MEDIA = Set.of(
            "alt_text",
            "duration_ms",
            "height",
            "media_key",
            "non_public_metrics",
            "organic_metrics",
            "preview_image_url",
            "promoted_metrics",
            "public_metrics",
            "type",
            "url",
            "variants",
            "width");
    private static final Set<String> POLL =
            Set.of("duration_minutes", "end_datetime", "id", "options", "voting_status");
    private static final Set<String> PLACE =
            Set.of("contained_within", "country", "country_code", "full_name", "geo", "id", "name", "place_type");

    private static final Map<String, Set<String>> KNOWN = Map.of(
            "tweet.fields", POST,
            "expansions", EXPANSIONS,
            "user.fields", USER,
            "media.fields", MEDIA,
            "poll.fields", POLL,
            "place.fields", PLACE);

    private FieldParameters() {}

    static Set<String> parameters() {
        return KNOWN.keySet();
    }

    /**
     * Returns the refusal of a request with an unknown parameter or an unknown field, or empty if X knows all of them.
     * {@code others} names the endpoint's own parameters, whose values are not checked here.
     */
    static Optional<Answer> refusal(Request request, Set<String> others) {
        for (Map.Entry<String, String> parameter : request.query().entrySet()) {
            String name = parameter.getKey();
            Set<String> values = KNOWN.get(name);
            if (values == null && !others.contains(name)) {
                return Optional.of(Answer.invalid(
                        name,
                        parameter.getValue(),
                        "The query parameter [" + name + "] is not one of [" + allowed(others) + "]"));
            }
            if (values != null) {
                for (String value : parameter.getValue().split(",", -1)) {
                    if (!values.contains(value)) {
                        return Optional.of(Answer.invalid(
                                name,
                                parameter.getValue(),
                                "The `" + name + "` query parameter value [" + value + "] is not one of ["
                                        + sorted(values) + "]"));
                    }
                }
            }
        }
        return Optional.empty();
    }

    static FieldSelection selection(Map<String, String> query) {
        return new FieldSelection(
                set(query, "tweet.fields"),
                set(query, "expansions"),
                set(query, "user.fields"),
                set(query, "media.fields"),
                set(query, "poll.fields"),
                set(query, "place.fields"));
    }

    private static Set<String> set(Map<String, String> query, String name) {
        String value = query.get(name);
        return value == null ? Set.of() : new LinkedHashSet<>(List.of(value.split(",", -1)));
    }

    private static String allowed(Set<String> others) {
        Set<String> all = new LinkedHashSet<>(others);
        all.addAll(KNOWN.keySet());
        return sorted(all);
    }

    private static String sorted(Set<String> values) {
        return String.join(",", values.stream().sorted().toList());
    }
}
