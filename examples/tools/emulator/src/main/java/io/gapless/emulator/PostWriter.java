package io.gapless.emulator;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Turns a draft into a template. Adds entities, references and attachments both to the JSON and to the facts. Each
 * draft has its own writer.
 */
final class PostWriter {
    private static final int SHORT_TEXT = 280;
    private static final int RETWEET_TEXT = 140;
    private static final int TEXT_BEFORE_LINK = 256;
    private static final String OLD_POST_ID = "1327011423252144128";
    private static final Pattern ENTITY =
            Pattern.compile("(?<link>https?://\\S+)|(?<![\\p{L}\\p{N}_])(?<sign>[#@$])(?<name>[\\p{L}\\p{N}_]+)");

    private final PostDraft draft;
    private final List<Long> earlierIds;
    private final ObjectNode data = Json.object();
    private final Map<String, List<PostTemplate.Included>> includes = new LinkedHashMap<>();
    private final Map<Character, Set<String>> names = new HashMap<>();
    private final List<String> links = new ArrayList<>();
    private final Set<String> traits = new HashSet<>();
    private @Nullable ObjectNode error;

    private PostWriter(PostDraft draft, List<Long> earlierIds) {
        this.draft = draft;
        this.earlierIds = earlierIds;
    }

    static PostTemplate write(PostDraft draft, List<Long> earlierIds) {
        return new PostWriter(draft, earlierIds).template();
    }

    private PostTemplate template() {
        writeBasics();
        writeText();
        writeShape();
        PostFacts facts = facts();
        return new PostTemplate(facts, facts.forSearch(), data, Map.copyOf(includes), error, draft.shape());
    }

    private void writeBasics() {
        data.put("id", LineTemplate.ID);
        ArrayNode history = data.putArray("edit_history_tweet_ids");
        earlierIds.forEach(id -> history.add(Long.toString(id)));
        if (draft.shape() == PostShape.EDIT && earlierIds.isEmpty()) {
            history.add(LineTemplate.EARLIER_ID);
        }
        history.add(LineTemplate.ID);
        data.put("author_id", userId(draft.author()));
        data.put("conversation_id", LineTemplate.ID);
        data.put("created_at", LineTemplate.CREATED_AT);
        data.put("lang", draft.lang());
        data.put("possibly_sensitive", false);
        data.put("reply_settings", "everyone");
        ObjectNode metrics = data.putObject("public_metrics");
        for (String metric : List.of("retweet_count", "reply_count", "like_count", "quote_count")) {
            metrics.put(metric, 0);
            if (draft.shape() == PostShape.STRING_COMPANIONS) {
                metrics.put(metric + "_str", "0");
            }
        }
        ObjectNode edits = data.putObject("edit_controls");
        edits.put("edits_remaining", draft.shape() == PostShape.EDIT ? 4 : 5);
        if (draft.shape() == PostShape.STRING_COMPANIONS) {
            edits.put("edits_remaining_str", "5");
        }
        edits.put("is_edit_eligible", true);
        edits.put("editable_until", LineTemplate.EDITABLE_UNTIL);
        include("author_id", "users", user(draft.author()));
    }

    private void writeText() {
        String whole = draft.shape() == PostShape.RETWEET ? "RT @" + draft.other() + ": " + draft.text() : draft.text();
        String escaped = escape(whole);
        int length = escaped.codePointCount(0, escaped.length());
        if (draft.shape() == PostShape.RETWEET && length > RETWEET_TEXT) {
            data.put("text", cut(escaped, RETWEET_TEXT - 1) + "…");
        } else if (length > SHORT_TEXT) {
            data.put("text", cut(escaped, TEXT_BEFORE_LINK) + "… https://t.co/abcdefghij");
            ObjectNode note = data.putObject("note_tweet");
            note.put("text", escaped);
        } else {
            data.put("text", escaped);
        }
        ObjectNode entities = entities(escaped);
        if (!entities.isEmpty()) {
            data.set("entities", entities);
        }
    }

    private void writeShape() {
        switch (draft.shape()) {
            case RETWEET -> refer("retweeted", "is:retweet");
            case QUOTE -> refer("quoted", "is:quote");
            case REPLY -> {
                refer("replied_to", "is:reply");
                data.put("in_reply_to_user_id", userId(draft.other()));
            }
            case MEDIA -> writeMedia();
            case POLL -> writePoll();
            case PLACE -> writePlace();
            case WITHHELD -> {
                ObjectNode withheld = data.putObject("withheld");
                withheld.put("copyright", false);
                withheld.putArray("country_codes").add("DE").add("FR");
                withheld.put("scope", "tweet");
            }
            case PARTIAL_ERROR -> error = Problems.referencedPostNotVisible(OLD_POST_ID);
            default -> {
                // The other shapes show in the text, in the basic fields, or in the line around the post.
            }
        }
    }

