package io.gapless.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ControlEndpointTest {
    @RegisterExtension
    final EmulatorExtension emulator = EmulatorExtension.create(builder -> builder.rule("cats", "cat"));

    @Test
    void aMisbehaviourIsInjectedOverHttp(XEmulator x) throws Exception {
        StreamClient.post(x, "/emulator/misbehave", "{\"kind\":\"eof\",\"times\":2,\"after_posts\":1}");

        try (StreamClient client = StreamClient.open(x)) {
            x.publish("a cat");
            assertThat(client.idsToTheEnd()).hasSize(1);
        }
        JsonNode left = StreamClient.getJson(x, "/emulator/misbehave");
        assertThat(left.at("/waiting/0/times").asInt()).isEqualTo(1);
        assertThat(left.path("kinds")).hasSize(Misbehaviour.values().length);
        assertThat(StreamClient.delete(x, "/emulator/misbehave", "").body()).contains("\"waiting\":[]");
    }

    @Test
    void anUnknownKindIsRefusedWithTheKnownOnes(XEmulator x) throws Exception {
        var answer = StreamClient.post(x, "/emulator/misbehave", "{\"kind\":\"SULK\"}");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("'SULK' is unknown; use one of").contains("HALF_OPEN");
    }

    @Test
    void postsAndLinesAreSentAndTheExpectedPostsAreListed(XEmulator x) throws Exception {
        Instant before = x.now();
        try (StreamClient client = StreamClient.open(x)) {
            String id = StreamClient.json(
                            StreamClient.post(x, "/emulator/posts", "{\"text\":\"a cat\",\"author\":\"alice\"}"))
                    .path("id")
                    .asText();
            StreamClient.post(x, "/emulator/lines", "{}");

            assertThat(client.nextIds(1)).containsExactly(Long.parseLong(id));
            assertThat(client.nextLine()).isEqualTo("{}\r\n");
            JsonNode expected = StreamClient.getJson(
                    x,
                    "/emulator/delivered?from=" + before + "&until=" + x.now().plusMillis(1));
            assertThat(expected.path("data").toString()).isEqualTo("[\"" + id + "\"]");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT2562047788015215H", "P3000000D", "-P30000D"})
    void aShiftOutOfTheSupportedYearsIsRefused(String shift, XEmulator x) throws Exception {
        var answer = StreamClient.post(x, "/emulator/time", "{\"shift\":\"" + shift + "\"}");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(StreamClient.get(
                                x, "/emulator/delivered?from=-1000000000-01-01T00:00:00Z&until=2026-01-01T00:00:00Z")
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void timeAndRecoveryAreSetOverHttp(XEmulator x) throws Exception {
        Instant before = x.now();
        StreamClient.post(x, "/emulator/time", "{\"shift\":\"PT2H\"}");
        JsonNode state = StreamClient.json(StreamClient.post(x, "/emulator/recovery", "{\"policy\":\"IGNORED\"}"));

        assertThat(x.now()).isAfterOrEqualTo(before.plusSeconds(7_200));
        assertThat(state.path("recovery").asText()).isEqualTo("IGNORED");
        assertThat(state.path("rules").asInt()).isEqualTo(1);
        assertThat(x.requests()).isEmpty();
    }

    @Test
    void thePageHasAButtonForEachFaultAndNoScript(XEmulator x) throws Exception {
        var page = StreamClient.get(x, "/emulator/");

        assertThat(page.statusCode()).isEqualTo(200);
        for (Misbehaviour fault : Misbehaviour.values())
            assertThat(page.body()).contains("<button name=\"kind\" value=\"" + fault + "\">" + fault.words());
        assertThat(page.body()).doesNotContain("<script").contains("No fault is waiting.");
        assertThat(page.headers().firstValue("Content-Security-Policy").orElse(""))
                .contains("default-src 'none'", "form-action 'self'");
        assertThat(StreamClient.get(x, "/emulator/page.css").headers().firstValue("Content-Type"))
                .hasValue("text/css; charset=utf-8");
    }

    @Test
    void aButtonInjectsAFaultAndAnotherRemovesIt(XEmulator x) throws Exception {
        var answer = StreamClient.post(x, "/emulator/page", "kind=STATUS_503_HTML");

        assertThat(answer.statusCode()).isEqualTo(303);
        assertThat(answer.headers().firstValue("Location")).hasValue("./");
        assertThat(StreamClient.get(x, "/emulator/").body()).contains("Status 503 html.", "Remove them");

        StreamClient.post(x, "/emulator/page", "clear=all");
        assertThat(StreamClient.get(x, "/emulator/").body()).contains("No fault is waiting.");
    }

    @Test
    void aPostIsPublishedOnThePage(XEmulator x) throws Exception {
        try (StreamClient client = StreamClient.open(x)) {
            StreamClient.post(x, "/emulator/page", "text=a+cat+%26+%3Cb%3E+%F0%9F%90%88");

            assertThat(client.nextLine()).contains("a cat &amp; &lt;b&gt; 🐈");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "kind=SULK", "kind", "colour=red", "%"})
    void aFormThatIsWrongIsRefused(String form, XEmulator x) throws Exception {
        assertThat(StreamClient.post(x, "/emulator/page", form).statusCode()).isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource({"cross-site,403", "same-site,403", "same-origin,303", "none,303"})
    void theWebSiteOfSomebodyElseInjectsNothing(String site, int status, XEmulator x) throws Exception {
        var answer = StreamClient.send(StreamClient.request(x, "/emulator/page")
                .header("Sec-Fetch-Site", site)
                .POST(HttpRequest.BodyPublishers.ofString("kind=RESET")));

        assertThat(answer.statusCode()).isEqualTo(status);
    }
}
