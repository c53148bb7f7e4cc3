package io.gapless.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gapless.emulator.AccessLevel;
import io.gapless.emulator.ExpectedPost;
import io.gapless.emulator.Misbehaviour;
import io.gapless.emulator.PostDraft;
import io.gapless.emulator.PostShape;
import io.gapless.emulator.XEmulator;
import io.gapless.recovery.ledger.Span;
import io.gapless.recovery.search.Calls;
import io.gapless.recovery.search.Count;
import io.gapless.recovery.search.End;
import io.gapless.recovery.search.FetchOutcome;
import io.gapless.recovery.search.Pack;
import io.gapless.recovery.search.Packer;
import io.gapless.recovery.search.SearchEndpoint;
import io.gapless.recovery.search.Slice;
import io.gapless.recovery.search.Spend;
import io.gapless.stream.api.TokenSource;
import io.gapless.stream.api.XApi;
import io.gapless.stream.rules.Rule;
import io.gapless.stream.rules.Rules;
import io.gapless.stream.seam.Seams;
import io.gapless.stream.seam.Transport;
import io.gapless.stream.seam.Wire;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Slices searched over HTTP, checked against what the emulated X should have streamed. */
class SearchOnEmulatorTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Transport transport = Wire.standard().open();
    private final List<XEmulator> started = new ArrayList<>();

    @AfterEach
    void stop() {
        transport.close();
        started.forEach(XEmulator::close);
    }

    @Test
    void searchBringsWhatTheStreamWouldHaveBroughtWithTheSameRules() throws Exception {
        XEmulator x = start(busy());
        Span slice = slice(x);
        FetchOutcome outcome = search(x, SearchEndpoint.RECENT, slice);
        assertThat(outcome.end()).isEqualTo(End.WHOLE);
        assertThat(outcome.lost()).isEmpty();
        assertThat(found(outcome)).isEqualTo(expected(x, slice)).hasSizeGreaterThan(500);
        assertThat(outcome.tally().filtered()).isZero();
    }

    @Test
    void theArchiveBringsTheSame() throws Exception {
        XEmulator x = start(posts(4).rule("cats", "cat"));
        Span slice = slice(x);
        FetchOutcome outcome = search(x, SearchEndpoint.ARCHIVE, slice);
        assertThat(outcome.tally().requests()).isEqualTo(2);
        assertThat(found(outcome)).isEqualTo(expected(x, slice));
    }

    @Test
    void ofPostsOfEveryShapeOnlyRetweetsAreMissing() throws Exception {
        XEmulator x = start(XEmulator.builder()
                .access(AccessLevel.PAY_PER_USE)
                .rate(2)
                .past(Duration.ofMinutes(20))
                .rule("cats", "cat")
                .rule("alice", "from:alice")
                .rule("no dogs", "(cat OR coffee) -dog"));
        Span slice = slice(x);
        Map<Long, List<Long>> found = found(search(x, SearchEndpoint.RECENT, slice));
        assertThat(expected(x, slice)).containsAllEntriesOf(withoutKeys(found, retweets(x, slice)));
        assertThat(x.shouldHaveDelivered(slice.from(), slice.until()))
                .hasSizeGreaterThan(found.size())
                .filteredOn(post -> !found.containsKey(post.id()))
                .allMatch(SearchOnEmulatorTest::isRetweet);
    }

    @Test
    void aRejectedTokenCostsNoPost() throws Exception {
        XEmulator x = start(busy());
        Span slice = slice(x);
        x.inject(Misbehaviour.SEARCH_TOKEN_REJECTED);
        FetchOutcome outcome = search(x, SearchEndpoint.RECENT, slice);
        assertThat(outcome.lost()).isEmpty();
        assertThat(found(outcome)).isEqualTo(expected(x, slice));
    }

    @Test
    void anAccentThatTheRuleDoesNotHaveIsFilteredOut() throws Exception {
        XEmulator x = start(XEmulator.builder().access(AccessLevel.PAY_PER_USE).rule("accent", "café"));
        Instant before = x.now().minusSeconds(60);
        long wanted = x.publishUnsent(PostDraft.of("un café noir").at(before));
        x.publishUnsent(PostDraft.of("un cafe noir").at(before));
        FetchOutcome outcome = search(x, SearchEndpoint.RECENT, slice(x));
        assertThat(found(outcome)).containsOnlyKeys(wanted);
        assertThat(outcome.tally().filtered()).isEqualTo(1);
    }

    @Test
    void countsTellHowManyPostsASearchWillBuy() throws Exception {
        XEmulator x = start(busy());
        Span slice = slice(x);
        List<Pack> packs = Packer.pack(rules(x), Packer.RECENT_MAX_LENGTH).packs();
        Count.Counted counted = Count.of(calls(x, SearchEndpoint.RECENT_COUNTS, Map.of()), slice, packs, () -> false)
                .get(30, TimeUnit.SECONDS);
        assertThat(counted.end()).isEqualTo(End.WHOLE);
        assertThat(counted.calls()).isEqualTo(packs.size());
        assertThat(counted.posts())
                .isBetween(
                        (long) expected(x, slice).size(),
                        2L * expected(x, slice).size());
        assertThat(counted.postsPerSecond().orElseThrow()).isBetween(0.5, 10.0);
    }

    private static XEmulator.Builder posts(double perSecond) {
        return XEmulator.builder()
                .access(AccessLevel.PAY_PER_USE)
                .rate(perSecond)
                .past(Duration.ofMinutes(20))
                .topics("cat", "dog", "coffee", "java")
                .shapes(PostShape.PLAIN);
    }

    private static XEmulator.Builder busy() {
        return posts(2).rule("cats", "cat")
                .rule("pets", "cat OR dog")
                .rule("alice", "from:alice")
                .rule("none", "from:nobody")
                .rule("without", "coffee -the");
    }

    private XEmulator start(XEmulator.Builder builder) {
        XEmulator x = builder.start();
        started.add(x);
        return x;
    }

    private static Span slice(XEmulator x) {
        Instant until = x.now().minusSeconds(15).truncatedTo(ChronoUnit.SECONDS);
        return new Span(until.minusSeconds(900), until);
    }

    private FetchOutcome search(XEmulator x, SearchEndpoint endpoint, Span slice) throws Exception {
        List<Pack> packs = Packer.pack(rules(x), Packer.RECENT_MAX_LENGTH).packs();
        Calls calls = calls(x, endpoint, Map.of("tweet.fields", "author_id", "expansions", "author_id"));
        return new Slice(calls, slice, packs, Spend.UNLIMITED).run().get(30, TimeUnit.SECONDS);
    }

    private List<Rule> rules(XEmulator x) {
        return new Rules(api(x)).list();
    }

    private Calls calls(XEmulator x, SearchEndpoint endpoint, Map<String, String> fields) {
        return new Calls(api(x), Seams.system().time(), x::now, endpoint, fields, Calls.Waits.UNHEARD);
    }

    private XApi api(XEmulator x) {
        return new XApi(
                x.baseUri(),
                TokenSource.of(x::bearerToken),
                transport,
                Seams.system().time());
    }

    private static Map<Long, List<Long>> expected(XEmulator x, Span slice) {
        Map<Long, List<Long>> rulesById = new TreeMap<>();
        for (ExpectedPost post : x.shouldHaveDelivered(slice.from(), slice.until())) {
            rulesById.put(post.id(), post.ruleIds().stream().sorted().toList());
        }
        return rulesById;
    }

    /** A retweet that one rule finds by its author is not found by the words of another. */
    private static List<Long> retweets(XEmulator x, Span slice) {
        return x.shouldHaveDelivered(slice.from(), slice.until()).stream()
                .filter(post ->
                        post.line().contains("\"quoted\"") || post.line().contains("\"retweeted\""))
                .map(ExpectedPost::id)
                .toList();
    }

    private static boolean isRetweet(ExpectedPost post) {
        return post.line().contains("\"text\":\"RT @");
    }

    private static Map<Long, List<Long>> withoutKeys(Map<Long, List<Long>> map, List<Long> keys) {
        Map<Long, List<Long>> rest = new TreeMap<>(map);
        rest.keySet().removeAll(keys);
        return rest;
    }

    private static Map<Long, List<Long>> found(FetchOutcome outcome) throws IOException {
        Map<Long, List<Long>> rulesById = new TreeMap<>();
        long last = 0;
        for (byte[] line : outcome.lines()) {
            JsonNode post = JSON.readTree(line);
            long id = post.path("data").path("id").asLong();
            assertThat(id).isGreaterThan(last);
            last = id;
            assertThat(post.path("includes").path("users").findValuesAsText("id"))
                    .containsExactly(post.path("data").path("author_id").asText());
            List<Long> rules = new ArrayList<>();
            post.path("matching_rules")
                    .forEach(rule -> rules.add(rule.path("id").asLong()));
            rulesById.put(id, rules.stream().sorted().toList());
        }
        return rulesById;
    }
}
