package io.gapless.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.gapless.stream.ScriptedTransport.Scripted;
import io.gapless.stream.event.Disconnection;
import io.gapless.stream.event.StreamEvent;
import io.gapless.stream.event.StreamEvent.Waiting.Why;
import io.gapless.stream.event.StreamException;
import io.gapless.stream.seam.Ending;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** X says no to a connect: what the stream does, and what it tells. */
class RefusedConnectTest {
    private static final String UNAUTHORIZED =
            "{\"title\":\"Unauthorized\",\"type\":\"about:blank\",\"status\":401,\"detail\":\"Unauthorized\"}";
    private static final String NO_RULES = """
            {"title":"ConnectionException","detail":"You must define rules","connection_issue":"RuleConfigurationIssue",\
            "type":"https://api.twitter.com/2/problems/streaming-connection"}""";
    private static final String BUSY = """
            {"title":"ConnectionException","connection_issue":"TooManyConnections",\
            "type":"https://api.twitter.com/2/problems/streaming-connection"}""";
    private static final String RATE = "{\"title\":\"Too Many Requests\",\"type\":\"about:blank\",\"status\":429}";
    private static final String USAGE_CAP =
            "{\"title\":\"UsageCapExceeded\",\"type\":\"https://api.twitter.com/2/problems/usage-capped\"}";

    private static final String CODE_467 =
            "{\"errors\":[{\"message\":\"Your current API plan does not include access to this endpoint\",\"code\":467}]}";

    private final Rig rig = new Rig();

    @Test
    void afterARefusedTokenTheSourceIsAskedOnceMoreAtOnce() {
        ArrayDeque<String> tokens = new ArrayDeque<>(List.of("old", "new"));
        Rig rotating = new Rig(builder -> builder.bearerToken(tokens::remove));
        rotating.start().refuse(401, UNAUTHORIZED);
        rotating.answered();

        assertThat(rotating.x.opened()).extracting(x -> x.authorization).containsExactly("Bearer old", "Bearer new");
        assertThat(rotating.x.last().openedNanos).isZero();
        assertThat(rotating.events.all(StreamEvent.TokenRefused.class)).hasSize(1);
        assertThat(rotating.state()).isEqualTo(Health.State.LIVE);
    }

    @Test
    void aSecondRefusalOfTheTokenEndsTheStreamWithAClearSentence() {
        rig.start().refuse(401, UNAUTHORIZED);
        rig.refuse(401, UNAUTHORIZED);

        assertThat(rig.state()).isEqualTo(Health.State.FAILED);
        assertThat(rig.x.opened()).hasSize(2);
        assertThatThrownBy(rig.stream::awaitClose)
                .isInstanceOfSatisfying(StreamException.class, e -> assertThat(e.reason())
                        .isEqualTo(StreamException.Reason.TOKEN_REFUSED))
                .hasMessageContaining("bearer token")
                .hasMessageNotContaining("token-1");
        assertThat(rig.events
                        .names()
                        .subList(
                                rig.events.names().size() - 2,
                                rig.events.names().size()))
                .containsExactly("ConnectFailed", "Failed");
    }

    @Test
    void anAppsTokenIsFetchedAnewAfterARefusal() {
        Rig app = new Rig(builder -> builder.apiKey("key", "secret"));
        ArrayDeque<String> answers = new ArrayDeque<>(List.of("old", "new"));
        app.x.script(exchange -> {
            if (isToken(exchange)) exchange.refuse(200, token(answers.remove()));
            else if (exchange.authorization.equals("Bearer old")) exchange.refuse(401, UNAUTHORIZED);
            else exchange.answer(200).keepAlive();
        });
        app.x.answerTokensAtOnce();
        app.start();
        app.passSeconds(1);

        assertThat(app.state()).isEqualTo(Health.State.LIVE);
        assertThat(answers).isEmpty();
    }

    @Test
    void aRefusedTokenIsFetchedAnewEvenIfTheFirstFetchFails() {
        Rig app = new Rig(builder -> builder.apiKey("key", "secret"));
        ArrayDeque<String> answers = new ArrayDeque<>(List.of("old", "", "new"));
        app.x.script(exchange -> {
            String next = isToken(exchange) ? answers.remove() : "";
            if (isToken(exchange)) exchange.refuse(next.isEmpty() ? 503 : 200, next.isEmpty() ? "" : token(next));
            else if (exchange.authorization.equals("Bearer old")) exchange.refuse(401, UNAUTHORIZED);
            else exchange.answer(200).keepAlive();
        });
        app.x.answerTokensAtOnce();
        app.start();
        app.passSeconds(10);

        assertThat(app.state()).isEqualTo(Health.State.LIVE);
        assertThat(answers).isEmpty();
    }

