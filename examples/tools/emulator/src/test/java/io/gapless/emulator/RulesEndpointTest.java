package io.gapless.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RulesEndpointTest {
    private static final String RULES = "/2/tweets/search/stream/rules";

    @RegisterExtension
    final EmulatorExtension emulator = EmulatorExtension.create();

    @Test
    void anAddedRuleIsAnswered201AndListed(XEmulator x) throws Exception {
        HttpResponse<String> added =
                StreamClient.post(x, RULES, "{\"add\":[{\"value\":\"cat has:images\",\"tag\":\"cats\"}]}");

        assertThat(added.statusCode()).isEqualTo(201);
        assertThat(StreamClient.json(added).at("/meta/summary/created").asInt()).isEqualTo(1);
        JsonNode list = StreamClient.getJson(x, RULES);
        assertThat(list.at("/data/0")).isEqualTo(StreamClient.json(added).at("/data/0"));
        assertThat(list.at("/meta/result_count").asInt()).isEqualTo(1);
    }

    @Test
    void aNameThatIsAskedForTwiceIsListedOnce(XEmulator x) throws Exception {
        String id = add(x, "cat").at("/data/0/id").asText();

        assertThat(StreamClient.getJson(x, RULES + "?ids=" + id + "," + id).path("data"))
                .hasSize(1);
        assertThat(StreamClient.getJson(x, "/2/connections?endpoints=filtered_stream,filtered_stream")
                        .has("data"))
                .isFalse();
    }

    @Test
    void withoutRulesTheListHasNoData(XEmulator x) throws Exception {
        JsonNode list = StreamClient.getJson(x, RULES);

        assertThat(list.has("data")).isFalse();
        assertThat(list.at("/meta/result_count").asInt()).isZero();
    }

    @Test
    void aDuplicateIsAnswered201WithTheIdOfTheExistingRule(XEmulator x) throws Exception {
        String id = add(x, "cat").at("/data/0/id").asText();

        HttpResponse<String> again = StreamClient.post(x, RULES, "{\"add\":[{\"value\":\"cat\",\"tag\":\"other\"}]}");

        assertThat(again.statusCode()).isEqualTo(201);
        JsonNode error = StreamClient.json(again).at("/errors/0");
        assertThat(error.path("title").asText()).isEqualTo("DuplicateRule");
        assertThat(error.path("id").asText()).isEqualTo(id);
        assertThat(StreamClient.json(again).at("/meta/summary/invalid").asInt()).isEqualTo(1);
    }

    @Test
    void anInvalidRuleIsAnswered200WithDetails(XEmulator x) throws Exception {
        HttpResponse<String> answer = StreamClient.post(x, RULES, "{\"add\":[{\"value\":\"--b\"}]}");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(StreamClient.json(answer).at("/errors/0/details/0").asText())
                .isEqualTo("Rules must contain a non-negation term (at position 1)");
        assertThat(StreamClient.json(answer).at("/meta/summary/not_created").asInt())
                .isEqualTo(1);
    }

    @Test
    void aRuleOverTheLengthIsInvalid(XEmulator x) throws Exception {
        JsonNode answer = add(x, "c".repeat(2_049));

        assertThat(answer.at("/errors/0/type").asText()).endsWith("/invalid-rules");
    }

    @Test
    void aDryRunChangesNothing(XEmulator x) throws Exception {
        HttpResponse<String> answer = StreamClient.post(x, RULES + "?dry_run=true", "{\"add\":[{\"value\":\"cat\"}]}");

        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(StreamClient.getJson(x, RULES).has("data")).isFalse();
    }

    @Test
    void rulesAreDeletedByIdAndByValueAndTheUnknownOnesAreCounted(XEmulator x) throws Exception {
        String id = add(x, "cat").at("/data/0/id").asText();
        add(x, "dog");

        HttpResponse<String> byId = StreamClient.post(x, RULES, "{\"delete\":{\"ids\":[\"" + id + "\",\"12\"]}}");
        HttpResponse<String> byValue = StreamClient.post(x, RULES, "{\"delete\":{\"values\":[\"dog\"]}}");

        assertThat(byId.statusCode()).isEqualTo(200);
        assertThat(StreamClient.json(byId).at("/meta/summary").toString())
                .isEqualTo("{\"deleted\":1,\"not_deleted\":1}");
        assertThat(StreamClient.json(byId).at("/errors/0/errors/0/message").asText())
                .isEqualTo("Rule does not exist");
        assertThat(StreamClient.json(byValue).at("/meta/summary/deleted").asInt())
                .isEqualTo(1);
        assertThat(StreamClient.getJson(x, RULES).has("data")).isFalse();
    }

    @Test
    void deleteAllDeletesEverything(XEmulator x) throws Exception {
        add(x, "cat");
        add(x, "dog");

        HttpResponse<String> answer = StreamClient.post(x, RULES + "?delete_all=true", "");

        assertThat(StreamClient.json(answer).at("/meta/summary/deleted").asInt())
                .isEqualTo(2);
        assertThat(StreamClient.getJson(x, RULES).has("data")).isFalse();
    }

    @Test
    void theListComesInPages(XEmulator x) throws Exception {
        add(x, "cat");
        add(x, "dog");
        add(x, "cow");

        JsonNode first = StreamClient.getJson(x, RULES + "?max_results=2");
        String token = first.at("/meta/next_token").asText();
        JsonNode second = StreamClient.getJson(x, RULES + "?max_results=2&pagination_token=" + token);

        assertThat(token).matches("[0-9a-v]{16}");
        assertThat(first.path("data")).hasSize(2);
        assertThat(second.at("/data/0/value").asText()).isEqualTo("cow");
        assertThat(second.path("meta").has("next_token")).isFalse();
    }

    @Test
    void aBodyWithNeitherAddNorDeleteIsRefused(XEmulator x) throws Exception {
        assertThat(StreamClient.post(x, RULES, "{}").statusCode()).isEqualTo(400);
        assertThat(StreamClient.post(x, RULES, "no json").statusCode()).isEqualTo(400);
        assertThat(StreamClient.post(x, RULES + "?what=1", "{}").statusCode()).isEqualTo(400);
    }

    @Test
    void countsHaveTheCapAndTheNumberAsText(XEmulator x) throws Exception {
        add(x, "cat");

        JsonNode counts = StreamClient.getJson(x, RULES + "/counts");

        assertThat(counts.at("/data/cap_per_project").asText()).isEqualTo("25000");
        assertThat(counts.at("/data/project_rules_count").isTextual()).isTrue();
        assertThat(counts.at("/data/project_rules_count").asText()).isEqualTo("1");
    }

    @Test
    void aRuleAddedWhileTheStreamIsOpenIsInForceAtOnce(XEmulator x) throws Exception {
        add(x, "cat");
        try (StreamClient client = StreamClient.open(x)) {
            x.publish("a dog");
            add(x, "dog");
            long dog = x.publish("another dog");

            assertThat(client.nextIds(1)).containsExactly(dog);
        }
    }

    private static JsonNode add(XEmulator x, String value) throws Exception {
        return StreamClient.json(StreamClient.post(x, RULES, "{\"add\":[{\"value\":\"" + value + "\"}]}"));
    }
}
