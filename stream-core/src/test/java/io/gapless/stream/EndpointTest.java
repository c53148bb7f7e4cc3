package io.gapless.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gapless.stream.post.Endpoint;
import io.gapless.stream.rules.RuleSet;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointTest {
    private static FilteredStream.Builder reading(Endpoint endpoint) {
        return FilteredStream.builder().bearerToken("token").handler(post -> {}).endpoint(endpoint);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 21, -1})
    void aPartitionThatXDoesNotHaveIsRefused(int number) {
        assertThatThrownBy(() -> Endpoint.FIREHOSE_STREAM.partition(number))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("partitions 1 to 20, but not " + number);
    }

    @Test
    void aStreamThatIsWholeHasNoPartition() {
        assertThatThrownBy(() -> Endpoint.FILTERED_STREAM.partition(1)).hasMessageContaining("has no partitions");
    }

    @Test
    void eachStreamOfXHasAName() {
        assertThat(Endpoint.names()).hasSize(8).doesNotHaveDuplicates();
        assertThat(Endpoint.names().stream().map(Endpoint::named)).doesNotHaveDuplicates();
        assertThat(Endpoint.named("filtered")).isEqualTo(Endpoint.FILTERED_STREAM);
        assertThat(Endpoint.named("firehose-en:8")).isEqualTo(Endpoint.FIREHOSE_EN.partition(8));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tweets | is not one of filtered, sample",
                "Sample | is not one of filtered, sample",
                "'' | is not one of filtered, sample",
                "sample10:3 | has partitions 1 to 2, but not 3",
                "sample:1 | has no partitions",
                "firehose: | no number",
                "firehose:99999 | no number",
                "firehose:-1 | no number"
            })
    void aNameOfNoStreamIsRefused(String name, String why) {
        assertThatThrownBy(() -> Endpoint.named(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }

    @Test
    void aStreamInPartitionsIsNotReadWithoutOne() {
        assertThatThrownBy(() -> reading(Endpoint.SAMPLE10_STREAM).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("into 2 partitions")
                .hasMessageContaining("partition(number)");
    }

    @Test
    void rulesForAStreamThatTakesNoneAreRefused() {
        assertThatThrownBy(() -> reading(Endpoint.SAMPLE_STREAM)
                        .rules(RuleSet.of("cats", "cat"))
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("takes none");
    }

    @ParameterizedTest
    @ValueSource(strings = {"partition", "backfill_minutes", "start_time", "end_time", "tweet.fields", "expansions"})
    void aParameterThatTheLibrarySetsItselfIsRefused(String name) {
        assertThatThrownBy(() -> Endpoint.FILTERED_STREAM.parameter(name, "1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(name);
    }

    @Test
    void fixedParametersGoWithEachConnectAndTellStreamsApart() {
        Endpoint endpoint = Endpoint.FIREHOSE_EN.partition(3).parameter("region", "eu");
        Rig rig = new Rig(builder -> builder.endpoint(endpoint));
        rig.start();

        assertThat(rig.open().request.uri().getPath()).isEqualTo("/2/tweets/firehose/stream/lang/en");
        assertThat(rig.open().request.uri().getQuery()).contains("partition=3").contains("region=eu");
        assertThat(endpoint.id()).isEqualTo("/2/tweets/firehose/stream/lang/en?partition=3&region=eu");
        assertThat(endpoint.parameters()).isEqualTo(Map.of("partition", "3", "region", "eu"));
    }

    @Test
    void theRulesOfTheAppAreNoMatterOfAStreamWithoutRules() {
        Rig rig = new Rig(builder -> builder.endpoint(Endpoint.SAMPLE_STREAM).rulesCheckEvery(Duration.ofMinutes(1)));
        rig.live().keepAlives(Duration.ofSeconds(20), Duration.ofMinutes(5));
        rig.passSeconds(240);

        assertThat(rig.x.opened()).hasSize(1);
    }
}
