package io.gapless.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gapless.stream.post.Fields;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FieldsTest {
    @Test
    void authorsComeByAnExpansionWithTheirNames() {
        assertThat(Fields.minimal().withAuthors().query())
                .containsEntry("expansions", "author_id")
                .containsEntry("tweet.fields", "author_id")
                .containsEntry("user.fields", "id,name,profile_image_url,public_metrics,username,verified");
    }

    @Test
    void theStandardAsksForNoExpansionsSinceTheyMayBeBilled() {
        assertThat(Fields.standard().query())
                .containsOnlyKeys("tweet.fields")
                .containsEntry(
                        "tweet.fields",
                        "author_id,created_at,edit_history_tweet_ids,id,lang,note_tweet,referenced_tweets,text");
    }

    @Test
    void theMinimumAsksForNothing() {
        assertThat(Fields.minimal().query()).isEmpty();
    }

    @Test
    void everythingAsksForNoFieldThatNeedsAUsersToken() {
        String all = Fields.everything().query().toString();

        assertThat(Fields.everything().query())
                .containsOnlyKeys(
                        "tweet.fields", "expansions", "media.fields", "poll.fields", "user.fields", "place.fields");
        assertThat(all)
                .doesNotContain("non_public_metrics", "organic_metrics", "promoted_metrics", "confirmed_email")
                .doesNotContain("connection_status", "receives_your_dm");
    }

    @Test
    void fieldsAreAddedOnceAndTheOriginalStays() {
        Fields standard = Fields.standard();
        Fields more = standard.with(Fields.Part.POST, List.of("geo", "id", "geo"));

        assertThat(more.query().get("tweet.fields"))
                .isEqualTo("author_id,created_at,edit_history_tweet_ids,geo,id,lang,note_tweet,referenced_tweets,text");
        assertThat(standard.query().get("tweet.fields")).doesNotContain("geo");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a,b", "ID", "id&x=1", " id"})
    void aNameThatIsNoneIsRefusedWithItsParameter(String name) {
        assertThatThrownBy(() -> Fields.minimal().with(Fields.Part.USER, Set.of(name)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("user.fields")
                .hasMessageContaining("'" + name + "'");
    }
}
