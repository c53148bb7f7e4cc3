package io.gapless.recovery.search;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.junit.jupiter.api.Test;

class PageTest {
    private static final String PAGE = """
            {"data":[
              {"id":"3","text":"c","author_id":"10","referenced_tweets":[{"type":"quoted","id":"1"}],
               "attachments":{"media_keys":["3_7"]}},
              {"id":"2","text":"b","author_id":"11","geo":{"place_id":"abc"}}],
             "includes":{
              "users":[{"id":"10","username":"ten"},{"id":"11","username":"eleven"},{"id":"12","username":"twelve"}],
              "tweets":[{"id":"1","text":"a","author_id":"12"}],
              "media":[{"media_key":"3_7","type":"photo"},{"media_key":"3_8","type":"photo"}],
              "places":[{"id":"abc","full_name":"Town"}]},
             "errors":[{"resource_id":"11","title":"Not Found Error"}],
             "meta":{"result_count":2,"next_token":"t1"}}
            """;

    @Test
    void eachPostTakesAlongWhatItNamesAndNoMore() throws Exception {
        Page page = Page.of(json(PAGE));
        assertThat(page.nextToken()).contains("t1");
        JsonNode three = page.posts().get(0).line();
        assertThat(three.path("includes").path("users").findValuesAsText("id")).containsExactly("10", "12");
        assertThat(three.path("includes").path("tweets").findValuesAsText("id")).containsExactly("1");
        assertThat(three.path("includes").path("media").findValuesAsText("media_key"))
                .containsExactly("3_7");
        assertThat(three.has("errors")).isFalse();
        JsonNode two = page.posts().get(1).line();
        assertThat(two.path("includes").path("users").findValuesAsText("id")).containsExactly("11");
        assertThat(two.path("includes").has("tweets")).isFalse();
        assertThat(two.path("includes").path("places").findValuesAsText("id")).containsExactly("abc");
        assertThat(two.path("errors").findValuesAsText("resource_id")).containsExactly("11");
    }

    @Test
    void bothVocabulariesTellTheVersionsOfAPost() throws Exception {
        Page page = Page.of(json("""
                {"data":[{"id":"9","edit_history_tweet_ids":["7","9"]},{"id":"8","edit_history_post_ids":["8"]},
                 {"id":"5"}]}
                """));
        assertThat(page.posts())
                .extracting(Page.Found::versions)
                .containsExactly(List.of(7L, 9L), List.of(8L), List.of());
    }

    @Test
    void aPageWithoutDataIsEmpty() throws Exception {
        Page page = Page.of(json("{\"meta\":{\"result_count\":0}}"));
        assertThat(page.posts()).isEmpty();
        assertThat(page.nextToken()).isEmpty();
    }

    @Test
    void idsAreReadAsNumbersOrTextAndOddOnesAreCounted() throws Exception {
        Page page = Page.of(
                json(
                        "{\"data\":[{\"id\":9007199254740993},{\"id\":\"9223372036854775807\"},{\"id\":\"0\"},{\"id\":\"x\"},{\"text\":\"\"}]}"));
        assertThat(page.posts()).extracting(Page.Found::id).containsExactly(9007199254740993L, Long.MAX_VALUE, 0L);
        assertThat(page.unreadable()).isEqualTo(2);
    }

    private static JsonNode json(String text) throws JsonProcessingException {
        return new ObjectMapper().readTree(text);
    }
}
