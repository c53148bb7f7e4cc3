package io.gapless.stream.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.gapless.stream.rules.RulesException.Reason;
import io.gapless.stream.rules.RulesException.RuleRefusal;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import mockwebserver3.MockResponse;
import mockwebserver3.SocketEffect;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The calls, with the bodies that X was seen to send. */
class RulesTest {
    private static final String PATH = "/2/tweets/search/stream/rules";
    private static final String CREATED = """
            {"data":[{"value":"cat has:images","tag":"gapless:cats","id":"1273026480692322304"}],
            "meta":{"sent":"2020-06-16T22:55:39.356Z",
            "summary":{"created":1,"not_created":0,"valid":1,"invalid":0}}}""";
    private static final String DUPLICATE = """
            {"meta":{"sent":"2022-04-26T10:58:29.668Z","summary":{"created":0,"not_created":1,"valid":0,"invalid":1}},
            "errors":[{"value":"cat","id":"1518831215612096512","title":"DuplicateRule",
            "type":"https://api.twitter.com/2/problems/duplicate-rules"}]}""";
    private static final String INVALID = """
            {"meta":{"sent":"2022-10-21T02:28:50.784Z","summary":{"created":0,"not_created":1,"valid":0,"invalid":1}},
            "errors":[{"value":"--b","details":["Rules must contain a non-negation term (at position 1)",
            "Rules must contain at least one positive, non-stopword clause (at position 1)"],
            "title":"UnprocessableEntity","type":"https://api.twitter.com/2/problems/invalid-rules"}]}""";
    private static final String CAP = """
            {"title":"RulesCapExceeded","detail":"Rules must be capped at 1000.",
            "type":"https://api.twitter.com/2/problems/rule-cap"}""";
    private static final String NO_RULES = "{\"meta\":{\"sent\":\"2020-08-26T20:12:54.519Z\",\"result_count\":0}}";

    @AutoClose
    private final FakeX x = new FakeX();

    private final Rules rules = x.rules();

    @Test
    void aListOfSeveralPagesIsReadToItsEnd() {
        x.answer(
                        200,
                        "{\"data\":[{\"id\":\"1\",\"value\":\"a\",\"tag\":\"t\"}],"
                                + "\"meta\":{\"sent\":\"2020-08-26T20:12:54.519Z\",\"result_count\":1,\"next_token\":\"p2\"}}")
                .answer(
                        200,
                        "{\"data\":[{\"id\":2,\"value\":\"b\"}],\"meta\":{\"sent\":\"2020-08-26T20:12:54.519Z\"}}");

        assertThat(rules.list()).containsExactly(new Rule("1", "a", "t"), new Rule("2", "b", ""));
        assertThat(x.requests())
                .containsExactly(
                        "GET " + PATH + "?max_results=1000", "GET " + PATH + "?max_results=1000&pagination_token=p2");
    }

    @Test
    void anAnswerWithoutDataIsAnEmptyList() {
        x.answer(200, NO_RULES);

        assertThat(rules.list()).isEmpty();
    }

    @Test
    void aListThatNamesItsOwnPageAsTheNextIsGivenUp() {
        String page = "{\"data\":[{\"id\":\"1\",\"value\":\"a\"}],\"meta\":{\"next_token\":\"again\"}}";
        x.answer(200, page).answer(200, page);

        assertThat(failure(rules::list).getMessage()).contains("no end");
    }

    @Test
    void anAddedRuleComesBackWithItsId() {
        x.answer(201, CREATED);

        assertThat(rules.add(RuleSet.of("cats", "cat has:images")))
                .containsExactly(new Rule("1273026480692322304", "cat has:images", "gapless:cats"));
        assertThat(x.requests())
                .containsExactly(
                        "POST " + PATH + " {\"add\":[{\"value\":\"cat has:images\",\"tag\":\"gapless:cats\"}]}");
    }

    @Test
    void aDuplicateCountsAsAddedUnderTheTagThatItHas() {
        x.answer(201, DUPLICATE)
                .answer(
                        200,
                        "{\"data\":[{\"id\":\"1518831215612096512\",\"value\":\"cat\",\"tag\":\"old\"}],\"meta\":{}}");

        assertThat(rules.add(RuleSet.of("cats", "cat"))).containsExactly(new Rule("1518831215612096512", "cat", "old"));
    }

    @Test
    void aDuplicateThatXWritesInAnotherWayIsFoundByItsId() {
        x.answer(201, DUPLICATE)
                .answer(
                        200,
                        "{\"data\":[{\"id\":\"1518831215612096512\",\"value\":\"Cat\",\"tag\":\"old\"}],\"meta\":{}}");

        assertThat(rules.add(RuleSet.of("cats", "cat"))).containsExactly(new Rule("1518831215612096512", "Cat", "old"));
    }

