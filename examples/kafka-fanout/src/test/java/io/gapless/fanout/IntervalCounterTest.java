package io.gapless.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.util.List;
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
}
