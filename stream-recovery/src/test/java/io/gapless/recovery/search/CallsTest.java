package io.gapless.recovery.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.recovery.ScriptedX;
import io.gapless.recovery.ScriptedX.Answer;
import io.gapless.recovery.search.Calls.Reply;
import io.gapless.stream.seam.Ending;
import io.gapless.stream.seam.VirtualTime;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CallsTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final Duration LONG = Duration.ofDays(1);
    private static final String INVALID = "{\"errors\":[{\"parameters\":{\"%s\":[\"x\"]},\"message\":\"no\"}],"
            + "\"title\":\"Invalid Request\",\"type\":\"https://api.twitter.com/2/problems/invalid-request\"}";
    private static final String RATE =
            "{\"title\":\"Too Many Requests\",\"detail\":\"Too Many Requests\",\"type\":\"about:blank\",\"status\":429}";
    private static final String CAP =
            "{\"title\":\"UsageCapExceeded\",\"type\":\"https://api.twitter.com/2/problems/usage-capped\"}";

    private final VirtualTime time = new VirtualTime(NOW);
    private final ScriptedX x = new ScriptedX(time);
    private final List<Duration> waits = new ArrayList<>();
    private Calls calls = calls(SearchEndpoint.RECENT, Map.of("tweet.fields", "id,note_tweet"));

    @Test
    void aPageIsAskedForOnce() {
        assertThat(ask()).isInstanceOf(Reply.Page.class);
        assertThat(x.asked).hasSize(1);
        assertThat(x.asked.get(0).path()).isEqualTo("/2/tweets/search/recent");
        assertThat(x.asked.get(0).query())
                .containsOnly(Map.entry("query", "cat"), Map.entry("tweet.fields", "id,note_tweet"));
        assertThat(waits).isEmpty();
    }

    @Test
    void aServerThatFailsIsAskedAgainOnTheHttpLadder() {
        x.then(html(503), html(503), Answer.of(500, ""), html(200));
        assertThat(ask()).isInstanceOf(Reply.Page.class);
        assertThat(waits).containsExactly(seconds(5), seconds(10), seconds(20), seconds(40));
        assertThat(x.asked).hasSize(5);
    }

    @Test
    void aServerThatFailsForMinutesIsAskedNoMoreOftenThanEvery320Seconds() {
        x.always(asked -> html(503));
        CompletableFuture<Reply> reply = calls.ask(Map.of("query", "cat"), NOW.plus(LONG), () -> false);
        time.advance(Duration.ofHours(2));
        assertThat(reply).isNotDone();
        assertThat(waits).endsWith(seconds(320), seconds(320)).hasSizeLessThan(30);
    }

    @Test
    void aNetworkThatFailsIsTriedAgainOnTheNetworkLadder() {
        x.then(Answer.none(Ending.Kind.RESET), Answer.none(Ending.Kind.UNKNOWN_HOST), Answer.none(Ending.Kind.CUT));
        assertThat(ask()).isInstanceOf(Reply.Page.class);
        assertThat(waits).containsExactly(Duration.ofMillis(250), Duration.ofMillis(500), Duration.ofMillis(750));
    }

    @ParameterizedTest
    @CsvSource({
        // reset in s from X's date, wait s
        "300, 301",
        "10, 60",
        "-20, 60",
        "100000, 960"
    })
    void aRateLimitWaitsForTheResetOnXsClockWithinBounds(int resetSeconds, int waitSeconds) {
        // X's clock is 10 minutes ahead of ours.
        Instant there = NOW.plusSeconds(600);
        x.then(Answer.of(429, RATE)
                .with("date", DateTimeFormatter.RFC_1123_DATE_TIME.format(there.atOffset(ZoneOffset.UTC)))
                .with("x-rate-limit-remaining", "0")
                .with(
                        "x-rate-limit-reset",
                        Long.toString(there.plusSeconds(resetSeconds).getEpochSecond())));
        assertThat(ask()).isInstanceOf(Reply.Page.class);
        assertThat(waits).containsExactly(seconds(waitSeconds));
    }

    @Test
    void aRateLimitWithoutAResetClimbsItsLadder() {
        x.then(Answer.of(429, RATE), Answer.of(429, RATE), Answer.of(429, RATE));
        assertThat(ask()).isInstanceOf(Reply.Page.class);
        assertThat(waits).containsExactly(seconds(60), seconds(120), seconds(240));
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 402, 403, 404, 302, 407})
    void anAnswerThatIsNotWhatWasAskedForParksTheSearch(int status) {
        x.always(asked -> Answer.of(status, "{\"title\":\"Anything\"}"));
        assertThat(ask()).isInstanceOfSatisfying(Reply.Ended.class, ended -> {
            assertThat(ended.end()).isEqualTo(End.PARKED);
            assertThat(ended.detail()).contains("HTTP " + status, "Anything");
        });
        assertThat(waits).isEmpty();
    }

    @Test
    void aUsageCapParksAlthoughItIsA429() {
        x.then(Answer.of(429, CAP));
        assertThat(ask()).isInstanceOfSatisfying(Reply.Ended.class, ended -> assertThat(ended.end())
                .isEqualTo(End.PARKED));
    }

    @Test
    void anEndThatIsTooFreshIsAskedForAgain() {
        x.then(Answer.of(400, INVALID.formatted("end_time")));
        assertThat(ask()).isInstanceOf(Reply.Page.class);
        assertThat(waits).containsExactly(seconds(5));
    }

    @Test
    void aStartThatIsTooOldMeansThatTheWindowHasPassedIfThatMayBe() {
        x.then(Answer.of(400, INVALID.formatted("start_time")), Answer.of(400, INVALID.formatted("start_time")));
        assertThat(ask()).isInstanceOfSatisfying(Reply.Ended.class, ended -> assertThat(ended.end())
                .as("two days before its end")
                .isEqualTo(End.PARKED));
        CompletableFuture<Reply> old = calls.ask(Map.of("query", "cat"), NOW.plusSeconds(600), () -> false);
        time.advance(Duration.ofSeconds(10));
        assertThat(old.join()).isInstanceOfSatisfying(Reply.Ended.class, ended -> assertThat(ended.end())
                .isEqualTo(End.WINDOW_PASSED));
    }

    @Test
    void aWaitThatOutlastsTheWindowEndsTheCall() {
        x.always(asked -> Answer.of(429, RATE));
        CompletableFuture<Reply> reply = calls.ask(Map.of("query", "cat"), NOW.plusSeconds(3_600), () -> false);
        time.advance(Duration.ofHours(2));
        assertThat(reply.join()).isInstanceOfSatisfying(Reply.Ended.class, ended -> assertThat(ended.end())
                .isEqualTo(End.WINDOW_PASSED));
    }

    @Test
    void refusedFieldsAreAskedForByTheirNewNamesFromThenOn() {
        x.then(Answer.of(400, INVALID.formatted("tweet.fields")));
        assertThat(ask()).isInstanceOf(Reply.Page.class);
        assertThat(ask()).isInstanceOf(Reply.Page.class);
        assertThat(x.asked).hasSize(3);
        assertThat(x.asked.get(1).query())
                .containsEntry("post.fields", "id,note_post")
                .doesNotContainKey("tweet.fields");
        assertThat(x.asked.get(2).query()).containsEntry("post.fields", "id,note_post");
    }

    @Test
    void fieldsThatAreRefusedByBothNamesAreTheCallersToJudge() {
        x.then(Answer.of(400, INVALID.formatted("tweet.fields")), Answer.of(400, INVALID.formatted("post.fields")));
        assertThat(ask()).isInstanceOf(Reply.Invalid.class);
    }

    @Test
    void theFourHundredAndFiftyFirstCallWaitsForTheNextWindow() {
        for (int i = 0; i < 450; i++) assertThat(ask()).isInstanceOf(Reply.Page.class);
        assertThat(waits).isEmpty();
        assertThat(ask()).isInstanceOf(Reply.Page.class);
        assertThat(x.asked.get(450).at()).isEqualTo(NOW.plus(Duration.ofMinutes(15)));
    }

    @Test
    void xsHeadersCountWhatOthersHaveCalled() {
        x.then(Answer.of(200, "{\"meta\":{}}")
                .with("x-rate-limit-remaining", "0")
                .with("x-rate-limit-reset", Long.toString(NOW.plusSeconds(200).getEpochSecond())));
        ask();
        ask();
        assertThat(x.asked.get(1).at()).isEqualTo(NOW.plusSeconds(201));
    }

    @Test
    void theArchiveIsAskedAtMostOnceASecond() {
        calls = calls(SearchEndpoint.ARCHIVE, Map.of());
        for (int i = 0; i < 3; i++) ask();
        Duration pause = ScriptedX.ROUND_TRIP.plusSeconds(1);
        assertThat(x.asked.get(1).at()).isEqualTo(NOW.plus(pause));
        assertThat(x.asked.get(2).at()).isEqualTo(NOW.plus(pause.multipliedBy(2)));
        assertThat(waits).isEmpty();
    }

    @Test
    void aCallThatIsCalledOffIsNotSent() {
        CompletableFuture<Reply> reply = calls.ask(Map.of("query", "cat"), NOW.plus(LONG), () -> true);
        time.settle();
        assertThat(reply.join()).isInstanceOfSatisfying(Reply.Ended.class, ended -> assertThat(ended.end())
                .isEqualTo(End.CANCELLED));
        assertThat(x.asked).isEmpty();
    }

    private Reply ask() {
        CompletableFuture<Reply> reply = calls.ask(Map.of("query", "cat"), NOW.plus(LONG), () -> false);
        for (int i = 0; i < 20_000 && !reply.isDone(); i++) time.advance(Duration.ofMillis(100));
        return reply.join();
    }

    private Calls calls(SearchEndpoint endpoint, Map<String, String> fields) {
        return new Calls(x.api(), time, time, endpoint, fields, (delay, why) -> waits.add(delay));
    }

    private static Answer html(int status) {
        return Answer.of(status, "<html><body>over capacity</body></html>");
    }

    private static Duration seconds(int seconds) {
        return Duration.ofSeconds(seconds);
    }
}