    @Test
    void aRefusedRuleIsAFailureAlthoughTheStatusIs200() {
        x.answer(200, INVALID).answer(200, NO_RULES);

        RulesException failure = failure(() -> rules.add(RuleSet.of("b", "--b")));

        assertThat(failure.reason()).isEqualTo(Reason.RULES_REFUSED);
        assertThat(failure.refusals()).singleElement().satisfies(refusal -> {
            assertThat(refusal.value()).isEqualTo("--b");
            assertThat(refusal.details()).hasSize(2);
        });
        assertThat(failure.getMessage())
                .contains("Rules must contain a non-negation term (at position 1)")
                .contains("error at column 1")
                .endsWith("\n  --b\n   ^");
    }

    @Test
    void oneRefusedRuleDoesNotKeepTheOthersOut() {
        x.allOrNothing();

        RulesException failure = failure(
                () -> rules.add(RuleSet.of("bad", "-b").and("cats", "cat").and("dogs", "dog")));

        assertThat(failure.refusals()).extracting(RuleRefusal::value).containsExactly("-b");
        assertThat(x.held()).extracting(Rule::value).containsExactly("cat", "dog");
    }

    @Test
    void rulesLeftOutWithoutAReasonAreNamedAfterASecondTry() {
        String left = "{\"meta\":{\"summary\":{\"created\":0,\"not_created\":1,\"valid\":1,\"invalid\":0}}}";
        x.answer(201, left).answer(200, NO_RULES).answer(201, left).answer(200, NO_RULES);

        RulesException failure = failure(() -> rules.add(RuleSet.of("cats", "cat")));

        assertThat(failure.refusals()).extracting(RuleRefusal::name).containsExactly("not created");
        assertThat(x.requests()).hasSize(4);
    }

    @Test
    void theCapIsExplained() {
        x.answer(400, CAP);

        RulesException failure = failure(() -> rules.add(RuleSet.of("cats", "cat")));

        assertThat(failure.reason()).isEqualTo(Reason.CAP_REACHED);
        assertThat(failure.getMessage()).contains("RulesCapExceeded").contains("Delete some");
    }

    @Test
    void theCapInsideAnAnswerEndsTheAddition() {
        x.answer(201, "{\"meta\":{\"summary\":{\"created\":0,\"not_created\":100}},\"errors\":[" + CAP + "]}")
                .answer(200, NO_RULES);

        RulesException failure = failure(() -> rules.add(manyRules(250)));

        assertThat(failure.reason()).isEqualTo(Reason.CAP_REACHED);
        assertThat(x.requests()).as("one addition, one list").hasSize(2);
    }

    @Test
    void moreThan100RulesTravelInSeveralCalls() {
        assertThat(rules.add(manyRules(250))).hasSize(250);

        assertThat(x.requests()).hasSize(3);
        assertThat(x.held()).hasSize(250);
    }

    @Test
    void anUnknownIdIsAsGoodAsDeleted() {
        x.answer(200, """
                        {"errors":[{"errors":[{"parameters":{},"message":"Rule does not exist"}],"title":"Invalid Request",
                        "detail":"One or more parameters to your request was invalid.",
                        "type":"https://api.twitter.com/2/problems/invalid-request"}],
                        "meta":{"sent":"2020-06-16T22:58:10.140Z","summary":{"deleted":0,"not_deleted":1}}}""").answer(200, NO_RULES);

        assertThat(rules.delete(List.of("17"))).isZero();
        assertThat(x.requests().get(0)).isEqualTo("POST " + PATH + " {\"delete\":{\"ids\":[\"17\"]}}");
    }

    @Test
    void aRuleThatXKeepsBecauseOfAnUnknownIdIsDeletedByItself() {
        Rule cats = x.hold("cat", "gapless:cats");
        x.answer(400, "{\"title\":\"Invalid Request\"}");

        assertThat(rules.delete(List.of("17", cats.id()))).isEqualTo(1);
        assertThat(x.held()).isEmpty();
    }

    @Test
    void aRuleThatXDoesNotDeleteIsAFailure() {
        Rule cats = x.hold("cat", "gapless:cats");
        x.answer(200, "{\"meta\":{\"summary\":{\"deleted\":0,\"not_deleted\":1}}}");

        assertThat(failure(() -> rules.delete(List.of(cats.id()))).getMessage())
                .contains("still has")
                .contains(cats.id());
    }

    @Test
    void aCheckChangesNothingAndNamesWhatXWouldRefuse() {
        x.hold("cat", "gapless:cats");

        List<RuleRefusal> refusals =
                rules.check(RuleSet.of("cats", "cat").and("bad", "-b").and("dogs", "dog"));

        assertThat(refusals).extracting(RuleRefusal::value).containsExactly("-b");
        assertThat(x.held()).extracting(Rule::value).containsExactly("cat");
        assertThat(x.requests()).singleElement().asString().startsWith("POST " + PATH + "?dry_run=true ");
    }

    @Test
    void aCheckThatRefusesInSilenceIsNoConsent() {
        x.answer(200, "{\"meta\":{\"summary\":{\"valid\":0,\"invalid\":1}}}");

        assertThat(failure(() -> rules.check(RuleSet.of("cats", "cat"))).reason())
                .isEqualTo(Reason.UNEXPECTED);
    }