    @Test
    void aSourceWithoutATokenIsAskedAgainOnTheHttpLadder() {
        ArrayDeque<String> tokens = new ArrayDeque<>(List.of("", "", "late"));
        Rig late = new Rig(builder -> builder.bearerToken(tokens::remove));
        late.start();
        late.passSeconds(4);
        assertThat(late.x.opened()).hasSize(1);
        late.passSeconds(2);
        assertThat(late.x.opened()).hasSize(2);
        late.passSeconds(11);

        assertThat(late.x.last().authorization).isEqualTo("Bearer late");
        assertThat(late.events.last(StreamEvent.ConnectFailed.class).how()).isInstanceOf(Disconnection.NoToken.class);
        assertThat(late.stream.health().connectsLeft()).isEqualTo(49);
    }

    static Stream<Arguments> finalAnswers() {
        return Stream.of(
                arguments(400, StreamException.Reason.BAD_REQUEST, "fields"),
                arguments(403, StreamException.Reason.NOT_ALLOWED, "project"),
                arguments(404, StreamException.Reason.WRONG_ADDRESS, "base URL"),
                arguments(301, StreamException.Reason.WRONG_ADDRESS, "redirect"),
                arguments(302, StreamException.Reason.WRONG_ADDRESS, "redirect"),
                arguments(410, StreamException.Reason.REFUSED, "410"),
                arguments(204, StreamException.Reason.REFUSED, "204"));
    }

    @ParameterizedTest
    @MethodSource("finalAnswers")
    void aFinalAnswerEndsTheStreamAndSaysWhatToChange(int status, StreamException.Reason reason, String word) {
        rig.start();
        rig.open().refuse(status, "{\"title\":\"Said by X\",\"detail\":\"in a sentence\"}");
        rig.passSeconds(3_600);

        assertThat(rig.x.opened()).hasSize(1);
        assertThat(rig.state()).isEqualTo(Health.State.FAILED);
        StreamException failure = rig.events.last(StreamEvent.Failed.class).failure();
        assertThat(failure.reason()).isEqualTo(reason);
        assertThat(failure).hasMessageContaining(word).hasMessageContaining("Said by X: in a sentence");
        assertThatThrownBy(rig.stream::awaitClose).isSameAs(failure);
    }

    @ParameterizedTest
    @ValueSource(ints = {402, 429})
    void withoutCreditsTheStreamIsParkedAndAsksAgainAfter1And2And5ThenEvery15Minutes(int status) {
        rig.start();
        for (int minutes : List.of(1, 2, 5, 15, 15)) {
            int before = rig.x.opened().size();
            rig.refuse(status, USAGE_CAP);
            assertThat(rig.state()).isEqualTo(Health.State.PARKED);
            StreamEvent.Waiting waiting = rig.events.last(StreamEvent.Waiting.class);
            assertThat(waiting.why()).isEqualTo(Why.PARKED);
            assertThat(waiting.describe()).contains("UsageCapExceeded");
            assertThat(untilNextTry()).isBetween(Duration.ofMinutes(minutes), Duration.ofSeconds(66L * minutes));
            rig.pass(untilNextTry().minusSeconds(1));
            assertThat(rig.x.opened()).hasSize(before);
            rig.passSeconds(1);
            assertThat(rig.x.opened()).hasSize(before + 1);
        }
    }

    @Test
    void aSpendCapIsAskedAgainAtTheResetThatXNames() {
        rig.start();
        for (int i = 0; i < 3; i++) {
            rig.refuse(402, USAGE_CAP);
            rig.pass(untilNextTry());
        }
        Instant reset = rig.now().plusSeconds(400);
        rig.refuse(403, """
                {"title":"SpendCapReached","reset_date":"%s","type":"https://api.twitter.com/2/problems/credits"}""".formatted(reset));

        assertThat(rig.stream.health().nextTryAt().orElseThrow()).isBetween(reset, reset.plusSeconds(42));
        assertThat(rig.events.last(StreamEvent.Waiting.class).describe())
                .startsWith("Connection 1 is parked because of credits or a usage cap: HTTP 403, SpendCapReached.");
        rig.pass(untilNextTry());
        rig.answered();
        assertThat(rig.state()).isEqualTo(Health.State.LIVE);
    }

    @Test
    void aParkedStreamGoesOnOnceXLetsItThrough() {
        rig.start().refuse(402, USAGE_CAP);
        rig.pass(untilNextTry());
        rig.answered();

        assertThat(rig.state()).isEqualTo(Health.State.LIVE);
    }

    @Test
    void withoutRulesTheStreamSaysSoAtOnceAndGoesOnTrying() {
        rig.start().refuse(409, NO_RULES);

        assertThat(rig.events.last(StreamEvent.NoRules.class).at()).isEqualTo(Rig.START);
        assertThat(rig.events.last(StreamEvent.NoRules.class).problem().detail())
                .contains("define rules");
        rig.passSeconds(6);
        rig.answered();
        assertThat(rig.state()).isEqualTo(Health.State.LIVE);
    }

