package io.gapless.stream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.emulator.PostDraft;
import io.gapless.emulator.PostShape;
import io.gapless.emulator.SeenRequest;
import io.gapless.emulator.XEmulator;
import io.gapless.stream.post.Endpoint;
import io.gapless.stream.post.Fields;
import io.gapless.stream.post.Fields.Part;
import io.gapless.stream.post.Post;
import io.gapless.stream.seam.RawServer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What a connect asks X for. */
class RequestTest {
    @AutoClose
    private final Streams streams = new Streams();

    private final XEmulator x = streams.x;
    private final Recorder recorder = streams.recorder;

    private Map<String, String> queryOf(Fields fields) throws Exception {
        streams.connect(builder -> builder.fields(fields));
        return x.requests().get(0).query();
    }

    @Test
    void byDefaultNothingIsAskedForThatCouldBeBilled() throws Exception {
        streams.connect();

        assertThat(x.requests().get(0).query())
                .isEqualTo(Map.of(
                        "tweet.fields",
                        "author_id,created_at,edit_history_tweet_ids,id,lang,note_tweet,referenced_tweets,text"));
    }

    @Test
    void theMinimumAsksForNothing() throws Exception {
        assertThat(queryOf(Fields.minimal())).isEmpty();
    }

    @Test
    void everythingIsAcceptedByXAndBringsTheAuthorAlong() throws Exception {
        assertThat(queryOf(Fields.everything()))
                .containsOnlyKeys(
                        "tweet.fields", "expansions", "media.fields", "poll.fields", "user.fields", "place.fields");

        Post post = recorder.awaitPost(x.publish(PostDraft.of("a cat").by("someone")));

        assertThat(post.json().at("/includes/users/0/username").asText()).isEqualTo("someone");
    }

    @Test
    void fieldsOfOnesOwnAreAddedToTheStandard() throws Exception {
        Fields fields = Fields.standard()
                .with(Part.POST, List.of("public_metrics"))
                .with(Part.EXPANSIONS, List.of("author_id"))
                .with(Part.USER, List.of("username"));

        assertThat(queryOf(fields))
                .containsEntry("expansions", "author_id")
                .containsEntry("user.fields", "username")
                .extractingByKey("tweet.fields")
                .asString()
                .contains("created_at", "public_metrics");
    }

    @Test
    void theSampleStreamNeedsNoRules() throws Exception {
        XEmulator withoutRules = streams.from(XEmulator.builder());
        streams.connect(builder -> builder.endpoint(Endpoint.SAMPLE_STREAM));

        Post post = recorder.awaitPost(
                withoutRules.publish(PostDraft.of("anything at all").shaped(PostShape.PLAIN)));

        assertThat(post.matchingRules()).isEmpty();
        assertThat(withoutRules.requests()).extracting(SeenRequest::path).containsExactly("/2/tweets/sample/stream");
    }

    @Test
    void theClientNamesItselfAndAsksForNoCompressionAndNoUpgrade() throws Exception {
        try (RawServer server = RawServer.start(RawServer.Peer::readHead)) {
            streams.start(server.uri());

            assertThat(server.nextPeer().head())
                    .startsWith("GET /2/tweets/search/stream?tweet.fields=")
                    .contains("HTTP/1.1\r\n")
                    .containsPattern("\r\nUser-Agent: gapless/\\S+ Java/\\d+\r\n")
                    .doesNotContainIgnoringCase("accept-encoding")
                    .doesNotContainIgnoringCase("upgrade");
        }
    }
}
