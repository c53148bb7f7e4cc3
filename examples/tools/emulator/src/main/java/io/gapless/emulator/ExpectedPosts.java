package io.gapless.emulator;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** Lists the posts that clients should have received, by the rules in force when each was created. */
final class ExpectedPosts {
    private final PostHistory history;
    private final RuleBook rules;
    private final XTime time;

    ExpectedPosts(PostHistory history, RuleBook rules, XTime time) {
        this.history = history;
        this.rules = rules;
        this.time = time;
    }

    List<ExpectedPost> between(Instant from, Instant until) {
        List<ExpectedPost> expected = new ArrayList<>();
        Iterator<EmulatedPost> posts = history.oldestFirst(
                Snowflake.firstAt(from.toEpochMilli()), Snowflake.firstAt(until.toEpochMilli()), time.millis());
        while (posts.hasNext()) {
            EmulatedPost post = posts.next();
            List<Rule> matching =
                    rules.at(post.createdMillis()).matching(post.template().facts());
            if (!matching.isEmpty()) {
                expected.add(expected(post, matching));
            }
        }
        return List.copyOf(expected);
    }

    private static ExpectedPost expected(EmulatedPost post, List<Rule> matching) {
        LineBuffer line = new LineBuffer();
        post.template().lineTemplate(FieldSelection.DEFAULT, matching).appendTo(line, post.id());
        return new ExpectedPost(
                post.id(),
                Instant.ofEpochMilli(post.createdMillis()),
                matching.stream().map(Rule::id).toList(),
                new String(line.toBytes(), StandardCharsets.UTF_8).strip());
    }
}
