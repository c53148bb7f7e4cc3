package io.gapless.stream.rules.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SearchTranslationTest {
    private static final String RETWEETS = "search returns no retweets for words";
    private static final String QUOTES = "search does not look into quoted posts";
    private static final String ACCENTS = "search ignores accents in words with a '-'";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cat",
                "cat has:images -is:retweet lang:en",
                "cat OR dog",
                "cat (has:images OR has:video_link) -is:nullcast",
                "-dog cat",
                "cat -(dog bird)",
                "#caturday OR @cats OR $CAT",
                "\"exact phrase\" from:XDevelopers",
                "point_radius:[2.355128 48.861118 16km] cat",
                "url:\"https://developer.x.com\" to:cats",
                "context:10.799022225751871488 entity:\"Michael Jordan\"",
                "猫 OR кот OR 🐈 OR café",
                "conversation_id:1 in_reply_to_tweet_id:2 retweets_of:x",
                "list:1 min_likes:5"
            })
    void whatSearchKnowsStaysAsItIs(String rule) {
        assertThat(translated(rule).query()).contains(rule);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "cat  (dog)                       | cat dog",
                "(cat OR dog)                     | cat OR dog",
                "FROM:x                           | from:x",
                "retweets_of_user:x               | retweets_of:x",
                "in_reply_to_status_id:1          | in_reply_to_tweet_id:1",
                "retweets_of_status_id:1          | retweets_of_tweet_id:1",
                "geo_bounding_box:[1 2 3 4]       | bounding_box:[1 2 3 4]",
                "cat (has:videos OR has:media_link) | cat (has:video_link OR has:media)",
                "cat \"happy day\"~3              | cat \"happy\" \"day\"",
                "cat -\"happy day\"~3             | cat",
                "cat -café                        | cat",
                "cat -(café OR dog)               | cat",
                "cat OR bio:dog                   | cat",
                "cat OR dog bio:x OR bird         | cat OR bird",
                "(cat OR bio:x) lang:en           | cat lang:en",
                "(cat OR dog -source:x) lang:en   | cat lang:en"
            })
    void aRuleIsRewrittenForSearch(String rule, String query) {
        assertThat(translated(rule).query()).contains(query);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "bio:cat                   | bio",
                "cat bio_name:x            | bio_name",
                "cat bio_location:x        | bio_location",
                "cat -user_bio:x           | user_bio",
                "cat -(dog OR url_title:x) | url_title",
                "cat sample:10             | sample",
                "cat OR dog sample:10      | sample",
                "from_affiliate_of:x       | from_affiliate_of",
                "cat min_followers:5       | min_followers",
                "cat followers_count:5     | followers_count",
                "cat source:x              | source",
                "embedding:\"stray cats\"  | embedding",
                "cat url_contains:x        | url_contains",
                "cat moon:full             | moon"
            })
    void aRuleThatNeedsWhatSearchLacksIsLeftOutAndSaysWhy(String rule, String operator) {
        SearchTranslation translation = translated(rule);
        assertThat(translation.query()).isEmpty();
        assertThat(translation.missing()).containsExactly("search lacks '" + operator + ":'");
        assertThat(translation.mayMatch(post("cat"))).isFalse();
    }

    @Test
    void everyOperatorInTheWayIsNamedOnce() {
        assertThat(translated("cat bio:a bio:b source:c OR dog").missing())
                .containsExactly("search lacks 'bio:'", "search lacks 'source:'", RETWEETS, QUOTES);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "from:x                                | false | false | false",
                "cat                                   | true  | true  | false",
                "#cat                                  | false | true  | false",
                "url:x                                 | false | true  | false",
                "cat -is:retweet                       | false | true  | false",
                "cat -is:retweet -is:quote             | false | false | false",
                "cat -is:retweet OR dog                | true  | true  | false",
                "(cat OR dog) -is:quote                | true  | false | false",
                "from:x -cat                           | false | false | true",
                "from:x -café                          | false | false | false",
                "from:x -猫                            | false | false | false",
                "from:x -#ad                           | false | false | false"
            })
    void whatSearchDoesNotReturnIsNamed(String rule, boolean retweets, boolean quotes, boolean accents) {
        assertThat(translated(rule).missing().contains(RETWEETS)).isEqualTo(retweets);
        assertThat(translated(rule).missing().contains(QUOTES)).isEqualTo(quotes);
        assertThat(translated(rule).missing().contains(ACCENTS)).isEqualTo(accents);
    }

    @ParameterizedTest
    @CsvSource({"cat, true", "from:x, false", "from:x OR cat, true", "from:x -cat, false", "#cat, false"})
    void onlyAPositiveWordMakesAQueryAWordSearch(String rule, boolean words) {
        assertThat(translated(rule).looksForWords()).isEqualTo(words);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "café              | a café in town           | true",
                "café              | a CAFE\u0301 in town     | true",
                "café              | a cafe in town           | false",
                "cafe              | a café in town           | false",
                "cafe              | cafe, or café            | true",
                "cafe              | a café at the …          | true",
                "cafe              | nothing to see           | true",
                "#café             | see #cafe                | false",
                "café OR town      | a cafe in town           | true",
                "café OR bio:x     | a cafe in town           | false",
                "café from:x       | a cafe in town           | false",
                "from:x            | anything                 | true",
                "\"le café noir\"  | le cafe noir             | false",
                "\"le café noir\"  | le Café, noir            | true",
                "town -café        | a cafe in town           | true",
                "town -café        | a café in town           | false",
                "coca-cola         | a coca-cola              | true",
                "か                | が                       | true",
                "\"a&b é\"         | a&amp;b é                | true",
                "\"a b\"~2         | a x b                    | true",
                "\"a b\"~2         | a x y z b                | false",
                "\"a b\"~2         | b x a                    | true",
                "\"a b\"~2         | only a                   | true",
                "\"a é\"~2         | a e                      | false",
                "x -\"a b\"~2      | x a y b                  | false",
                "x -\"a b\"~2      | x a 1 2 3 4 b            | true"
            })
    void aPostIsDroppedOnlyIfItsOwnWordsContradict(String rule, String text, boolean may) {
        assertThat(translated(rule).mayMatch(post(text))).isEqualTo(may);
    }

    @Test
    void theWholeTextOfALongPostDecides() {
        ObjectNode post = post("a cafe");
        post.putObject("note_tweet").put("text", "a cafe that is a café");
        assertThat(translated("café").mayMatch(post)).isTrue();
    }

    @Test
    void aQuotingPostIsNotDroppedSinceTheStreamLooksIntoTheQuotedOne() {
        ObjectNode post = post("a cafe");
        post.putArray("referenced_tweets").addObject().put("type", "quoted").put("id", "1");
        assertThat(translated("café").mayMatch(post)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "cat (", "\"", "OR", "cat OR", "-"})
    void aRuleThatIsNoneIsLeftOut(String rule) {
        assertThat(translated(rule).query()).isEmpty();
        assertThat(translated(rule).missing()).isNotEmpty();
    }

    @Test
    void aRuleThatNestsTooDeepIsLeftOutRatherThanCut() {
        assertThat(translated("cat " + "(".repeat(60) + "dog" + ")".repeat(60)).query())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "cat (-café OR dog)              | cat",
                "cat (dog OR -(fox café))        | cat",
                "cat ((bird OR owl) -café)       | cat (bird OR owl)",
                "cat \"-\"~2 bird                | cat bird",
                "cat ((-café OR dog) bird OR owl) | cat (bird OR owl)"
            })
    void aBranchThatSearchCannotDecideLeavesAllItsGroupToTheJudge(String rule, String query) {
        SearchTranslation translation = translated(rule);
        assertThat(translation.query()).contains(query);
        assertThat(translation.mayMatch(post("cat bird"))).isTrue();
    }

    @Test
    void anOperatorWithoutAValueAtTheEndIsSurvived() {
        assertThat(translated("cat has:").query()).contains("cat has:");
    }

    @Test
    void noTextMakesItFail() {
        Random random = new Random(20);
        String alphabet = "ab é\"()-~3#:ORis猫\ud83d\ude00";
        for (int i = 0; i < 20_000; i++) {
            StringBuilder rule = new StringBuilder();
            for (int length = random.nextInt(30); length > 0; length--) {
                rule.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            SearchTranslation translation = translated(rule.toString());
            assertThat(translation.query().isPresent() || !translation.missing().isEmpty())
                    .as(rule.toString())
                    .isTrue();
            translation.mayMatch(post(rule.toString()));
        }
    }

    private static SearchTranslation translated(String rule) {
        return SearchTranslation.of(rule);
    }

    private static ObjectNode post(String text) {
        return JsonNodeFactory.instance.objectNode().put("id", "1").put("text", text);
    }
}
