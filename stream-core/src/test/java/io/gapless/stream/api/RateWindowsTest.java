package io.gapless.stream.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.stream.post.Problem;
import io.gapless.stream.seam.Head;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RateWindowsTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final String STREAM = "/2/tweets/search/stream";
    private static final String RULES = "/2/tweets/search/stream/rules";
    private static final String RATE = "{\"title\":\"Too Many Requests\",\"type\":\"about:blank\",\"status\":429}";

    private final RateWindows windows = new RateWindows();

    private static Map<String, String> reset(int seconds, int left) {
        return new HashMap<>(Map.of(
                "x-rate-limit-reset",
                String.valueOf(NOW.plusSeconds(seconds).getEpochSecond()),
                "x-rate-limit-remaining",
                String.valueOf(left)));
    }

    private void refused(int status, Map<String, String> headers, String body) {
        Head head = new Head(status, headers);
        Problem problem = BodyJson.problem(body.getBytes(StandardCharsets.UTF_8));
        windows.refused("GET", STREAM, head, Answer.of(head, problem, false, Answer.Before.NOTHING, NOW), 0);
    }

    private long secondsUntil(String path, int at) {
        return Duration.ofNanos(windows.waitNanos("GET", path, nanos(at))).toSeconds();
    }

    private static long nanos(int seconds) {
        return Duration.ofSeconds(seconds).toNanos();
    }

    @Test
    void aWindowThatIsUsedUpIsWaitedForAlthoughTheAnswerWasWell() {
        windows.accepted("GET", STREAM, new Head(200, reset(200, 0)), NOW, 0);

        assertThat(secondsUntil(STREAM, 0)).isEqualTo(201);
        assertThat(secondsUntil(RULES, 0)).as("another place").isZero();
        assertThat(secondsUntil(STREAM, 202)).isZero();
    }

    @Test
    void whatIsSentIsCountedUntilTheNextAnswer() {
        windows.accepted("GET", STREAM, new Head(200, reset(200, 2)), NOW, 0);
        windows.sent("GET", STREAM, nanos(1));
        assertThat(secondsUntil(STREAM, 1)).isZero();
        windows.sent("GET", STREAM, nanos(2));

        assertThat(secondsUntil(STREAM, 2)).isEqualTo(199);
    }

    @Test
    void afterARateLimitOneTriesAndTheOthersWaitForItsAnswer() {
        refused(429, reset(60, 0), RATE);
        assertThat(secondsUntil(STREAM, 0)).isEqualTo(61);
        windows.sent("GET", STREAM, nanos(61));
        assertThat(secondsUntil(STREAM, 61)).isEqualTo(1);
        windows.accepted("GET", STREAM, new Head(200, Map.of()), NOW, nanos(62));

        assertThat(secondsUntil(STREAM, 62)).isZero();
    }

    @Test
    void oneThatTriesAndIsNeverAnsweredHoldsUpNobodyForLong() {
        refused(429, reset(60, 0), RATE);
        windows.sent("GET", STREAM, nanos(61));

        assertThat(secondsUntil(STREAM, 92)).isZero();
    }

    @Test
    void oneThatFailsOnTheWayHoldsUpNobody() {
        refused(429, reset(60, 0), RATE);
        windows.sent("GET", STREAM, nanos(61));
        windows.unanswered("GET", STREAM);

        assertThat(secondsUntil(STREAM, 61)).isZero();
    }

    @Test
    void whatAPageAsksForIsKeptEverywhere() {
        refused(503, Map.of("Retry-After", "120"), "<html>maintenance</html>");

        assertThat(secondsUntil(STREAM, 0)).isEqualTo(120);
        assertThat(secondsUntil(RULES, 0)).isEqualTo(120);
    }

    @Test
    void whatXAsksForIsKeptAtThatPlace() {
        refused(429, Map.of("Retry-After", "120"), RATE);

        assertThat(secondsUntil(STREAM, 0)).isEqualTo(120);
        assertThat(secondsUntil(RULES, 0)).isZero();
    }

    @Test
    void forConnectionsThatAreTakenXsLadderCounts() {
        refused(429, Map.of("Retry-After", "120"), "{\"connection_issue\":\"TooManyConnections\"}");

        assertThat(secondsUntil(STREAM, 0)).isZero();
    }

    @Test
    void noAdviceIsBelievedForLongerThan16Minutes() {
        refused(429, reset(1_000_000, 0), RATE);
        assertThat(secondsUntil(STREAM, 0)).isEqualTo(960);
        refused(503, Map.of("Retry-After", "86400"), "<html>");

        assertThat(secondsUntil(RULES, 0)).isEqualTo(960);
    }
}