    private void refer(String type, String trait) {
        traits.add(trait);
        ObjectNode reference = data.putArray("referenced_tweets").addObject();
        reference.put("type", type);
        reference.put("id", OLD_POST_ID);
        ObjectNode old = Json.object();
        old.put("id", OLD_POST_ID);
        old.put("text", escape(draft.otherText().isEmpty() ? "an old post" : draft.otherText()));
        old.putArray("edit_history_tweet_ids").add(OLD_POST_ID);
        old.put("author_id", userId(draft.other()));
        old.put("created_at", Json.secondText(Snowflake.millisOf(Long.parseLong(OLD_POST_ID)) / 1_000));
        include("referenced_tweets.id", "tweets", old);
        include("referenced_tweets.id.author_id", "users", user(draft.other()));
    }

    private void writeMedia() {
        traits.addAll(List.of("has:media", "has:images", "has:links"));
        String key = "3_1327011423252144000";
        data.putObject("attachments").putArray("media_keys").add(key);
        ObjectNode photo = Json.object();
        photo.put("media_key", key);
        photo.put("type", "photo");
        photo.put("url", "https://pbs.twimg.com/media/example.jpg");
        photo.put("width", 1200);
        photo.put("height", 800);
        include("attachments.media_keys", "media", photo);
    }

    private void writePoll() {
        String id = "1327011423252144001";
        data.putObject("attachments").putArray("poll_ids").add(id);
        ObjectNode poll = Json.object();
        poll.put("id", id);
        ArrayNode options = poll.putArray("options");
        options.addObject().put("position", 1).put("label", "yes").put("votes", 0);
        options.addObject().put("position", 2).put("label", "no").put("votes", 0);
        poll.put("duration_minutes", 1440);
        poll.put("voting_status", "open");
        include("attachments.poll_ids", "polls", poll);
    }

    private void writePlace() {
        traits.add("has:geo");
        String id = "01a9a39529b27f36";
        data.putObject("geo").put("place_id", id);
        ObjectNode place = Json.object();
        place.put("id", id);
        place.put("full_name", "Manhattan, NY");
        place.put("country_code", "US");
        place.put("place_type", "city");
        include("geo.place_id", "places", place);
    }

    /**
     * Returns the entities of the escaped text. Their offsets count code points. Also adds the entities to the facts.
     */
    private ObjectNode entities(String escaped) {
        ObjectNode entities = Json.object();
        Matcher found = ENTITY.matcher(escaped);
        while (found.find()) {
            int start = escaped.codePointCount(0, found.start());
            int end = escaped.codePointCount(0, found.end());
            String link = found.group("link");
            ObjectNode entity;
            if (link == null) {
                entity = addName(entities, found.group("sign").charAt(0), found.group("name"));
            } else {
                links.add(link.toLowerCase(Locale.ROOT));
                traits.add("has:links");
                entity = entities.withArrayProperty("urls").addObject();
                entity.put("url", link).put("expanded_url", link);
            }
            entity.put("start", start);
            entity.put("end", end);
            if (draft.shape() == PostShape.STRING_COMPANIONS) {
                entity.put("start_str", Integer.toString(start));
                entity.put("end_str", Integer.toString(end));
            }
        }
        return entities;
    }

    private ObjectNode addName(ObjectNode entities, char sign, String name) {
        names.computeIfAbsent(sign, s -> new HashSet<>()).add(name.toLowerCase(Locale.ROOT));
        return switch (sign) {
            case '#' -> {
                traits.add("has:hashtags");
                yield entities.withArrayProperty("hashtags").addObject().put("tag", name);
            }
            case '@' -> {
                traits.add("has:mentions");
                include("entities.mentions.username", "users", user(name));
                yield entities.withArrayProperty("mentions").addObject().put("username", name);
            }
            default -> {
                traits.add("has:cashtags");
                yield entities.withArrayProperty("cashtags").addObject().put("tag", name);
            }
        };
    }

    private PostFacts facts() {
        String other = draft.other().toLowerCase(Locale.ROOT);
        boolean quote = draft.shape() == PostShape.QUOTE;
        return new PostFacts(
                Words.of(draft.text()),
                quote ? Words.of(draft.otherText()) : List.of(),
                draft.author().toLowerCase(Locale.ROOT),
                userId(draft.author()),
                draft.shape() == PostShape.REPLY ? other : "",
                draft.shape() == PostShape.RETWEET ? other : "",
                Set.copyOf(names.getOrDefault('#', Set.of())),
                Set.copyOf(names.getOrDefault('@', Set.of())),
                Set.copyOf(names.getOrDefault('$', Set.of())),
                List.copyOf(links),
                draft.lang(),
                Set.copyOf(traits),
                "");
    }

    private void include(String expansion, String list, ObjectNode object) {
        includes.computeIfAbsent(expansion, e -> new ArrayList<>()).add(new PostTemplate.Included(list, object));
    }

    private static ObjectNode user(String name) {
        ObjectNode user = Json.object();
        user.put("id", userId(name));
        user.put("name", name);
        user.put("username", name);
        user.put("verified", false);
        return user;
    }

    /** Returns the id of a user. It depends only on the name, so it is the same in every process. */
    static String userId(String name) {
        return Long.toString(1_000_000_000L
                + Integer.toUnsignedLong(name.toLowerCase(Locale.ROOT).hashCode()));
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private static String cut(String text, int codePoints) {
        int length = text.codePointCount(0, text.length());
        return text.substring(0, text.offsetByCodePoints(0, Math.min(length, codePoints)));
    }
}