    @ParameterizedTest
    @CsvSource({"'\"1000\"', '\"3\"'", "1000, 3"})
    void countsAreReadAsStringsAndAsNumbers(String cap, String count) {
        x.answer(
                200,
                "{\"data\":{\"cap_per_client_app\":" + cap + ",\"cap_per_project\":" + cap
                        + ",\"client_app_rules_count\":{\"client_app_id\":\"9\",\"rule_count\":3},\"project_rules_count\":"
                        + count + "}}");

        RuleCounts counts = rules.counts();

        assertThat(counts.appRules()).hasValue(3);
        assertThat(counts.projectCap()).hasValue(1_000);
        assertThat(counts.room()).hasValue(997);
    }

    @ParameterizedTest
    @CsvSource({
        "401, TOKEN, bearer token",
        "402, ACCESS, credits",
        "403, ACCESS, project",
        "429, RATE_LIMIT, 15 min",
        "503, UNAVAILABLE, later",
        "404, UNEXPECTED, 404",
        "302, UNEXPECTED, proxy"
    })
    void anAnswerThatIsNoSuccessSaysWhatToChange(int status, Reason reason, String words) {
        x.answer(status, "<html><body>Whoa there!</body></html>");
        // A refused token is fetched anew, once.
        if (status == 401) x.answer(status, "<html><body>Whoa there!</body></html>");

        RulesException failure = failure(rules::list);

        assertThat(failure.reason()).isEqualTo(reason);
        assertThat(failure.getMessage())
                .contains("list the rules")
                .contains("HTTP " + status)
                .contains(words)
                .doesNotContain("secret-token");
        assertThat(failure.answer()).isPresent();
    }

    @Test
    void aRateLimitNamesTheMomentFromWhichOnItMayBeTriedAgain() {
        x.answer(new MockResponse.Builder()
                .code(429)
                .addHeader(
                        "x-rate-limit-reset",
                        Instant.parse("2026-11-22T10:15:00Z").getEpochSecond())
                .body("{\"title\":\"Too Many Requests\"}")
                .build());

        assertThat(failure(rules::list).getMessage()).contains("after 2026-11-22T10:15:00Z");
    }

    @Test
    void aUsageCapIsNoRateLimit() {
        x.answer(
                429,
                "{\"title\":\"UsageCapExceeded\",\"detail\":\"Usage cap exceeded: Monthly product cap\","
                        + "\"type\":\"https://api.twitter.com/2/problems/usage-capped\"}");

        assertThat(failure(rules::list).reason()).isEqualTo(Reason.ACCESS);
    }

    @Test
    void anHtmlPageWithAGoodStatusIsNoEmptyList() {
        x.answer(200, "<html><body>Welcome to the hotel's network</body></html>");

        RulesException failure = failure(rules::list);

        assertThat(failure.reason()).isEqualTo(Reason.UNEXPECTED);
        assertThat(failure.getMessage())
                .contains("Welcome to the hotel's network")
                .contains("proxy");
    }

    @Test
    void aJsonObjectWithoutAListIsNoEmptyList() {
        x.answer(200, "{\"errors\":[{\"title\":\"Something\"}]}");

        assertThat(failure(rules::list).reason()).isEqualTo(Reason.UNEXPECTED);
    }

    @Test
    void aListWithARuleThatHasNoValueIsNotBelieved() {
        x.answer(200, "{\"data\":[{\"id\":\"1\",\"tag\":\"gapless:cats\"}],\"meta\":{}}");

        assertThat(failure(rules::list).getMessage()).contains("no value");
    }

    @Test
    void anAdditionWithoutASummaryIsNoSuccess() {
        x.answer(200, "{}");

        assertThat(failure(() -> rules.add(RuleSet.of("cats", "cat"))).reason()).isEqualTo(Reason.UNEXPECTED);
    }

    @Test
    void aCutConnectionIsUnavailable() {
        x.answer(new MockResponse.Builder()
                .body("{\"data\":[]}")
                .onResponseBody(new SocketEffect.CloseSocket())
                .build());

        RulesException failure = failure(rules::list);

        assertThat(failure.reason()).isEqualTo(Reason.UNAVAILABLE);
        assertThat(failure.getMessage()).contains("network");
    }

    @Test
    void theFutureFailsWithTheSameException() {
        x.answer(403, "{\"title\":\"Forbidden\",\"status\":403}");

        assertThat(rules.listAsync())
                .failsWithin(java.time.Duration.ofSeconds(10))
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(RulesException.class);
    }

    private static RuleSet manyRules(int count) {
        return IntStream.range(1, count)
                .boxed()
                .reduce(RuleSet.of("r0", "word0"), (set, i) -> set.and("r" + i, "word" + i), (a, b) -> a);
    }

    private static RulesException failure(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        return catchThrowableOfType(RulesException.class, call);
    }
}
