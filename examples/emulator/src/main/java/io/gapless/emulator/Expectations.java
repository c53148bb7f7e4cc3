package io.gapless.emulator;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** What clients should have been given: the posts, by the rules in force when each was created. */
final class Expectations {
    private final World world;

    Expectations(World world) {
        this.world = world;
    }

    List<ExpectedPost> between(Instant from, Instant until) {
        List<ExpectedPost> expected = new ArrayList<>();
        Iterator<EmulatedPost> posts = world.history()
                .oldestFirst(
                        Snowflake.firstAt(from.toEpochMilli()),
                        Snowflake.firstAt(until.toEpochMilli()),
                        world.time().millis());
        while (posts.hasNext()) {
            EmulatedPost post = posts.next();
            List<Rule> matching = world.rules()
                    .at(post.createdMillis())
                    .matching(post.template().facts());
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
