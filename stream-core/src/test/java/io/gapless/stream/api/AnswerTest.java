package io.gapless.stream.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.gapless.stream.api.Answer.Before;
import io.gapless.stream.api.Answer.Meaning;
import io.gapless.stream.post.Problem;
import io.gapless.stream.seam.Head;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The table of what an answer means: who wrote it, and what X accepted before. */
class AnswerTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final String PAGE = "<!DOCTYPE html><html><h1>Sorry, you have been blocked</h1></html>";
    private static final String PROBLEM = "{\"title\":\"Forbidden\",\"type\":\"about:blank\",\"detail\":\"no\"}";
    private static final String CODE_467 =
            "{\"errors\":[{\"message\":\"Your plan does not include this\",\"code\":467}]}";
    private static final String CAP = """
            {"title":"SpendCapReached","detail":"blocked until the next cycle","reset_date":"2030-01-12",
            "type":"https://api.twitter.com/2/problems/credits"}""";

    private static final Before NEW = Before.NOTHING;
    private static final Before ALL = new Before(false, true, true, true, Duration.ZERO);
    /** A known address, a token of another kind: the process was restarted with it. */
    private static final Before NEW_TOKEN = new Before(false, true, false, false, Duration.ZERO);

    private static final Before NEW_QUERY = new Before(false, true, true, false, Duration.ZERO);
    private static final Before NEW_TOKEN_OF_A_RUNNING_STREAM = new Before(true, true, false, false, Duration.ZERO);

    private static Answer answer(int status, String body, Before before, boolean withBackfill) {
        Problem problem = BodyJson.problem(body.getBytes(StandardCharsets.UTF_8));
        return Answer.of(new Head(status, Map.of("Content-Type", "text/html")), problem, withBackfill, before, NOW);
    }

    static Stream<Arguments> meanings() {
        return Stream.of(
                // the first request of a new configuration: a wrong address or token is final, whoever says so
                arguments(401, PAGE, NEW, Meaning.FINAL),
                arguments(401, PROBLEM, NEW, Meaning.FINAL),
                arguments(404, PAGE, NEW, Meaning.FINAL),
                arguments(302, "", NEW, Meaning.FINAL),
                arguments(403, PROBLEM, NEW, Meaning.FINAL),
                arguments(400, PROBLEM, NEW, Meaning.FINAL),
                arguments(410, PROBLEM, NEW, Meaning.FINAL),
                // what X did not write is never final otherwise
                arguments(403, PAGE, NEW, Meaning.PARK),
                arguments(400, PAGE, NEW, Meaning.PARK),
                arguments(400, "", NEW, Meaning.PARK),
                arguments(403, "{\"message\":\"Forbidden\"}", NEW, Meaning.PARK),
                arguments(403, "{\"error\":{\"code\":403}}", NEW, Meaning.PARK),
                arguments(407, PAGE, NEW, Meaning.PARK),
                arguments(451, PAGE, NEW, Meaning.PARK),
                arguments(204, "", NEW, Meaning.PARK),
                arguments(201, "", NEW, Meaning.PARK),
                // what was accepted before is not refused for good by one answer
                arguments(403, PAGE, ALL, Meaning.PARK),
                arguments(403, CODE_467, ALL, Meaning.PARK),
                arguments(404, PROBLEM, ALL, Meaning.PARK),
                arguments(404, PAGE, ALL, Meaning.PARK),
                arguments(302, "", ALL, Meaning.PARK),
                arguments(401, PAGE, ALL, Meaning.PARK),
                arguments(401, PROBLEM, ALL, Meaning.PARK),
                arguments(400, PROBLEM, ALL, Meaning.PARK),
                arguments(410, PROBLEM, ALL, Meaning.PARK),
                // but what is new about it may be
                arguments(401, PROBLEM, NEW_TOKEN, Meaning.FINAL),
                arguments(403, PROBLEM, NEW_TOKEN, Meaning.FINAL),
                arguments(401, PAGE, NEW_TOKEN, Meaning.PARK),
                arguments(404, PAGE, NEW_TOKEN, Meaning.PARK),
                arguments(400, PROBLEM, NEW_QUERY, Meaning.FINAL),
                arguments(403, PROBLEM, NEW_QUERY, Meaning.PARK),
                // a token that is being replaced while the stream runs
                arguments(401, PROBLEM, NEW_TOKEN_OF_A_RUNNING_STREAM, Meaning.PARK),
                arguments(403, PROBLEM, NEW_TOKEN_OF_A_RUNNING_STREAM, Meaning.PARK),
                // whatever was before
                arguments(402, PAGE, NEW, Meaning.SPENT),
                arguments(403, CAP, NEW, Meaning.SPENT),
                arguments(429, CAP, ALL, Meaning.SPENT),
                arguments(409, PAGE, NEW, Meaning.RULES),
                arguments(429, PAGE, NEW, Meaning.RATE),
                arguments(420, "", ALL, Meaning.RATE),
                arguments(429, "{\"connection_issue\":\"TooManyConnections\"}", ALL, Meaning.BUSY),
                arguments(503, PAGE, NEW, Meaning.LADDER),
                arguments(408, "", NEW, Meaning.LADDER),
                arguments(403, "{\"connection_issue\":\"ProvisioningSubscription\"}", NEW, Meaning.LADDER));
    }

    @ParameterizedTest
    @MethodSource("meanings")
    void whoWroteItAndWhatWasAcceptedDecide(int status, String body, Before before, Meaning meaning) {
        assertThat(answer(status, body, before, false).meaning(true)).isEqualTo(meaning);
    }

    @ParameterizedTest
    @CsvSource({"23, PARK", "24, FINAL"})
    void xsOwn401IsFinalOnceItIsUnchangedForADay(int hours, Meaning meaning) {
        Before before = new Before(true, true, true, true, Duration.ofHours(hours));

        assertThat(answer(401, PROBLEM, before, false).meaning(true)).isEqualTo(meaning);
        assertThat(answer(401, PAGE, before, false).meaning(true)).isEqualTo(Meaning.PARK);
    }

    @ParameterizedTest
    @CsvSource({
        "400, WITHOUT_BACKFILL",
        "403, WITHOUT_BACKFILL",
        "404, WITHOUT_BACKFILL",
        "422, WITHOUT_BACKFILL",
        "401, FINAL",
        "503, LADDER",
        "402, SPENT",
        "407, PARK"
    })
    void aBackfillIsLeftOutNamedOrNot(int status, Meaning meaning) {
        assertThat(answer(status, "", NEW, true).meaning(true)).isEqualTo(meaning);
    }

    @Test
    void theTokenSourceIsAskedOnceMoreBeforeA401MeansAnythingElse() {
        assertThat(answer(401, PROBLEM, NEW, false).meaning(false)).isEqualTo(Meaning.TOKEN);
        assertThat(answer(401, PAGE, ALL, false).meaning(false)).isEqualTo(Meaning.TOKEN);
    }

    @Test
    void aCapIsLiftedAtTheDateThatXNames() {
        assertThat(answer(403, CAP, NEW, false).untilCapReset())
                .contains(Duration.between(NOW, Instant.parse("2030-01-12T00:00:00Z")));
        assertThat(answer(402, "{\"title\":\"CreditsDepleted\"}", NEW, false).untilCapReset())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "120                           | 120",
                "100000                        | 960",
                "Sun, 22 Nov 2026 12:02:00 GMT | 120",
                "Sun, 22 Nov 2026 11:00:00 GMT | 0",
                "0                             | 0",
                "soon                          | 0",
                "-5                            | 0"
            })
    void retryAfterIsBelievedUpTo16Minutes(String header, long seconds) {
        Head head = new Head(503, Map.of("Retry-After", header));
        Answer answer = Answer.of(head, BodyJson.problem(new byte[0]), false, NEW, NOW);

        assertThat(answer.retryAfter().orElse(Duration.ZERO)).isEqualTo(Duration.ofSeconds(seconds));
    }

    @Test
    void aDateInRetryAfterIsReadAgainstTheAnswersOwnClock() {
        Head head = new Head(
                503, Map.of("Date", "Sun, 22 Nov 2026 15:00:00 GMT", "Retry-After", "Sun, 22 Nov 2026 15:02:00 GMT"));

        assertThat(Answer.of(head, BodyJson.problem(new byte[0]), false, NEW, NOW)
                        .retryAfter())
                .contains(Duration.ofMinutes(2));
    }

    @Test
    void whatAnsweredIsToldByStatusTypeAndItsFirstWords() {
        assertThat(answer(403, PAGE, NEW, false).describe())
                .isEqualTo("HTTP 403 (text/html), not in X's form: Sorry, you have been blocked");
        assertThat(answer(403, "<p>" + "x".repeat(5_000), NEW, false).describe())
                .hasSizeLessThan(300);
        assertThat(answer(403, PROBLEM, NEW, false).describe()).isEqualTo("HTTP 403, Forbidden: no");
    }
}
