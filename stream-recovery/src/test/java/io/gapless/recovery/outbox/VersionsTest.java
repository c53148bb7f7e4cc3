package io.gapless.recovery.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.recovery.outbox.Versions.Found;
import io.gapless.recovery.outbox.Versions.Version;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is done with a row that a poll finds, by what was collected of it. */
class VersionsTest {
    private static final long LAST_POLL = 100;

    private static Content.Digest content(int of) {
        return new Content.Digest(new byte[] {(byte) of}, new byte[] {(byte) of, 0});
    }

    private static Version version(long stamp, int content, long firstSeq, long seq) {
        return new Version(stamp, content(content), firstSeq, seq);
    }

    private static Found judge(long stamp, int content, Version... known) {
        return new Versions(List.of(known)).judge(stamp, content(content), LAST_POLL);
    }

    @Test
    void whatWasNeverCollectedIsNewWhateverItsStamp() {
        assertThat(judge(5, 1)).isEqualTo(Found.NEW);
        assertThat(judge(5, 2, version(4, 1, 1, 1))).isEqualTo(Found.NEW);
        assertThat(judge(3, 2, version(4, 1, 1, 1))).isEqualTo(Found.NEW);
        assertThat(judge(5, 1, version(4, 1, 1, 1))).isEqualTo(Found.NEW);
    }

    @Test
    void theVersionCollectedLastIsUnchanged() {
        assertThat(judge(4, 1, version(4, 1, 1, 1))).isEqualTo(Found.UNCHANGED);
        assertThat(judge(3, 2, version(4, 1, 1, 1), version(3, 2, 2, 2))).isEqualTo(Found.UNCHANGED);
    }

    @Test
    void otherContentUnderTheSameStampHasChangedAlsoBackAgain() {
        assertThat(judge(4, 2, version(4, 1, 1, 1))).isEqualTo(Found.CHANGED_UNDER_ITS_STAMP);
        assertThat(judge(4, 1, version(4, 1, 1, 1), version(4, 2, 2, 2))).isEqualTo(Found.CHANGED_UNDER_ITS_STAMP);
    }

    @Test
    void anOlderVersionThatWasCollectedBeforeTheLastIsAReplicas() {
        assertThat(judge(3, 1, version(3, 1, 1, 1), version(4, 2, 2, 2))).isEqualTo(Found.OLDER);
        assertThat(judge(2, 1, version(2, 1, 1, 1), version(3, 2, 2, 2), version(4, 3, 3, 3)))
                .isEqualTo(Found.OLDER);
    }

    @Test
    void anOlderStampThatOnceCameAfterTheLastSaysNothingAboutTheirOrder() {
        Version later = version(3, 2, 2, 2);
        assertThat(judge(3, 2, version(4, 1, 1, 3), later)).isEqualTo(Found.NEW);
        assertThat(judge(4, 1, version(4, 1, 1, 1), later)).isEqualTo(Found.NEW);
    }

    @Test
    void rowsOfOnePollWithOneKeyAreInNoOrderOfTime() {
        Version ofThisPoll = version(4, 1, 101, 101);
        assertThat(judge(5, 2, ofThisPoll)).isEqualTo(Found.NEWER_OF_ONE_POLL);
        assertThat(judge(3, 2, ofThisPoll)).isEqualTo(Found.OLDER_OF_ONE_POLL);
        assertThat(judge(4, 2, ofThisPoll)).isEqualTo(Found.TWIN_OF_ONE_POLL);
        assertThat(judge(4, 1, ofThisPoll)).isEqualTo(Found.UNCHANGED);
    }

    @Test
    void atTheNextPollTheyAreKnown() {
        assertThat(judge(3, 2, version(4, 1, 50, 50), version(3, 2, 50, 50))).isEqualTo(Found.OLDER);
        assertThat(judge(4, 1, version(4, 1, 50, 50), version(4, 2, 50, 51))).isEqualTo(Found.UNCHANGED);
        assertThat(judge(4, 2, version(4, 1, 50, 50), version(4, 2, 50, 51))).isEqualTo(Found.UNCHANGED);
    }
}
