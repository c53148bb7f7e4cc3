package io.gapless.recovery.outbox;

import io.gapless.stream.post.Post;
import io.gapless.stream.post.Post.MatchingRule;
import io.gapless.stream.post.Snowflake;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Turns posts into records for the endpoint:
 *
 * <table>
 * <caption>Mapping</caption>
 * <tr><td>{@code service_id}</td><td>the tag of the first rule that the post matched; without a tag, the
 * rule's id; without a rule, as on a sample stream, {@code none}</td></tr>
 * <tr><td>{@code request_id}</td><td>the post's id</td></tr>
 * <tr><td>{@code opening_date}</td><td>when the post was created</td></tr>
 * <tr><td>{@code status_id}</td><td>what the user's function returns</td></tr>
 * <tr><td>{@code last_modified_date}</td><td>when the post was received</td></tr>
 * </table>
 */
final class PostRecords implements Function<Post, OutboxRecord> {
    private static final String NO_RULE = "none";

    private final ToIntFunction<Post> statusId;

    PostRecords(ToIntFunction<Post> statusId) {
        this.statusId = statusId;
    }

    @Override
    public OutboxRecord apply(Post post) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put(ServiceRequests.SERVICE_ID, service(post.matchingRules()));
        fields.put(ServiceRequests.REQUEST_ID, Long.toString(post.id()));
        fields.put(ServiceRequests.OPENING_DATE, post.createdAt());
        fields.put(ServiceRequests.STATUS_ID, statusId.applyAsInt(post));
        fields.put(ServiceRequests.LAST_MODIFIED_DATE, post.receivedAt());
        return new OutboxRecord(Long.toString(post.id()), version(post.id()), fields);
    }

    /**
     * Returns the time of change of the record of a post. This time is the same each time the post is received. A post
     * never changes, since each edit is a post with an id of its own.
     */
    private static Instant version(long id) {
        return Snowflake.carriesTime(id) ? Snowflake.time(id) : Instant.EPOCH;
    }

    private static String service(List<MatchingRule> rules) {
        if (rules.isEmpty()) return NO_RULE;
        MatchingRule first = rules.get(0);
        return first.tag().isBlank() ? first.id() : first.tag();
    }
}
