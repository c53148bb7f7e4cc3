package io.gapless.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.gapless.stream.api.Answer;
import io.gapless.stream.api.BodyJson;
import io.gapless.stream.event.Disconnection;
import io.gapless.stream.pace.Ladders;
import io.gapless.stream.pace.NextStep;
import io.gapless.stream.pace.NextStep.Kind;
import io.gapless.stream.post.Problem;
import io.gapless.stream.seam.Ending;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every ending and what follows, with X's bodies as they were seen on the wire. */
class ReconnectPolicyTest {
    private static final String TOO_MANY_CONNECTIONS = """
            {"title":"ConnectionException","detail":"This stream is currently at the maximum allowed connection limit.",
            "connection_issue":"TooManyConnections","type":"https://api.twitter.com/2/problems/streaming-connection"}""";
    private static final String RATE = """
            {"title":"Too Many Requests","detail":"Too Many Requests","type":"about:blank","status":429}""";
    private static final String RATE_V1 = """
            {"errors":[{"code":88,"message":"Rate limit exceeded"}]}""";
    private static final String USAGE_CAP = """
            {"account_id":1,"product_name":"standard-basic","title":"UsageCapExceeded","period":"Monthly","scope":"Product",
            "detail":"Usage cap exceeded: Monthly product cap","type":"https://api.twitter.com/2/problems/usage-capped"}""";
    private static final String NO_RULES = """
            {"title":"ConnectionException","detail":"You must define rules using the POST /2/tweets/search/stream/rules endpoint before connecting to filtered stream.",
            "connection_issue":"RuleConfigurationIssue","type":"https://api.twitter.com/2/problems/streaming-connection"}""";
    private static final String PROVISIONING = """
            {"title":"ConnectionException","detail":"Your subscription change is currently being provisioned, please try again in a minute.",
            "connection_issue":"ProvisioningSubscription","type":"https://api.twitter.com/2/problems/streaming-connection"}""";
    private static final String CREDITS_A = """
            {"account_id":1,"title":"CreditsDepleted","detail":"Your enrolled account [1] does not have any credits to fulfill this request.",
            "type":"https://api.twitter.com/2/problems/credits"}""";
    private static final String CREDITS_B = """
            {"detail":"credits depleted","status":402,"title":"Payment Required","type":"https://api.x.com/2/problems/credits-depleted"}""";
    private static final String CLIENT_FORBIDDEN = """
            {"client_id":"1","detail":"When authenticating requests to the Twitter API v2 endpoints, you must use keys and tokens from a Twitter developer App that is attached to a Project.",
            "title":"Client Forbidden","reason":"client-not-enrolled","type":"https://api.twitter.com/2/problems/client-forbidden"}""";
    private static final String UNSUPPORTED_AUTH = """
            {"title":"Unsupported Authentication","detail":"Authenticating with OAuth 1.0a User Context is forbidden for this endpoint.",
            "type":"https://api.twitter.com/2/problems/unsupported-authentication","status":403}""";
    private static final String INVALID_REQUEST = """
            {"errors":[{"parameters":{"tweet.fields":["texxt"]},"message":"The `tweet.fields` query parameter value [texxt] is not one of [id,text]"}],
            "title":"Invalid Request","detail":"One or more parameters to your request was invalid.","type":"https://api.twitter.com/2/problems/invalid-request"}""";
    private static final String UNAUTHORIZED = """
            {"title":"Unauthorized","type":"about:blank","status":401,"detail":"Unauthorized"}""";

    private static final String SPEND_CAP = """
            {"title":"SpendCapReached","detail":"Your enrolled account has reached its billing cycle spend cap.",
            "reset_date":"2030-01-12","type":"https://api.twitter.com/2/problems/credits"}""";
    private static final String PAGE =
            "<html><title>Attention Required!</title><h1>Sorry, you have been blocked</h1></html>";

