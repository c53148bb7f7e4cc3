package io.gapless.stream.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.stream.seam.VirtualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AcceptedTest {
    private final VirtualTime time = new VirtualTime(Instant.parse("2026-11-22T12:00:00Z"));
    private final List<String> notes = new ArrayList<>();
    private final Accepted accepted = new Accepted(time);

    private Accepted afterARestart() {
        Accepted later = new Accepted(time);
        later.recall(notes.get(notes.size() - 1), notes::add);
        return later;
    }

    @Test
    void whatWasAcceptedOutlivesTheProcess() {
        accepted.recall("", notes::add);
        accepted.accepted("token SECRET");

        assertThat(afterARestart().has("token SECRET")).isTrue();
        assertThat(afterARestart().has("token OTHER")).isFalse();
    }

    @Test
    void ofASecretOnlyAKeyedHashIsKept() {
        accepted.recall("", notes::add);
        accepted.accepted("token SECRET");
        Accepted other = new Accepted(time);

        assertThat(notes).singleElement().asString().doesNotContain("SECRET");
        assertThat(accepted.mark("token SECRET")).isNotEqualTo(other.mark("token SECRET"));
        assertThat(accepted).asString().doesNotContain("SECRET");
    }

    @Test
    void aRefusalIsCountedFromItsFirstMomentOverARestart() {
        accepted.recall("", notes::add);
        assertThat(accepted.refused("token")).isZero();
        time.advance(Duration.ofHours(3));

        assertThat(afterARestart().refused("token")).isEqualTo(Duration.ofHours(3));
    }

    @Test
    void anAcceptanceEndsARefusal() {
        accepted.refused("token");
        time.advance(Duration.ofHours(3));
        accepted.accepted("token");

        assertThat(accepted.refused("token")).isZero();
    }

    @Test
    void itsMemoryIsBounded() {
        accepted.recall("", notes::add);
        for (int i = 0; i < 1_000; i++) {
            time.advance(Duration.ofSeconds(1));
            accepted.accepted("request " + i);
        }

        assertThat(notes.get(notes.size() - 1).length()).isLessThan(4_000);
        assertThat(accepted.has("request 999")).isTrue();
        assertThat(accepted.has("request 900")).isFalse();
    }

    @Test
    void theSameAcceptanceIsNotWrittenAgainAndAgain() {
        accepted.recall("", notes::add);
        for (int i = 0; i < 100; i++) {
            time.advance(Duration.ofMinutes(1));
            accepted.accepted("request");
        }

        assertThat(notes).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "2 00 x=1", "1 zz", "1 00 x", "1 00 x=y", "nonsense"})
    void aNoteThatIsNotUnderstoodIsIgnored(String note) {
        accepted.recall(note, notes::add);
        accepted.accepted("request");

        assertThat(afterARestart().has("request")).isTrue();
    }
}
