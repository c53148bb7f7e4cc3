package io.gapless.stream.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.gapless.stream.post.Problem;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The bodies as X sends them, in-band and over HTTP. */
class ProblemTest {
    private static final String TWITTER = "https://api.twitter.com/2/problems/";
    private static final String X = "https://api.x.com/2/problems/";

    private static Problem parse(String body) {
        return BodyJson.problem(body.getBytes(StandardCharsets.UTF_8));
    }

    static Stream<Arguments> bodies() {
        return Stream.of(
                // In-band messages: body, title, type, connection issue, disconnect type, beginning of the detail.
                arguments(
                        "{\"errors\":[{\"title\":\"operational-disconnect\",\"disconnect_type\":\"UpstreamOperationalDisconnect\",\"detail\":\"This stream has been disconnected upstream for operational reasons.\",\"type\":\""
                                + X + "operational-disconnect\"}]}",
                        "operational-disconnect",
                        "operational-disconnect",
                        "",
                        "UpstreamOperationalDisconnect",
                        "This stream has been disconnected upstream"),
                arguments(
                        "{\"errors\":[{\"title\":\"operational-disconnect\",\"disconnect_type\":\"OperationalDisconnect\",\"detail\":\"This stream has been disconnected for operational reasons.\",\"type\":\""
                                + TWITTER + "operational-disconnect\"}]}",
                        "operational-disconnect",
                        "operational-disconnect",
                        "",
                        "OperationalDisconnect",
                        "This stream has been disconnected for"),
                arguments(
                        "{\"title\":\"operational-disconnect\",\"disconnect_type\":\"OperationalDisconnect\",\"detail\":\"This stream has been disconnected for operational reasons.\",\"type\":\""
                                + TWITTER + "operational-disconnect\"}",
                        "operational-disconnect",
                        "operational-disconnect",
                        "",
                        "OperationalDisconnect",
                        "This stream has been disconnected for"),
                arguments(
                        "{\"errors\":[{\"title\":\"ConnectionException\",\"detail\":\"This stream is currently at the maximum allowed connection limit.\",\"connection_issue\":\"TooManyConnections\",\"type\":\""
                                + X + "streaming-connection\"}]}",
                        "ConnectionException",
                        "streaming-connection",
                        "TooManyConnections",
                        "",
                        "This stream is currently at the maximum"),
                // Without a title, as one shape of the wrapper may come.
                arguments("{\"errors\":[{\"disconnect_type\":\"SlowReader\"}]}", "", "", "", "SlowReader", ""),
                arguments("{\"disconnect_type\":\"SlowReader\"}", "", "", "", "SlowReader", ""),
                // 429, 409, 503, 402.
                arguments(
                        "{\"title\":\"ConnectionException\",\"detail\":\"This stream is currently at the maximum allowed connection limit.\",\"connection_issue\":\"TooManyConnections\",\"type\":\""
                                + TWITTER + "streaming-connection\"}",
                        "ConnectionException",
                        "streaming-connection",
                        "TooManyConnections",
                        "",
                        "This stream is currently"),
                arguments(
                        "{\"title\":\"Too Many Requests\",\"detail\":\"Too Many Requests\",\"type\":\"about:blank\",\"status\":429}",
                        "Too Many Requests",
                        "about:blank",
                        "",
                        "",
                        "Too Many Requests"),
                arguments(
                        "{\"errors\":[{\"code\":88,\"message\":\"Rate limit exceeded\"}]}",
                        "",
                        "",
                        "",
                        "",
                        "Rate limit exceeded"),
                arguments(
                        "{\"account_id\":1,\"product_name\":\"standard-basic\",\"title\":\"UsageCapExceeded\",\"period\":\"Monthly\",\"scope\":\"Product\",\"detail\":\"Usage cap exceeded: Monthly product cap\",\"type\":\""
                                + TWITTER + "usage-capped\"}",
                        "UsageCapExceeded",
                        "usage-capped",
                        "",
                        "",
                        "Usage cap exceeded"),
                arguments(
                        "{\"title\":\"ConnectionException\",\"detail\":\"You must define rules using the POST /2/tweets/search/stream/rules endpoint before connecting to filtered stream.\",\"connection_issue\":\"RuleConfigurationIssue\",\"type\":\""
                                + TWITTER + "streaming-connection\"}",
                        "ConnectionException",
                        "streaming-connection",
                        "RuleConfigurationIssue",
                        "",
                        "You must define rules"),
                arguments(
                        "{\"title\":\"ConnectionException\",\"detail\":\"Your subscription change is currently being provisioned, please try again in a minute.\",\"connection_issue\":\"ProvisioningSubscription\",\"type\":\""
                                + TWITTER + "streaming-connection\"}",
                        "ConnectionException",
                        "streaming-connection",
                        "ProvisioningSubscription",
                        "",
                        "Your subscription change"),
                arguments(
                        "{\"account_id\":1,\"title\":\"CreditsDepleted\",\"detail\":\"Your enrolled account [1] does not have any credits to fulfill this request.\",\"type\":\""
                                + TWITTER + "credits\"}",
                        "CreditsDepleted",
                        "credits",
                        "",
                        "",
                        "Your enrolled account [1]"),
                arguments(
                        "{\"detail\":\"credits depleted\",\"status\":402,\"title\":\"Payment Required\",\"type\":\"" + X
                                + "credits-depleted\"}",
                        "Payment Required",
                        "credits-depleted",
                        "",
                        "",
                        "credits depleted"),
                // 401, 403, 400.
                arguments(
                        "{\"title\":\"Unauthorized\",\"type\":\"about:blank\",\"status\":401,\"detail\":\"Unauthorized\"}",
                        "Unauthorized",
                        "about:blank",
                        "",
                        "",
                        "Unauthorized"),
                arguments(
                        "{\"errors\":[{\"message\":\"Invalid or expired token\",\"code\":89}]}",
                        "",
                        "",
                        "",
                        "",
                        "Invalid or expired token"),
                arguments(
                        "{\"client_id\":\"1\",\"detail\":\"When authenticating requests to the Twitter API v2 endpoints, you must use keys and tokens from a Twitter developer App that is attached to a Project.\",\"registration_url\":\"https://developer.twitter.com/en/docs/projects/overview\",\"title\":\"Client Forbidden\",\"required_enrollment\":\"Appropriate Level of API Access\",\"reason\":\"client-not-enrolled\",\"type\":\""
                                + TWITTER + "client-forbidden\"}",
                        "Client Forbidden",
                        "client-forbidden",
                        "",
                        "",
                        "When authenticating requests"),
                arguments(
                        "{\"title\":\"Unsupported Authentication\",\"detail\":\"Authenticating with OAuth 1.0a User Context is forbidden for this endpoint.\",\"type\":\""
                                + TWITTER + "unsupported-authentication\",\"status\":403}",
                        "Unsupported Authentication",
                        "unsupported-authentication",
                        "",
                        "",
                        "Authenticating with OAuth 1.0a"),
                arguments(
                        "{\"errors\":[{\"parameters\":{\"backfill_minutes\":[\"9\"]},\"message\":\"The `backfill_minutes` query parameter value [9] is not between 0 and 5\"}],\"title\":\"Invalid Request\",\"detail\":\"One or more parameters to your request was invalid.\",\"type\":\""
                                + TWITTER + "invalid-request\"}",
                        "Invalid Request",
                        "invalid-request",
                        "",
                        "",
                        "One or more parameters"),
                arguments(
                        "{\"errors\":[{\"parameters\":{\"since_id\":[\"2065792437612683388\"]},\"message\":\"'since_id' must be a tweet id created after 2026-06-22T16:35Z. Please use a 'since_id' that is larger than 2069097036665323520\"}],\"title\":\"Invalid Request\",\"detail\":\"One or more parameters to your request was invalid.\",\"type\":\""
                                + TWITTER + "invalid-request\"}",
                        "Invalid Request",
                        "invalid-request",
                        "",
                        "",
                        "One or more parameters"),
                arguments(
                        "{\"errors\":[{\"code\":99,\"label\":\"authenticity_token_error\",\"message\":\"Unable to verify your credentials\"}]}",
                        "",
                        "",
                        "",
                        "",
                        "Unable to verify your credentials"),
                // No problem at all.
                arguments("", "", "", "", "", ""),
                arguments("[]", "", "", "", "", ""),
                arguments("{}", "", "", "", "", ""),
                arguments("null", "", "", "", "", "null"),
                arguments("{\"errors\":[]}", "", "", "", "", ""),
                arguments("{\"errors\":\"no\"}", "", "", "", "", ""),
                arguments("{\"errors\":[null,3,\"x\"]}", "", "", "", "", ""),
                arguments("{\"title\":null,\"detail\":{\"a\":1},\"type\":7}", "", "7", "", "", ""),
                arguments(
                        "<html><head><title>503 Service</title></head>\n<body>Over\tcapacity</body></html>",
                        "",
                        "",
                        "",
                        "",
                        "503 Service Over capacity"),
                arguments("upstream connect error or disconnect/reset", "", "", "", "", "upstream connect error"),
                arguments("{\"title\":\"Cut off", "", "", "", "", "{\"title\":\"Cut off"));
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void eachBodyIsReadAsXMeansIt(
            String body, String title, String type, String connectionIssue, String disconnectType, String detail) {
        Problem problem = parse(body);
        assertThat(problem.title()).isEqualTo(title);
        assertThat(problem.type()).isEqualTo(type);
        assertThat(problem.connectionIssue()).isEqualTo(connectionIssue);
        assertThat(problem.disconnectType()).isEqualTo(disconnectType);
        if (detail.isEmpty()) assertThat(problem.detail()).isEmpty();
        else assertThat(problem.detail()).startsWith(detail);
    }

    @Test
    void aProblemIsKnownByAnyOfItsNamesInAnyCase() {
        Problem problem =
                parse("{\"title\":\"ConnectionException\",\"connection_issue\":\"TooManyConnections\",\"type\":\"" + X
                        + "streaming-connection\"}");
        assertThat(problem.isNamed("connectionexception")).isTrue();
        assertThat(problem.isNamed("TOOMANYCONNECTIONS")).isTrue();
        assertThat(problem.isNamed("Streaming-Connection")).isTrue();
        assertThat(problem.isNamed("usage-capped")).isFalse();
        assertThat(problem.isNamed("https://api.x.com/2/problems/streaming-connection"))
                .isFalse();
        assertThat(problem.name()).hasValue("TooManyConnections");
        assertThat(parse("").name()).isEmpty();
        assertThat(parse("").isNamed("")).isFalse();
    }

    @Test
    void aParameterIsNamedInTheListInAMessageOrInTheDetail() {
        Problem listed = parse(
                "{\"title\":\"Invalid Request\",\"errors\":[{\"parameters\":{\"backfill_minutes\":[\"9\"]},\"message\":\"no\"}]}");
        assertThat(listed.names("backfill_minutes")).isTrue();
        assertThat(listed.names("start_time")).isFalse();
        assertThat(listed.parameters()).containsExactly("backfill_minutes");
        assertThat(listed.messages()).containsExactly("no");

        Problem told = parse(
                "{\"title\":\"Invalid Request\",\"errors\":[{\"parameters\":{},\"message\":\"Invalid 'end_time':'x'\"}]}");
        assertThat(told.names("end_time")).isTrue();

        Problem detailed = parse("{\"title\":\"Forbidden\",\"detail\":\"start_time is for Enterprise\"}");
        assertThat(detailed.names("start_time")).isTrue();
        assertThat(detailed.names("end_time")).isFalse();
    }

    @Test
    void whatAWrappedProblemSaysInsideIsReadToo() {
        Problem problem = parse(
                "{\"errors\":[{\"errors\":[{\"parameters\":{\"ids\":[\"1\"]},\"message\":\"Rule does not exist\"}],\"title\":\"Invalid Request\",\"detail\":\"One or more parameters to your request was invalid.\",\"type\":\""
                        + TWITTER + "invalid-request\"}],\"meta\":{}}");
        assertThat(problem.type()).isEqualTo("invalid-request");
        assertThat(problem.messages()).containsExactly("Rule does not exist");
        assertThat(problem.names("ids")).isTrue();
    }

    @Test
    void aDescriptionIsOneLineWithoutRepetitions() {
        Problem problem = parse(
                "{\"title\":\"Invalid\\nRequest\",\"detail\":\"first\\r\\nsecond\",\"errors\":[{\"message\":\"third\\u2028fourth\"},{\"message\":\"first\\r\\nsecond\"}]}");
        assertThat(problem.describe()).isEqualTo("Invalid Request: first second · third fourth");
        assertThat(parse("{\"errors\":[{\"code\":88,\"message\":\"Rate limit exceeded\"}]}")
                        .describe())
                .containsOnlyOnce("Rate limit exceeded");
        assertThat(parse("").describe()).isEqualTo("without an explanation");
    }

    @Test
    void whatATerminalWouldTakeForCommandsIsNotShown() {
        assertThat(parse("{\"title\":\"\\u001b[2J\",\"detail\":\"a\\u0000b\\u009bc\"}")
                        .describe())
                .isEqualTo(" [2J: a b c");
        assertThat(parse("<b>\u001b]0;owned\u0007</b>").describe()).isEqualTo("not in X's form: ]0;owned ");
    }

    @Test
    void aHugeProblemIsCutToItsBounds() {
        String huge = "x".repeat(1_000_000);
        Problem problem = parse("{\"title\":\"" + huge + "\",\"detail\":\"" + huge + "\",\"type\":\"" + huge
                + "\",\"connection_issue\":\"" + huge + "\",\"disconnect_type\":\"" + huge + "\",\"errors\":["
                + ("{\"message\":\"m\",\"parameters\":{\"p\":1}},").repeat(5_000)
                + "{\"message\":\"" + huge + "\"}]}");
        assertThat(problem.toString().length()).isLessThan(20_000);
        assertThat(problem.messages()).hasSizeLessThanOrEqualTo(100);
        assertThat(problem.parameters()).hasSizeLessThanOrEqualTo(100);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{\"errors\":", "{\"errors\":[{\"errors\":"})
    void deepNestingIsNoProblemObject(String open) {
        Problem problem = parse(open.repeat(200_000));
        assertThat(problem.name()).isEmpty();
        assertThat(problem.detail().length()).isLessThanOrEqualTo(2_001);
    }

    @Test
    void bytesThatAreNoTextAreSurvived() {
        byte[] garbage = new byte[100_000];
        Arrays.fill(garbage, (byte) 0xC3);
        assertThat(BodyJson.problem(garbage).name()).isEmpty();
        assertThat(BodyJson.problem(garbage).detail().length()).isLessThanOrEqualTo(2_001);
    }
}
