package io.gapless.recovery.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gapless.recovery.ledger.DoubtfulSpan;
import io.gapless.recovery.ledger.DoubtfulSpan.Doubt;
import io.gapless.recovery.ledger.Gap;
import io.gapless.recovery.ledger.Gap.Verdict;
import io.gapless.recovery.ledger.LostSpan;
import org.junit.jupiter.api.Test;

class GapJsonTest {
    private static final Gap CLOSED = Gaps.closed(7, Gaps.NOON);

    @Test
    void whatIsWrittenIsReadBackWhole() {
        Gap open = Gaps.open(8, Gaps.NOON);
        assertThat(GapJson.read(GapJson.write(CLOSED))).isEqualTo(CLOSED);
        assertThat(GapJson.read(GapJson.write(open))).isEqualTo(open);
    }

    @Test
    void theFieldsAreThoseThatProgramsRelyOn() {
        assertThat(GapJson.write(CLOSED))
                .isEqualTo(
                        "{\"id\":7,\"from\":\"2026-03-01T12:00:00.123456Z\",\"until\":\"2026-03-01T12:03:00.123456Z\","
                                + "\"cause\":\"stalled for \\\"25 s\\\"\",\"lastSignalAt\":\"2026-03-01T12:00:00.123456Z\","
                                + "\"detectedAt\":\"2026-03-01T12:00:25.123456Z\",\"reconnectedAt\":\"2026-03-01T12:03:00.123456Z\","
                                + "\"slowReader\":false,\"steps\":[{\"method\":\"SEARCH\",\"from\":\"2026-03-01T12:00:00.123456Z\","
                                + "\"until\":\"2026-03-01T12:03:00.123456Z\",\"notBefore\":\"2026-03-01T12:00:10.123456Z\","
                                + "\"state\":\"FAILED\",\"passes\":2,\"fresh\":121,\"duplicates\":123,\"note\":\"X: “no”\"},"
                                + "{\"method\":\"RECOVERY_JOB\",\"from\":\"2026-03-01T12:00:00.123456Z\","
                                + "\"until\":\"2026-03-01T12:03:00.123456Z\",\"notBefore\":\"1970-01-01T00:00:00Z\","
                                + "\"state\":\"WAITING\",\"passes\":0,\"fresh\":0,\"duplicates\":0,\"note\":\"\"}],"
                                + "\"lost\":[{\"from\":\"2026-03-01T12:00:00.123456Z\",\"until\":\"2026-03-01T12:03:00.123456Z\","
                                + "\"reason\":\"window passed\"}],\"doubtful\":[{\"from\":\"2026-03-01T12:00:00.123456Z\","
                                + "\"until\":\"2026-03-01T12:03:00.123456Z\",\"doubt\":\"SEARCH_LIMITS\","
                                + "\"reason\":\"search returns no retweets (cats)\"}],\"verdict\":\"PARTIAL\","
                                + "\"reason\":\"window passed; search returns no retweets (cats)\","
                                + "\"closedAt\":\"2026-03-01T12:03:01.123456Z\",\"recovered\":121,\"duplicates\":123}");
    }

    @Test
    void aFieldOfALaterVersionIsPassedOver() {
        String later = GapJson.write(CLOSED).replaceFirst("\\{", "{\"mood\":{\"deep\":[1]},");
        assertThat(GapJson.read(later)).isEqualTo(CLOSED);
    }

    @Test
    void whatMayBeMissingMayBeMissing() {
        String bare = "{\"id\":9,\"from\":\"2026-03-01T12:00:00Z\",\"until\":\"2026-03-01T12:01:00Z\","
                + "\"lastSignalAt\":\"2026-03-01T12:00:00Z\",\"detectedAt\":\"2026-03-01T12:00:25Z\",\"verdict\":\"OPEN\"}";
        Gap gap = GapJson.read(bare);
        assertThat(gap.reconnectedAt()).isEmpty();
        assertThat(gap.steps()).isEmpty();
        assertThat(gap.reason()).isEmpty();
    }

    @Test
    void whatAnEarlierVersionCalledLostIsReadAsLostOrDoubtful() {
        String earlier = "{\"id\":9,\"from\":\"2026-03-01T12:00:00Z\",\"until\":\"2026-03-01T12:30:00Z\","
                + "\"lastSignalAt\":\"2026-03-01T12:01:00Z\",\"detectedAt\":\"2026-03-01T12:01:25Z\",\"steps\":["
                + "{\"road\":\"SEARCH\",\"from\":\"2026-03-01T12:00:00Z\",\"until\":\"2026-03-01T12:30:00Z\","
                + "\"notBefore\":\"2026-03-01T12:30:10Z\",\"state\":\"DONE\",\"fresh\":7}],\"lost\":["
                + "{\"from\":\"2026-03-01T12:00:00Z\",\"until\":\"2026-03-01T12:15:00Z\",\"reason\":\"%s\"},"
                + "{\"from\":\"2026-03-01T12:15:00Z\",\"until\":\"2026-03-01T12:30:00Z\",\"reason\":\"%s\"}],"
                + "\"verdict\":\"PARTIAL\",\"reason\":\"whatever\",\"regained\":7}";
        String limit = "search returns no retweets for words (cats)";
        Gap doubtful = GapJson.read(earlier.formatted(limit, limit));
        assertThat(doubtful.verdict()).isEqualTo(Verdict.DOUBTFUL);
        assertThat(doubtful.recovered()).isEqualTo(7);
        assertThat(doubtful.lost()).isEmpty();
        assertThat(doubtful.doubtful()).containsExactly(new DoubtfulSpan(doubtful.span(), Doubt.SEARCH_LIMITS, limit));
        Gap partial = GapJson.read(earlier.formatted("window passed", limit));
        assertThat(partial.verdict()).isEqualTo(Verdict.PARTIAL);
        assertThat(partial.lost()).extracting(LostSpan::reason).containsExactly("window passed");
        assertThat(partial.doubtful()).hasSize(1);
        assertThat(GapJson.read(GapJson.write(partial))).isEqualTo(partial);
    }

    @Test
    void rulesThatChangedAreADoubtAlsoInWhatAnEarlierVersionWrote() {
        String earlier = "{\"id\":9,\"from\":\"2026-03-01T12:00:00Z\",\"until\":\"2026-03-01T12:30:00Z\","
                + "\"lastSignalAt\":\"2026-03-01T12:01:00Z\",\"detectedAt\":\"2026-03-01T12:01:25Z\",\"lost\":[],"
                + "\"verdict\":\"PARTIAL\",\"reason\":\"rules changed between noon and one\"}";
        Gap gap = GapJson.read(earlier);
        assertThat(gap.verdict()).isEqualTo(Verdict.DOUBTFUL);
        assertThat(gap.doubtful())
                .containsExactly(
                        new DoubtfulSpan(gap.span(), Doubt.RULES_CHANGED, "rules changed between noon and one"));
    }

    @Test
    void whatIsNoGapIsRefusedAndSaysWhatIsMissing() {
        assertThatThrownBy(() -> GapJson.read("{\"id\":1}"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("from");
        for (String text : new String[] {
            "",
            "null",
            "[]",
            "7",
            "<html>",
            "{\"id\":",
            GapJson.write(CLOSED).replace("PARTIAL", "SPLENDID"),
            GapJson.write(CLOSED).replaceFirst("2026-03-01T12:00:00", "yesterday"),
            GapJson.write(CLOSED).replaceFirst("2026", "2027")
        }) assertThatThrownBy(() -> GapJson.read(text)).as(text).isInstanceOf(IllegalArgumentException.class);
    }
}
