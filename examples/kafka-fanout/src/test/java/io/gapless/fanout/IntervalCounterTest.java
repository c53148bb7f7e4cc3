package io.gapless.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class IntervalCounterTest {
    private static JsonNode frontier(String json) throws JsonProcessingException {
        return new ObjectMapper().readTree(json.replace('\'', '"'));
    }

    private static final String LATE = "{'completeUpTo':'2026-12-01T10:00:00Z','openGaps':[]}";
    private static final String EARLY = "{'completeUpTo':'2026-12-01T09:00:00Z'}";
    private static final String WITH_GAP =
            "{'completeUpTo':'2026-12-01T10:00:00Z','openGaps':[{'id':7,'from':'2026-12-01T08:00:00Z','until':'2026-12-01T08:05:00Z'}]}";

    @Test
    void allPartitionsOfXAreCompleteUpToTheLeastOfThem() throws JsonProcessingException {
        assertThat(IntervalCounter.completeUpTo(List.of(frontier(LATE), frontier(EARLY))))
                .isEqualTo(Instant.parse("2026-12-01T09:00:00Z"));
    }

    @Test
    void nothingIsFinalFromTheStartOfAnOpenGapOn() throws JsonProcessingException {
        assertThat(IntervalCounter.completeUpTo(List.of(frontier(WITH_GAP), frontier(EARLY))))
                .isEqualTo(Instant.parse("2026-12-01T08:00:00Z"));
    }

    @Test
    void aStreamThatHasJustBegunMakesNothingFinal() throws JsonProcessingException {
        assertThat(IntervalCounter.completeUpTo(List.of(frontier(LATE), frontier("{'openGaps':[]}"))))
                .isEqualTo(Instant.MIN);
    }

    @Test
    void aFrontierThatWasDeletedHoldsNothingUp() throws IOException {
        Map<String, JsonNode> frontiers = new HashMap<>();
        assertThat(IntervalCounter.take(record("cats/1/frontier", LATE), frontiers))
                .isTrue();
        assertThat(IntervalCounter.take(record("cats/8/frontier", EARLY), frontiers))
                .isTrue();
        assertThat(IntervalCounter.take(record("cats/8/gap/7", WITH_GAP), frontiers))
                .isFalse();

        assertThat(IntervalCounter.take(new ConsumerRecord<>("ledger", 0, 0, "cats/8/frontier", null), frontiers))
                .isTrue();

        assertThat(IntervalCounter.completeUpTo(frontiers.values())).isEqualTo(Instant.parse("2026-12-01T10:00:00Z"));
    }

    private static ConsumerRecord<String, byte[]> record(String key, String json) {
        return new ConsumerRecord<>("ledger", 0, 0, key, json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }
}
