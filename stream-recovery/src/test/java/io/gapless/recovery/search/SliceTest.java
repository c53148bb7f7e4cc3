package io.gapless.recovery.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gapless.recovery.ScriptedX;
import io.gapless.recovery.ScriptedX.Answer;
import io.gapless.recovery.ScriptedX.Asked;
import io.gapless.recovery.ledger.Span;
import io.gapless.stream.post.Snowflake;
import io.gapless.stream.rules.Rule;
import io.gapless.stream.seam.VirtualTime;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Slices in virtual time, searched on an X whose answers are scripted. */
class SliceTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final Span SLICE = new Span(NOW.minusSeconds(3_600), NOW.minusSeconds(2_700));
    private static final String REJECTED = "{\"errors\":[{\"parameters\":{\"next_token\":[\"x\"]},"
            + "\"message\":\"Invalid 'next_token':'x'.\"}],\"title\":\"Invalid Request\"}";
    private static final String BAD_QUERY = "{\"errors\":[{\"parameters\":{\"query\":[\"x\"]},"
            + "\"message\":\"There were errors processing your request\"}],\"title\":\"Invalid Request\"}";
    private static final String EMPTY = "{\"meta\":{\"result_count\":0}}";

    private final VirtualTime time = new VirtualTime(NOW);
    private final ScriptedX x = new ScriptedX(time);
    private final Calls calls = new Calls(x.api(), time, time, SearchEndpoint.RECENT, Map.of(), Calls.Waits.UNHEARD);

    @Test
    void aSliceIsAskedWithItsBoundsNewestFirstInFullPages() {
        search(Spend.UNLIMITED, "cat");
        assertThat(x.asked).hasSize(1);
        assertThat(x.asked.get(0).query())
                .containsOnly(
                        Map.entry("query", "cat"),
                        Map.entry("start_time", "2026-11-22T11:00:00Z"),
                        Map.entry("end_time", "2026-11-22T11:15:00Z"),
                        Map.entry("max_results", "100"),
                        Map.entry("sort_order", "recency"));
    }

    @Test
    void aSliceOfPartsOfSecondsIsADefect() {
        Span odd = new Span(NOW.minusMillis(1_500), NOW);
        assertThatThrownBy(() -> new Slice(calls, odd, List.of(), Spend.UNLIMITED))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("whole second");
    }

    @Test
    void pagesAreTurnedUntilNoTokenComesAlsoAfterAShortOrEmptyOne() {
        x.then(page("t1", id(9), id(8)), page("t2"), page("", id(3)));
        FetchOutcome outcome = search(Spend.UNLIMITED, "cat");
        assertThat(outcome.end()).isEqualTo(End.WHOLE);
        assertThat(ids(outcome)).containsExactly(id(3), id(8), id(9));
        assertThat(x.asked)
                .extracting(asked -> asked.query().getOrDefault("next_token", ""))
                .containsExactly("", "t1", "t2");
        assertThat(outcome.tally()).isEqualTo(new Tally(3, 3, 0, 0));
    }

    @Test
    void aPostOfTwoRulesComesOnceWithBoth() {
        x.always(asked -> switch (query(asked)) {
            case "from:a OR from:b" -> page("", id(1), id(2), id(3));
            case "from:a" -> page("", id(2), id(1));
            case "from:b" -> page("", id(3), id(2));
            default -> throw new AssertionError(asked);
        });
        FetchOutcome outcome = search(Spend.UNLIMITED, "from:a", "from:b");
        assertThat(texts(outcome))
                .containsExactly(
                        line(id(1), "{\"id\":\"0\",\"tag\":\"tag0\"}"),
                        line(id(2), "{\"id\":\"0\",\"tag\":\"tag0\"},{\"id\":\"1\",\"tag\":\"tag1\"}"),
                        line(id(3), "{\"id\":\"1\",\"tag\":\"tag1\"}"));
        assertThat(outcome.tally().bought()).isEqualTo(3);
    }

    @Test
    void rulesOfAPackThatFoundNothingAreNotAskedAlone() {
        search(Spend.UNLIMITED, "from:a", "from:b", "from:c", "cat", "dog");
        assertThat(x.asked).extracting(SliceTest::query).containsExactly("from:a OR from:b OR from:c", "cat OR dog");
    }

    @Test
    void aRejectedTokenBeginsThePackAnewAndNothingComesTwice() {
        x.then(page("t1", id(9)), Answer.of(400, REJECTED), page("t1", id(9)), page("", id(8)));
        FetchOutcome outcome = search(Spend.UNLIMITED, "cat");
        assertThat(outcome.end()).isEqualTo(End.WHOLE);
        assertThat(outcome.lost()).isEmpty();
        assertThat(ids(outcome)).containsExactly(id(8), id(9));
        assertThat(outcome.tally().bought()).isEqualTo(2);
    }

    @Test
    void aTokenThatIsAlwaysRejectedIsNamedAndTheOtherPacksGoOn() {
        x.always(asked -> {
            if (!query(asked).equals("cat")) return page("", id(5));
            return asked.query().containsKey("next_token") ? Answer.of(400, REJECTED) : page("t1", id(9));
        });
        FetchOutcome outcome = search(Spend.UNLIMITED, "cat", "from:a");
        assertThat(outcome.end()).isEqualTo(End.WHOLE);
        assertThat(outcome.lost()).singleElement().asString().contains("next_token");
        assertThat(ids(outcome)).containsExactly(id(5), id(9));
        assertThat(x.asked).hasSize(9);
    }

    @Test
    void pagesInACircleEndTheSearchOfThePack() {
        x.always(asked -> page("t1", id(9)));
        FetchOutcome outcome = search(Spend.UNLIMITED, "cat");
        assertThat(outcome.lost()).singleElement().asString().contains("the same page");
        assertThat(x.asked).hasSizeLessThan(20);
    }

    @Test
    void aRuleThatSearchRefusesIsNamedAndDoesNotCostTheOthers() {
        x.always(asked -> query(asked).contains("from:a") ? Answer.of(400, BAD_QUERY) : page("", id(1)));
        FetchOutcome outcome = search(Spend.UNLIMITED, "from:a", "from:b");
        assertThat(outcome.end()).isEqualTo(End.WHOLE);
        assertThat(outcome.lost()).singleElement().asString().contains("tag0", "errors processing");
        assertThat(texts(outcome)).containsExactly(line(id(1), "{\"id\":\"1\",\"tag\":\"tag1\"}"));
    }

    @Test
    void whatTheRuleWouldNotMatchIsPaidForButNotHandedOver() {
        x.then(Answer.of(200, "{\"data\":[{\"id\":\"2\",\"text\":\"a cafe\"},{\"id\":\"1\",\"text\":\"a café\"}]}"));
        FetchOutcome outcome = search(Spend.UNLIMITED, "café");
        assertThat(ids(outcome)).containsExactly(1L);
        assertThat(outcome.tally()).isEqualTo(new Tally(1, 2, 1, 0));
    }

    @Test
    void tooManyPostsAreToBeSplitInTheMiddle() {
        x.always(asked -> {
            int page = Integer.parseInt(asked.query().getOrDefault("next_token", "0"));
            return page(Integer.toString(page + 1), ids(page * 100L, 100));
        });
        FetchOutcome outcome = search(Spend.UNLIMITED, "cat");
        assertThat(outcome.end()).isEqualTo(End.TOO_MANY);
        assertThat(outcome.splitAt()).contains(SLICE.from().plusSeconds(450));
        assertThat(outcome.lines()).isEmpty();
        assertThat(x.asked).hasSize(101);
    }

    @Test
    void tooManyPostsWithinASecondAreHandedOverAndNamed() {
        x.always(asked -> {
            int page = Integer.parseInt(asked.query().getOrDefault("next_token", "0"));
            return page(Integer.toString(page + 1), ids(page * 100L, 100));
        });
        FetchOutcome outcome =
                search(new Span(SLICE.from(), SLICE.from().plusSeconds(1)), Spend.UNLIMITED, packs("cat"));
        assertThat(outcome.end()).isEqualTo(End.WHOLE);
        assertThat(outcome.lines()).hasSize(10_100);
        assertThat(outcome.lost()).containsExactly("search cannot return the more than 10000 posts of this second");
    }

    @Test
    void theMoneyGuardEndsTheSearchAndWhatWasBoughtIsHandedOver() {
        x.always(asked -> {
            int from = Integer.parseInt(asked.query().getOrDefault("next_token", "0"));
            int size = Integer.parseInt(asked.query().get("max_results"));
            return page(Integer.toString(from + size), ids(from, size));
        });
        Purse purse = new Purse(250);
        FetchOutcome outcome = search(purse, "cat");
        assertThat(outcome.end()).isEqualTo(End.COST);
        assertThat(outcome.lines()).hasSize(250);
        assertThat(purse.left).isZero();
        assertThat(x.asked)
                .extracting(asked -> asked.query().get("max_results"))
                .containsExactly("100", "100", "50");
    }

    @Test
    void noCreditsParkTheSearchWithWhatWasFound() {
        x.then(page("t1", id(9)), Answer.of(402, "{\"title\":\"CreditsDepleted\"}"));
        FetchOutcome outcome = search(Spend.UNLIMITED, "cat");
        assertThat(outcome.end()).isEqualTo(End.PARKED);
        assertThat(outcome.detail()).contains("402", "CreditsDepleted");
        assertThat(ids(outcome)).containsExactly(id(9));
    }

    @Test
    void aRequestThatIsWrongBesideItsQueryEndsTheSearchInsteadOfAskingForEachRule() {
        x.always(asked -> Answer.of(400, BAD_QUERY.replace("\"query\"", "\"max_results\"")));
        FetchOutcome outcome = search(Spend.UNLIMITED, "from:a", "from:b");
        assertThat(outcome.end()).isEqualTo(End.PARKED);
        assertThat(outcome.detail()).contains("Invalid Request");
        assertThat(x.asked).hasSize(1);
    }

    @Test
    void minutesOf503AreWaitedOut() {
        x.then(page("t1", id(9)));
        for (int i = 0; i < 6; i++) x.then(Answer.of(503, "<html><body>over capacity</body></html>"));
        x.then(page("", id(8)));
        assertThat(ids(search(Spend.UNLIMITED, "cat"))).containsExactly(id(8), id(9));
        assertThat(time.instant()).isAfter(NOW.plus(Duration.ofMinutes(5)));
    }

    @Test
    void aSliceThatLeavesXsWindowWhileItWaitsEndsSo() {
        Span old = new Span(NOW.minus(Duration.ofDays(7)).plusSeconds(600), NOW.minus(Duration.ofDays(6)));
        x.always(asked -> Answer.of(429, "{\"title\":\"Too Many Requests\",\"status\":429}"));
        assertThat(search(old, Spend.UNLIMITED, packs("cat")).end()).isEqualTo(End.WINDOW_PASSED);
        assertThat(time.instant()).isBefore(NOW.plus(Duration.ofHours(1)));
    }

    @Test
    void earlierVersionsWithinTheSliceAreCountedAndNamed() {
        x.then(Answer.of(
                200,
                "{\"data\":[{\"id\":\"" + id(9) + "\",\"edit_history_tweet_ids\":[\"" + id(7) + "\",\""
                        + Snowflake.firstId(SLICE.from().minusSeconds(9)) + "\",\"" + id(9) + "\"]}]}"));
        FetchOutcome outcome = search(Spend.UNLIMITED, "cat");
        assertThat(outcome.tally().earlierVersions()).isEqualTo(1);
        assertThat(outcome.doubts()).containsExactly("search returns no earlier versions of edited posts");
    }

    @Test
    void aSearchThatIsCalledOffEndsAtOnceAndAsksNoMore() {
        x.always(asked -> page("t" + x.asked.size(), id(x.asked.size())));
        Slice slice = new Slice(calls, SLICE, packs("cat"), Spend.UNLIMITED);
        CompletableFuture<FetchOutcome> outcome = slice.run();
        time.advance(Duration.ofMillis(450));
        slice.cancel();
        assertThat(outcome.join().end()).isEqualTo(End.CANCELLED);
        int asked = x.asked.size();
        time.advance(Duration.ofMinutes(1));
        assertThat(x.asked).hasSize(asked);
    }

    @Test
    void aLongSearchNeedsNoDeepStack() {
        List<Pack> packs = Collections.nCopies(3_000, packs("cat").get(0));
        assertThat(search(SLICE, Spend.UNLIMITED, packs).end()).isEqualTo(End.WHOLE);
        assertThat(x.asked).hasSize(3_000);
    }

    private FetchOutcome search(Spend spend, String... rules) {
        return search(SLICE, spend, packs(rules));
    }

    private FetchOutcome search(Span span, Spend spend, List<Pack> packs) {
        CompletableFuture<FetchOutcome> outcome = new Slice(calls, span, packs, spend).run();
        for (int i = 0; i < 100_000 && !outcome.isDone(); i++) time.advance(Duration.ofSeconds(1));
        return outcome.join();
    }

    private static List<Pack> packs(String... values) {
        List<Rule> rules = new ArrayList<>();
        for (int i = 0; i < values.length; i++) rules.add(new Rule(Integer.toString(i), values[i], "tag" + i));
        return Packer.pack(rules, 512).packs();
    }

    private static String query(Asked asked) {
        return asked.query().getOrDefault("query", "");
    }

    /** The id of a post created so many seconds into the slice. */
    private static long id(long seconds) {
        return Snowflake.firstId(SLICE.from().plusSeconds(seconds));
    }

    private static long[] ids(long from, int count) {
        return LongStream.range(from, from + count).map(i -> id(0) + i).toArray();
    }

    private static Answer page(String nextToken, long... ids) {
        if (ids.length == 0 && nextToken.isEmpty()) return Answer.of(200, EMPTY);
        String data = LongStream.of(ids)
                .mapToObj(id -> "{\"id\":\"" + id + "\",\"text\":\"hello\"}")
                .collect(Collectors.joining(","));
        String token = nextToken.isEmpty() ? "" : ",\"next_token\":\"" + nextToken + "\"";
        return Answer.of(
                200,
                "{" + (ids.length == 0 ? "" : "\"data\":[" + data + "],") + "\"meta\":{\"result_count\":" + ids.length
                        + token + "}}");
    }

    private static String line(long id, String rules) {
        return "{\"data\":{\"id\":\"" + id + "\",\"text\":\"hello\"},\"matching_rules\":[" + rules + "]}";
    }

    private static List<String> texts(FetchOutcome outcome) {
        return outcome.lines().stream()
                .map(line -> new String(line, StandardCharsets.UTF_8))
                .toList();
    }

    private static List<Long> ids(FetchOutcome outcome) {
        return texts(outcome).stream()
                .map(line -> Long.parseLong(line.replaceFirst("\\{\"data\":\\{\"id\":\"(\\d+)\".*", "$1")))
                .toList();
    }

    /** Money for so many posts. */
    private static final class Purse implements Spend {
        private int left;

        Purse(int posts) {
            left = posts;
        }

        @Override
        public boolean mayBuy(int posts) {
            return posts <= left;
        }

        @Override
        public void bought(Set<Long> ids) {
            left -= ids.size();
        }
    }
}