    private static final Duration FIRST_PARK = Duration.ofMinutes(1);
    private static final Duration NOW = Duration.ZERO;
    private static final Duration FIRST_HTTP = Duration.ofSeconds(5);
    private static final Duration FIRST_RATE = Duration.ofSeconds(60);
    private static final Duration FIRST_NETWORK = Duration.ofMillis(250);

    static Stream<Arguments> freshEndings() {
        return Stream.of(
                arguments("clean EOF", new Disconnection.ClosedByServer(true), Kind.CONNECT, FIRST_NETWORK),
                arguments("EOF inside the body", new Disconnection.ClosedByServer(false), Kind.CONNECT, FIRST_NETWORK),
                arguments("stall", new Disconnection.Stalled(Duration.ofSeconds(25)), Kind.CONNECT, FIRST_NETWORK),
                arguments("reset", network(Ending.Kind.RESET), Kind.CONNECT, FIRST_NETWORK),
                arguments("DNS", network(Ending.Kind.UNKNOWN_HOST), Kind.CONNECT, FIRST_NETWORK),
                arguments("nobody listens", network(Ending.Kind.NOT_CONNECTED), Kind.CONNECT, FIRST_NETWORK),
                arguments("TLS", network(Ending.Kind.TLS), Kind.CONNECT, FIRST_NETWORK),
                arguments("no answer", network(Ending.Kind.NO_ANSWER), Kind.CONNECT, FIRST_NETWORK),
                arguments("proxy", network(Ending.Kind.PROXY), Kind.CONNECT, FIRST_NETWORK),
                arguments(
                        "no token",
                        new Disconnection.NoToken("none", Disconnection.NoToken.Next.SOON),
                        Kind.CONNECT,
                        FIRST_HTTP),
                arguments(
                        "key and secret refused",
                        new Disconnection.NoToken("none", Disconnection.NoToken.Next.NEVER),
                        Kind.FAIL,
                        NOW),
                arguments(
                        "key and secret parked",
                        new Disconnection.NoToken("none", Disconnection.NoToken.Next.PARKED),
                        Kind.PARK,
                        FIRST_PARK),
                arguments("400", refused(400, INVALID_REQUEST), Kind.FAIL, NOW),
                arguments("401", refused(401, UNAUTHORIZED), Kind.REFRESH_TOKEN, NOW),
                arguments("401 of v1.1", refused(401, "{\"errors\":[{\"code\":89}]}"), Kind.REFRESH_TOKEN, NOW),
                arguments("402 a", refused(402, CREDITS_A), Kind.PARK, FIRST_PARK),
                arguments("402 b", refused(402, CREDITS_B), Kind.PARK, FIRST_PARK),
                arguments("402 empty", refused(402, ""), Kind.PARK, FIRST_PARK),
                arguments("403 client", refused(403, CLIENT_FORBIDDEN), Kind.FAIL, NOW),
                arguments("403 auth", refused(403, UNSUPPORTED_AUTH), Kind.FAIL, NOW),
                arguments("404", refused(404, ""), Kind.FAIL, NOW),
                arguments("407", refused(407, ""), Kind.PARK, FIRST_PARK),
                arguments("301", refused(301, ""), Kind.FAIL, NOW),
                arguments("204", refused(204, ""), Kind.PARK, FIRST_PARK),
                arguments("403 page", refused(403, PAGE), Kind.PARK, FIRST_PARK),
                arguments("400 page", refused(400, PAGE), Kind.PARK, FIRST_PARK),
                arguments("403 of a gateway", refused(403, "{\"message\":\"Forbidden\"}"), Kind.PARK, FIRST_PARK),
                arguments("403 spend cap", refused(403, SPEND_CAP), Kind.PARK, FIRST_PARK),
                arguments("408", refused(408, ""), Kind.CONNECT, FIRST_HTTP),
                arguments("409", refused(409, NO_RULES), Kind.RECONCILE_RULES, FIRST_HTTP),
                arguments("409 empty", refused(409, ""), Kind.RECONCILE_RULES, FIRST_HTTP),
                arguments("420", refused(420, ""), Kind.CONNECT, FIRST_RATE),
                arguments("429 A", refused(429, TOO_MANY_CONNECTIONS), Kind.CONNECT, Duration.ofSeconds(5)),
                arguments("429 B", refused(429, RATE), Kind.CONNECT, FIRST_RATE),
                arguments("429 B of v1.1", refused(429, RATE_V1), Kind.CONNECT, FIRST_RATE),
                arguments("429 C", refused(429, USAGE_CAP), Kind.PARK, FIRST_PARK),
                arguments("429 empty", refused(429, ""), Kind.CONNECT, FIRST_RATE),
                arguments("429 HTML", refused(429, "<html>slow down</html>"), Kind.CONNECT, FIRST_RATE),
                arguments("500", refused(500, ""), Kind.CONNECT, FIRST_HTTP),
                arguments("502 HTML", refused(502, "<html><h1>Bad</h1></html>"), Kind.CONNECT, FIRST_HTTP),
                arguments("503", refused(503, PROVISIONING), Kind.CONNECT, FIRST_HTTP),
                arguments("403 provisioning", refused(403, PROVISIONING), Kind.CONNECT, FIRST_HTTP),
                arguments("504", refused(504, ""), Kind.CONNECT, FIRST_HTTP),
                arguments("upstream", notice("UpstreamOperationalDisconnect"), Kind.CONNECT, FIRST_NETWORK),
                arguments("operational", notice("OperationalDisconnect"), Kind.CONNECT, FIRST_NETWORK),
                arguments("unclean", notice("UpstreamUncleanDisconnect"), Kind.CONNECT, FIRST_NETWORK),
                arguments("slow reader", notice("SlowReader"), Kind.CONNECT, FIRST_NETWORK),
                arguments("internal", notice("InternalError"), Kind.CONNECT, FIRST_NETWORK),
                arguments("unknown", notice("SomethingNew"), Kind.CONNECT, FIRST_NETWORK),
                arguments("force", notice("ForceDisconnect"), Kind.CONNECT, FIRST_HTTP),
                arguments("invalid rules", notice("InvalidRules"), Kind.RECONCILE_RULES, FIRST_HTTP),
                arguments("degraded", notice("ClientApplicationStateDegraded"), Kind.RECONCILE_RULES, FIRST_HTTP),
                arguments("busy, in-band", said(TOO_MANY_CONNECTIONS), Kind.CONNECT, Duration.ofSeconds(5)),
                arguments("busy, wrapped", said(wrapped(TOO_MANY_CONNECTIONS)), Kind.CONNECT, Duration.ofSeconds(5)),
                arguments("no rules, in-band", said(NO_RULES), Kind.RECONCILE_RULES, FIRST_HTTP),
                arguments("cap, in-band", said(wrapped(USAGE_CAP)), Kind.PARK, FIRST_PARK));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("freshEndings")
    void anEndingDecidesWhatNext(String name, Disconnection how, Kind kind, Duration delay) {
        NextStep next = ReconnectPolicy.decide(how, false, Ladders.BOTTOM);

        assertThat(next.kind()).isEqualTo(kind);
        assertThat(next.delay()).isEqualTo(delay);
        assertThat(next.ceiling()).isFalse();
    }

    static Stream<Disconnection> drops() {
        return Stream.of(
                new Disconnection.ClosedByServer(true),
                new Disconnection.ClosedByServer(false),
                new Disconnection.Stalled(Duration.ofSeconds(25)),
                network(Ending.Kind.RESET),
                notice("UpstreamOperationalDisconnect"),
                notice("OperationalDisconnect"),
                notice("SlowReader"),
                notice("SomethingNew"));
    }

    @ParameterizedTest
    @MethodSource("drops")
    void theDropOfAHealthyConnectionIsFollowedAtOnceAndOnce(Disconnection drop) {
        Ladders climbed = new Ladders(9, 3, 2, 1, 4, true);

        NextStep first = ReconnectPolicy.decide(drop, true, climbed);
        NextStep second = ReconnectPolicy.decide(drop, false, first.ladders());

        assertThat(first).isEqualTo(NextStep.at(Kind.CONNECT, NOW, Ladders.BOTTOM));
        assertThat(second.delay()).isEqualTo(FIRST_NETWORK);
    }

    @Test
    void aSecondRefusalOfTheTokenIsFinal() {
        NextStep first = ReconnectPolicy.decide(refused(401, UNAUTHORIZED), false, Ladders.BOTTOM);
        NextStep second = ReconnectPolicy.decide(refused(401, UNAUTHORIZED), false, first.ladders());

        assertThat(second.kind()).isEqualTo(Kind.FAIL);
    }

    @Test
    void aHealthyConnectionInBetweenAllowsOneMoreRefusalOfTheToken() {
        NextStep first = ReconnectPolicy.decide(refused(401, UNAUTHORIZED), false, Ladders.BOTTOM);
        NextStep drop = ReconnectPolicy.decide(new Disconnection.ClosedByServer(true), true, first.ladders());
        NextStep second = ReconnectPolicy.decide(refused(401, UNAUTHORIZED), false, drop.ladders());

        assertThat(second.kind()).isEqualTo(Kind.REFRESH_TOKEN);
    }

    @Test
    void theNetworkLadderClimbsBy250MillisTo16Seconds() {
        List<Duration> delays = climb(network(Ending.Kind.NOT_CONNECTED), 70);

        for (int i = 0; i < 64; i++) assertThat(delays.get(i)).isEqualTo(Duration.ofMillis(250L * (i + 1)));
        assertThat(delays.subList(64, 70)).containsOnly(Duration.ofSeconds(16));
    }

    @Test
    void theHttpLadderDoublesFrom5SecondsTo320() {
        assertThat(climb(refused(503, ""), 9))
                .extracting(Duration::toSeconds)
                .containsExactly(5L, 10L, 20L, 40L, 80L, 160L, 320L, 320L, 320L);
    }

    @Test
    void theRateLadderDoublesFromAMinuteTo15Minutes() {
        assertThat(climb(refused(429, RATE), 7))
                .extracting(Duration::toSeconds)
                .containsExactly(60L, 120L, 240L, 480L, 900L, 900L, 900L);
    }

    @Test
    void aTakenSlotIsTriedOnceAfter5SecondsAndThenOnTheRateLadder() {
        assertThat(climb(refused(429, TOO_MANY_CONNECTIONS), 7))
                .extracting(Duration::toSeconds)
                .containsExactly(5L, 60L, 120L, 240L, 480L, 900L, 900L);
    }

    @Test
    void whatIsNotXsLastWordIsAskedAgainAfter1And2And5ThenEvery15Minutes() {
        assertThat(climb(refused(403, PAGE), 6))
                .extracting(Duration::toMinutes)
                .containsExactly(1L, 2L, 5L, 15L, 15L, 15L);
        assertThat(climb(refused(402, CREDITS_A), 4))
                .extracting(Duration::toMinutes)
                .containsExactly(1L, 2L, 5L, 15L);
    }

    @Test
    void besideAConnectionThatIsUpNothingIsFinal() {
        NextStep next = decideAt(refused(403, CLIENT_FORBIDDEN), Ladders.BOTTOM);

        assertThat(next.kind()).isEqualTo(Kind.FAIL);
        assertThat(ReconnectPolicy.besideLive(next).kind()).isEqualTo(Kind.PARK);
    }

    @Test
    void theCeilingIsToldOnlyAtTheLongestWait() {
        assertThat(decideAt(refused(503, ""), new Ladders(0, 5, 0, 0, 0, false)).ceiling())
                .isFalse();
        assertThat(decideAt(refused(503, ""), new Ladders(0, 6, 0, 0, 0, false)).ceiling())
                .isTrue();
    }

    @Test
    void twoHundredThenCloseNeverResetsALadder() {
        NextStep step = ReconnectPolicy.decide(refused(503, ""), false, Ladders.BOTTOM);
        Disconnection flap = new Disconnection.ClosedByServer(true);
        for (int i = 1; i <= 200; i++) {
            step = ReconnectPolicy.decide(flap, false, step.ladders());
            assertThat(step.delay()).isEqualTo(Duration.ofMillis(Math.min(16_000, 250L * i)));
        }
        assertThat(decideAt(refused(503, ""), step.ladders()).delay()).isEqualTo(Duration.ofSeconds(10));
    }

    static Stream<Arguments> resets() {
        return Stream.of(
                arguments("no header", Optional.empty(), Duration.ofSeconds(60)),
                arguments("sooner than the ladder", secs(25), Duration.ofSeconds(60)),
                arguments("later than the ladder", secs(200), Duration.ofSeconds(201)),
                arguments("in the past", secs(-5_000), Duration.ofSeconds(60)),
                arguments("the whole window", secs(900), Duration.ofSeconds(901)),
                arguments("beyond any window", secs(86_400), Duration.ofMinutes(16)),
                arguments("beyond reason", secs(Long.MAX_VALUE / 2), Duration.ofMinutes(16)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("resets")
    void theResetHeaderLengthensTheRateLadderWithinBounds(String name, Optional<Duration> reset, Duration delay) {
        Disconnection refused = refused(429, RATE, reset);

        assertThat(decideAt(refused, Ladders.BOTTOM).delay()).isEqualTo(delay);
    }

    @Test
    void theResetHeaderIsNotBelievedForATakenSlot() {
        Disconnection refused = refused(429, TOO_MANY_CONNECTIONS, secs(700));

        assertThat(decideAt(refused, Ladders.BOTTOM).delay()).isEqualTo(Duration.ofSeconds(5));
    }

    private static NextStep decideAt(Disconnection how, Ladders ladders) {
        return ReconnectPolicy.decide(how, false, ladders);
    }

    private static List<Duration> climb(Disconnection how, int times) {
        List<Duration> delays = new ArrayList<>();
        Ladders ladders = Ladders.BOTTOM;
        for (int i = 0; i < times; i++) {
            NextStep next = decideAt(how, ladders);
            delays.add(next.delay());
            ladders = next.ladders();
        }
        return delays;
    }

    private static Optional<Duration> secs(long seconds) {
        return Optional.of(Duration.ofSeconds(seconds));
    }

    private static Problem problem(String body) {
        return BodyJson.problem(body.getBytes(StandardCharsets.UTF_8));
    }

    private static Disconnection refused(int status, String body) {
        return refused(status, body, Optional.empty());
    }

    private static Disconnection refused(int status, String body, Optional<Duration> untilReset) {
        return new Disconnection.Refused(new Answer(
                status,
                "",
                problem(body),
                false,
                Optional.empty(),
                untilReset,
                Optional.empty(),
                Answer.Before.NOTHING));
    }

    private static Disconnection said(String line) {
        return new Disconnection.Notice(problem(line));
    }

    private static Disconnection notice(String disconnectType) {
        return said("{\"title\":\"operational-disconnect\",\"disconnect_type\":\"" + disconnectType
                + "\",\"type\":\"https://api.x.com/2/problems/operational-disconnect\"}");
    }

    private static String wrapped(String problem) {
        return "{\"errors\":[" + problem + "]}";
    }

    private static Disconnection network(Ending.Kind kind) {
        return new Disconnection.Network(kind.name(), "as the wire saw it");
    }
}
