package hello;

import io.gapless.stream.FilteredStream;
import io.gapless.stream.Health;
import io.gapless.stream.post.Post;
import io.gapless.stream.post.PostHandler;
import io.gapless.stream.rules.RuleSet;

/**
 * Shows all code that an application needs. This example only builds and closes the stream. It does not start the
 * stream, since there is no X to connect to.
 */
public final class Hello implements PostHandler {
    @Override
    public void onPost(Post post) {
        System.out.println(post.text());
    }

    public static void main(String[] arguments) {
        try (FilteredStream stream = FilteredStream.builder()
                .bearerToken("token")
                .rules(RuleSet.of("cats", "cat has:images -is:retweet"))
                .handler(new Hello())
                .build()) {
            if (stream.health().state() != Health.State.NEW) throw new AssertionError(stream.health());
        }
    }
}
