package io.gapless.recovery.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.recovery.outbox.Answer.Outcome;
import io.gapless.stream.seam.Head;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnswerTest {
    private static final Instant NOW = Instant.parse("2026-03-02T00:00:00Z");

    private static Answer of(int status, Map<String, String> headers, String body) {
        return Answer.of(
                new Head(status, headers), body.getBytes(StandardCharsets.UTF_8), false, NOW, Acknowledgement.BODY);
    }

    @ParameterizedTest
    @CsvSource({
        "200, ACKNOWLEDGED", "204, ACKNOWLEDGED", "301, UNWELCOME", "307, UNWELCOME", "400, REFUSED", "401, UNWELCOME",
        "403, UNWELCOME", "404, UNWELCOME", "408, TRY_AGAIN", "409, REFUSED", "413, TOO_LARGE", "422, REFUSED",
        "425, TRY_AGAIN", "429, TRY_AGAIN", "500, TRY_AGAIN", "503, TRY_AGAIN"
    })
    void aStatusSaysWhatHappensToTheBatch(int status, Outcome outcome) {
        assertThat(of(status, Map.of(), "").outcome()).isEqualTo(outcome);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"code\":201,\"success\":true,\"message\":\"…\"} | ACKNOWLEDGED",
                "{\"success\":false,\"message\":\"no\"} | TRY_AGAIN",
                "{\"success\":false,\"code\":422} | REFUSED",
                "{\"success\":false,\"code\":500} | TRY_AGAIN",
                "{\"code\":201,\"succ | TRY_AGAIN",
                "{\"ok\":1} | ACKNOWLEDGED",
                "thank you | ACKNOWLEDGED"
            })
    void aBodyThatSaysNoOutweighsTheStatus(String body, Outcome outcome) {
        assertThat(of(200, Map.of(), body).outcome()).isEqualTo(outcome);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "<!DOCTYPE html><html><body>Please log in</body></html> | TRY_AGAIN",
                "{\"Success\":false,\"Message\":\"no\"} | TRY_AGAIN",
                "{\"code\":400,\"message\":\"invalid_token\"} | REFUSED",
                "{\"code\":401,\"message\":\"invalid_token\"} | UNWELCOME",
                "{\"success\":null} | TRY_AGAIN",
                "{\"success\":\"false\"} | TRY_AGAIN",
                "{\"success\":true,\"data\":{\"success\":false}} | TRY_AGAIN",
                "{\"error\":\"db_down\"} | TRY_AGAIN",
                "{\"error\":{\"message\":\"db down\"}} | TRY_AGAIN",
                "{\"error\":null,\"errors\":[]} | ACKNOWLEDGED",
                "{\"errors\":{\"requests[0]\":[\"is bad\"]}} | TRY_AGAIN",
                "{\"data\":{\"success\":false}} | TRY_AGAIN",
                "{\"status\":\"error\"} | TRY_AGAIN",
                "{\"success\":true,\"errors\":[{\"request_id\":\"3\",\"message\":\"bad\"}]} | PARTLY",
                "{\"results\":[{\"request_id\":\"3\",\"status\":400}]} | PARTLY",
                "{\"results\":[{\"request_id\":\"3\",\"status\":201}]} | ACKNOWLEDGED",
                "{\"success\":true,\"requests\":[{\"success\":false,\"status\":500}]} | ACKNOWLEDGED",
                "false | TRY_AGAIN",
                "'' | ACKNOWLEDGED"
            })
    void whatContradictsTheStatusIsNoAcknowledgement(String body, Outcome outcome) {
        assertThat(of(200, Map.of(), body).outcome()).isEqualTo(outcome);
    }

    @Test
    void aByteOrderMarkHidesNoRefusal() {
        assertThat(of(200, Map.of(), "\uFEFF{\"success\":false}").outcome()).isEqualTo(Outcome.TRY_AGAIN);
    }

    @Test
    void aPageIsKnownByItsTypeToo() {
        assertThat(of(200, Map.of("Content-Type", "text/html; charset=utf-8"), "Please log in")
                        .outcome())
                .isEqualTo(Outcome.TRY_AGAIN);
    }

    @Test
    void ofA207OnlyTheNamedRecordsHaveArrived() {
        Answer answer = of(207, Map.of(), "{\"results\":[{\"request_id\":\"1\",\"status\":201}]}");

        assertThat(answer.outcome()).isEqualTo(Outcome.PARTLY);
        assertThat(answer.onlyNamedArrived()).isTrue();
        assertThat(of(207, Map.of(), "<multistatus/>").outcome()).isEqualTo(Outcome.TRY_AGAIN);
    }

    private static Outcome by(Acknowledgement rule, int status, String body, boolean cut) {
        return Answer.of(new Head(status, Map.of()), body.getBytes(StandardCharsets.UTF_8), cut, NOW, rule)
                .outcome();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "STATUS | <html>log in</html> | ACKNOWLEDGED",
                "STATUS | {\"success\":false} | ACKNOWLEDGED",
                "BODY | thank you | ACKNOWLEDGED",
                "STRICT | thank you | TRY_AGAIN",
                "STRICT | '' | TRY_AGAIN",
                "STRICT | {\"ok\":1} | TRY_AGAIN",
                "STRICT | {\"success\":\"true\"} | TRY_AGAIN",
                "STRICT | {\"success\":true} | ACKNOWLEDGED"
            })
    void theRuleSaysWhatAnAnswerNeeds(Acknowledgement rule, String body, Outcome outcome) {
        assertThat(by(rule, 200, body, false)).isEqualTo(outcome);
        assertThat(by(rule, 503, body, false)).isEqualTo(Outcome.TRY_AGAIN);
    }

    @Test
    void anAnswerThatIsTooLongIsJudgedByWhatWasRead() {
        assertThat(by(Acknowledgement.STRICT, 201, "{\"success\":true,\"requests\":[{\"requ", true))
                .isEqualTo(Outcome.ACKNOWLEDGED);
        assertThat(by(Acknowledgement.BODY, 201, "{\"success\":false,\"requests\":[{\"requ", true))
                .isEqualTo(Outcome.TRY_AGAIN);
        assertThat(by(Acknowledgement.STRICT, 201, "{\"requests\":[{\"requ", true))
                .isEqualTo(Outcome.TRY_AGAIN);
        assertThat(by(Acknowledgement.BODY, 201, "{\"requests\":[{\"requ", true))
                .isEqualTo(Outcome.ACKNOWLEDGED);
    }

    @Test
    void retryAfterMayBeSecondsOrADateByTheServersClock() {
        assertThat(of(503, Map.of("Retry-After", "120"), "").retryAfter()).contains(Duration.ofMinutes(2));
        Map<String, String> date =
                Map.of("Retry-After", "Mon, 02 Mar 2026 10:00:30 GMT", "Date", "Mon, 02 Mar 2026 10:00:00 GMT");
        assertThat(of(503, date, "").retryAfter()).contains(Duration.ofSeconds(30));
        assertThat(of(503, Map.of("Retry-After", "soon"), "").retryAfter()).isEmpty();
        assertThat(of(503, Map.of("Retry-After", "999999999"), "").retryAfter()).contains(Duration.ofDays(1));
    }

    @Test
    void aShortKeyIsBlottedOutOnlyWhereItStandsByItself() {
        String echo = "{\"success\":false,\"message\":\"check your key 'k' (k): kept\"}";

        assertThat(of(200, Map.of(), echo).without("k").words()).endsWith("check your key '***' (***): kept");
    }

    @Test
    void itsWordsAreOneBoundedLineWithoutTheKey() {
        String echo = "{\"success\":false,\"message\":\"bad key s3cret\\n" + "x".repeat(5_000) + "\"}";
        String words = of(200, Map.of(), echo).without("s3cret").words();

        assertThat(words).hasSizeLessThan(400).doesNotContain("s3cret", "\n").contains("bad key ***");
    }
}
