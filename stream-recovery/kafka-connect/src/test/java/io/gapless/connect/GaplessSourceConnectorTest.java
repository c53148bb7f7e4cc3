package io.gapless.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gapless.recovery.state.NoteNames;
import io.gapless.stream.post.Endpoint;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceConnectorContext;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.storage.OffsetStorageReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a connector finds in the offsets when it starts. */
class GaplessSourceConnectorTest {
    private final KeptOffsets offsets = new KeptOffsets();

    private void start(String stream, String partitions) {
        Map<String, String> settings = SettingsTest.good();
        settings.put("x.stream", stream);
        settings.put("x.partitions", partitions);
        GaplessSourceConnector connector = new GaplessSourceConnector();
        connector.initialize(new Context(offsets));
        connector.start(settings);
    }

    /** Keeps what tasks have written that read this stream. */
    private void haveRead(String stream) {
        Endpoint endpoint = Endpoint.named(stream);
        if (endpoint.partitions() == 0) keep(0, endpoint.id());
        for (int number = 1; number <= endpoint.partitions(); number++)
            keep(number, endpoint.partition(number).id());
    }

    private void keep(int partition, String id) {
        keep(
                partition,
                OffsetText.state(
                        0,
                        Optional.empty(),
                        Optional.empty(),
                        List.of(),
                        0,
                        Map.of(NoteNames.STREAM, id),
                        Map.of(),
                        Map.of(),
                        0));
    }

    private void keep(int partition, Map<String, Object> value) {
        offsets.keep(new SourceRecord(new OffsetKeys(partition).state(), value, "posts", null, null, null, null, null));
    }

    @ParameterizedTest(name = "{0}, then {1}")
    @CsvSource({
        "filtered, firehose",
        "firehose, filtered",
        "filtered, sample",
        "firehose-en, firehose-ja",
        "firehose, sample10",
        "sample10, sample"
    })
    void offsetsOfAnotherStreamAreRefused(String before, String now) {
        haveRead(before);

        assertThatThrownBy(() -> start(now, "all"))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining(Endpoint.named(before).path())
                .hasMessageContaining(Endpoint.named(now).path())
                .hasMessageContaining("DELETE /connectors/NAME/offsets");
    }

    @Test
    void otherPartitionsOfTheSameStreamMayBeRead() {
        haveRead("firehose-en");

        start("firehose-en", "1-3");
        start("firehose-en", "7");
        start("firehose-en", "all");
    }

    @Test
    void offsetsThatSomebodyElseHasWrittenAreRefusedWithASentence() {
        keep(0, Map.of("position", 7L));

        assertThatThrownBy(() -> start("filtered", "all"))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("The offsets of partition 0 of this connector cannot be read")
                .hasMessageContaining("\"notes\" is missing")
                .hasMessageContaining("DELETE /connectors/NAME/offsets");
    }

    @Test
    void aConnectorWithoutOffsetsStarts() {
        start("firehose", "all");

        assertThat(offsets.count()).isZero();
    }

    /** What Kafka Connect gives to a connector. */
    private record Context(OffsetStorageReader offsetStorageReader) implements SourceConnectorContext {
        @Override
        public void requestTaskReconfiguration() {
            throw new AssertionError("nobody asks for that");
        }

        @Override
        public void raiseError(Exception e) {
            throw new AssertionError("nobody asks for that", e);
        }

        @Override
        public PluginMetrics pluginMetrics() {
            throw new AssertionError("nobody asks for that");
        }
    }

    @Test
    void offsetsInATopicOfTheConnectorsOwnAreNotDeleted() {
        Map<Map<String, ?>, Map<String, ?>> deletions = new HashMap<>();
        deletions.put(new OffsetKeys(0).state(), null);
        Map<String, String> settings = SettingsTest.good();
        GaplessSourceConnector connector = new GaplessSourceConnector();

        assertThat(connector.alterOffsets(settings, deletions)).isTrue();
        settings.put("offsets.storage.topic", "gapless-offsets");
        assertThatThrownBy(() -> connector.alterOffsets(settings, deletions))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("a topic of its own, gapless-offsets")
                .hasMessageContaining("to a new name");
    }
}
