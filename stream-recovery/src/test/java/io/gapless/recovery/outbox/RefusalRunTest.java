package io.gapless.recovery.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RefusalRunTest {
    @Test
    void tenOfTheSameKindAreARefusalOfAllWhateverTheRecordIsCalled() {
        RefusalRun run = RefusalRun.NONE;
        for (int i = 0; i < 9; i++) run = run.and("HTTP 400, institution of r" + i + " ('" + i + "x') is required.");
        assertThat(run.isOfAll()).isFalse();

        run = run.and("HTTP 400, institution of 7f3a ('zz') is required.");

        assertThat(run.isOfAll()).isTrue();
        assertThat(run.isOfAll("HTTP 400, institution of 11 ('1') is required."))
                .isTrue();
        assertThat(run.isOfAll("HTTP 400, the date is wrong")).isFalse();
    }

    @Test
    void otherWordsBeginAnotherRun() {
        assertThat(RefusalRun.NONE
                        .and("HTTP 400, a")
                        .and("HTTP 400, a")
                        .and("HTTP 400, b")
                        .count())
                .isEqualTo(1);
    }
}