    @Test
    void aTakenSlotIsTriedAfter5SecondsAndThenOnTheRateLadder() {
        rig.start();
        rig.open().refuse(429, Map.of("x-rate-limit-reset", "9999999999"), BUSY);
        rig.passSeconds(6);
        rig.open().refuse(429, BUSY);
        rig.passSeconds(59);
        assertThat(rig.x.opened()).hasSize(2);
        rig.passSeconds(8);
        rig.answered();

        assertThat(rig.state()).isEqualTo(Health.State.LIVE);
    }

    @Test
    void theResetHeaderIsReadAgainstXsOwnClock() {
        rig.start();
        // X's clock is an hour ahead of ours, and its window lasts 300 s more.
        long xNow = Rig.START.plusSeconds(3_600).getEpochSecond();
        rig.refuse(
                429,
                Map.of("Date", "Sun, 22 Nov 2026 13:00:00 GMT", "x-rate-limit-reset", String.valueOf(xNow + 300)),
                RATE);

        StreamEvent.Waiting waiting = rig.events.last(StreamEvent.Waiting.class);
        assertThat(Duration.between(waiting.at(), waiting.nextTryAt()))
                .isBetween(Duration.ofSeconds(301), Duration.ofSeconds(332));
    }

    @Test
    void theLongestWaitOfALadderIsCalledItsCeiling() {
        rig.start();
        for (int i = 0; i < 7; i++) {
            rig.refuse(503, "<html>down</html>");
            if (i < 6) {
                assertThat(rig.events.last(StreamEvent.Waiting.class).why()).isEqualTo(Why.BACKOFF);
                rig.pass(untilNextTry());
            }
        }

        assertThat(rig.events.last(StreamEvent.Waiting.class).why()).isEqualTo(Why.CEILING);
        assertThat(rig.state()).isEqualTo(Health.State.BACKING_OFF);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "<html><h1>503</h1></html>", "{\"broken\":"})
    void aServerErrorWithAnyBodyIsTriedAgainAfter5Seconds(String body) {
        rig.start();
        rig.open().refuse(503, body);
        rig.passSeconds(6);
        rig.answered();

        assertThat(rig.state()).isEqualTo(Health.State.LIVE);
    }

    @Test
    void aRefusalThatIsCutOffIsNotXsLastWord() {
        rig.start();
        Scripted x = rig.open();
        x.answer(403).line("{\"title\":\"Client Forbidden\"");
        rig.end(x, Ending.Kind.RESET);

        assertThat(rig.state()).isEqualTo(Health.State.PARKED);
    }

    // ---- who wrote it, and what was accepted before ----------------------------------------------------------------

    static Stream<Arguments> answersThatPass() {
        String page = "<!DOCTYPE html><html><h1>Sorry, you have been blocked</h1></html>";
        return Stream.of(
                arguments("a CDN's page", 403, page),
                arguments("X's own, to everybody for an hour", 403, CODE_467),
                arguments("X's own 404 for hours", 404, "{\"title\":\"Not Found\",\"type\":\"about:blank\"}"),
                arguments("a load balancer's 404", 404, page),
                arguments("a portal", 302, ""),
                arguments("a gateway's 400", 400, page),
                arguments("a proxy's 407", 407, page),
                arguments("X's own 400", 400, "{\"title\":\"Invalid Request\"}"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("answersThatPass")
    void aStreamThatRanAMinuteAgoOutlivesAnAnswerThatPasses(String name, int status, String body) {
        rig.end(rig.healthy(), Ending.Kind.RESET);
        for (int minutes : List.of(1, 2, 5, 15)) {
            rig.refuse(status, Map.of("Content-Type", "text/html"), body);
            assertThat(rig.state()).isEqualTo(Health.State.PARKED);
            assertThat(untilNextTry()).isBetween(Duration.ofMinutes(minutes), Duration.ofSeconds(66L * minutes));
            rig.pass(untilNextTry());
        }
        rig.answered();

        assertThat(rig.state()).isEqualTo(Health.State.LIVE);
        assertThat(rig.events.all(StreamEvent.Failed.class)).isEmpty();
    }

    @Test
    void whatAnsweredIsToldWithItsStatusItsTypeAndItsFirstWords() {
        rig.end(rig.healthy(), Ending.Kind.RESET);
        rig.refuse(403, Map.of("Content-Type", "text/html; charset=UTF-8"), "<h1>Sorry, you have been blocked</h1>");

        assertThat(rig.events.last(StreamEvent.Waiting.class).describe())
                .contains("HTTP 403 (text/html; charset=UTF-8)", "Sorry, you have been blocked")
                .containsPattern("The next try is in 1 min( \\d s)?;");
    }

    @Test
    void aTokenThatWasAcceptedIsAskedForEachTimeUntilXAcceptsItsSuccessor() {
        String[] token = {"old"};
        Rig rotating = new Rig(builder -> builder.bearerToken(() -> token[0]));
        rotating.end(rotating.healthy(), Ending.Kind.RESET);
        rotating.refuse(401, UNAUTHORIZED);
        token[0] = "not yet known to X";
        rotating.refuse(401, UNAUTHORIZED);
        assertThat(rotating.state()).isEqualTo(Health.State.PARKED);
        token[0] = "new";
        rotating.pass(Duration.ofSeconds(66));
        assertThat(rotating.x.last().authorization).isEqualTo("Bearer new");
        rotating.answered();

        assertThat(rotating.state()).isEqualTo(Health.State.LIVE);
    }

    @Test
    void xsOwn401ThatIsUnchangedForADayIsFinal() {
        rig.end(rig.healthy(), Ending.Kind.RESET);
        Instant since = rig.now();
        while (rig.state() != Health.State.FAILED && rig.now().isBefore(since.plus(Duration.ofHours(30)))) {
            rig.refuse(401, UNAUTHORIZED);
            rig.pass(rig.stream.health().nextTryAt().isPresent() ? untilNextTry() : Duration.ZERO);
        }

        assertThat(Duration.between(since, rig.now())).isBetween(Duration.ofHours(24), Duration.ofHours(25));
        assertThat(rig.events.last(StreamEvent.Failed.class).failure().reason())
                .isEqualTo(StreamException.Reason.TOKEN_REFUSED);
    }

    @Test
    void aPages401IsNeverFinalAfterAnAcceptance() {
        rig.end(rig.healthy(), Ending.Kind.RESET);
        for (int i = 0; i < 120; i++) {
            rig.refuse(401, "<h1>HTTP ERROR: 401</h1>");
            rig.pass(rig.stream.health().nextTryAt().isPresent() ? untilNextTry() : Duration.ZERO);
        }
        rig.answered();

        assertThat(Duration.between(Rig.START, rig.now())).isGreaterThan(Duration.ofHours(24));
        assertThat(rig.state()).isEqualTo(Health.State.LIVE);
    }

    @ParameterizedTest
    @ValueSource(ints = {203, 206})
    void whatAServerInBetweenMakesOfA200IsReadLikeA200(int status) {
        rig.start();
        rig.open().answer(status).post(1);
        rig.time.settle();

        assertThat(rig.state()).isEqualTo(Health.State.LIVE);
        assertThat(rig.posts).containsExactly(1L);
    }

    // ---- what headers advise ---------------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "503 | 120                           | 120",
                "503 | Sun, 22 Nov 2026 12:02:00 GMT | 120",
                "429 | 600                           | 600",
                "429 | 86400                         | 960"
            })
    void retryAfterIsKept(int status, String header, long seconds) {
        rig.start().refuse(status, Map.of("Retry-After", header), "<html>maintenance</html>");

        assertThat(untilNextTry()).isBetween(Duration.ofSeconds(seconds), Duration.ofSeconds(seconds * 11 / 10 + 1));
        assertThat(rig.events.last(StreamEvent.Waiting.class).why()).isEqualTo(Why.ASKED_TO_WAIT);
        rig.passSeconds(seconds - 1);
        assertThat(rig.x.opened()).hasSize(1);
    }

    @Test
    void aWindowThatA200HasUsedUpIsWaitedForAndToldAsTheNextTry() {
        rig.start();
        String reset = String.valueOf(Rig.START.plusSeconds(300).getEpochSecond());
        Scripted x = rig.open().answer(200, Map.of("x-rate-limit-remaining", "0", "x-rate-limit-reset", reset));
        rig.time.settle();
        rig.believe(x);
        rig.end(x, Ending.Kind.RESET);

        StreamEvent.Waiting waiting = rig.events.last(StreamEvent.Waiting.class);
        assertThat(waiting.why()).isEqualTo(Why.ASKED_TO_WAIT);
        assertThat(waiting.nextTryAt()).isEqualTo(Rig.START.plusSeconds(301));
        rig.pass(Duration.between(rig.now(), waiting.nextTryAt()).minusMillis(1));
        assertThat(rig.x.opened()).hasSize(1);
        rig.pass(Duration.ofMillis(1));
        assertThat(rig.x.opened()).hasSize(2);
    }

    private Duration untilNextTry() {
        return Duration.between(rig.now(), rig.stream.health().nextTryAt().orElseThrow());
    }

    private static boolean isToken(Scripted exchange) {
        return exchange.request.uri().getPath().equals("/oauth2/token");
    }

    private static String token(String token) {
        return "{\"token_type\":\"bearer\",\"access_token\":\"" + token + "\"}";
    }
}
