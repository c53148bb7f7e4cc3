package io.gapless.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.recovery.state.Change;
import io.gapless.recovery.state.MemoryStateStore;
import io.gapless.recovery.state.SimulatedDatabase;
import io.gapless.recovery.state.StateReader;
import io.gapless.recovery.state.StateStore;
import io.gapless.stream.event.StreamException;
import io.gapless.stream.post.Origin;
import io.gapless.stream.seam.VirtualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is committed and read, and in which order, when the disk fails in part. */
class StateWriterTest {
    private static final Instant START = Instant.parse("2026-11-22T12:00:00Z");

    private final VirtualTime time = new VirtualTime(START);
    private final FragileStore store = new FragileStore(new MemoryStateStore(time), time);
    private final StateWriter writer = new StateWriter(time, store);

    private void note(String value) {
        writer.remember(new Change.Noted("note", value));
    }

    private String noted() {
        return store.disk().remembered().notes().getOrDefault("note", "nothing");
    }

    /** Else a crash would lose what the handler has acknowledged for as long as one read fails. */
    @Test
    void aReadThatFailsAgainAndAgainHoldsUpNoCommit() {
        List<StateReader.Remembered> answers = new ArrayList<>();
        writer.mailTo(Runnable::run);
        writer.begin();
        store.unreadable(true);
        writer.ask(StateReader::remembered, answers::add);
        for (int second = 1; second <= 60; second++) {
            // At the very moment at which the read is retried.
            String value = "after " + second + " s";
            time.after(Duration.ofSeconds(second), () -> note(value));
        }
        time.advance(Duration.ofSeconds(61));

        assertThat(noted()).isEqualTo("after 60 s");
        assertThat(answers).isEmpty();

        store.unreadable(false);
        time.advance(Duration.ofSeconds(2));
        assertThat(answers).singleElement().satisfies(one -> assertThat(one.notes())
                .containsEntry("note", "after 60 s"));
    }

    @Test
    void aHolderThatDoesNotReachTheDatabaseTriesAgainWithPauses() {
        SimulatedDatabase database = new SimulatedDatabase(time, Duration.ofSeconds(2));
        SimulatedDatabase.Link link = database.new Link(new Machine(time, Duration.ZERO));
        StateWriter shared = new StateWriter(time, link.take().orElseThrow());
        shared.begin();
        time.advance(Duration.ofSeconds(5));
        int before = link.asked;
        link.cut = true;
        time.advance(Duration.ofSeconds(10));
        assertThat(link.asked - before).isBetween(20, 60);
        assertThat(shared.isReady(Origin.LIVE)).isFalse();
        link.cut = false;
        time.advance(Duration.ofSeconds(1));
        assertThat(shared.isReady(Origin.LIVE)).isTrue();
    }

    @Test
    void theRightToHandOverCountsFromBeforeTheCommitWasSent() {
        SimulatedDatabase database = new SimulatedDatabase(time, Duration.ofSeconds(5));
        SimulatedDatabase.Link link = database.new Link(new Machine(time, Duration.ZERO));
        StateStore shared = link.take().orElseThrow();
        link.takes = Duration.ofSeconds(3);
        shared.commit(List.of());
        time.advance(Duration.ofMillis(1_400));
        assertThat(shared.mayDispatch()).isTrue();
        time.advance(Duration.ofMillis(200));
        assertThat(shared.mayDispatch()).isFalse();
    }

    @Test
    void aStateThatTurnsOutToBeDamagedEndsTheStream() {
        List<StreamException> ends = new ArrayList<>();
        writer.lostTo(ends::add);
        writer.begin();
        store.damage();
        note("a value");
        time.advance(Duration.ofSeconds(3));
        assertThat(ends).isNotEmpty().allSatisfy(end -> assertThat(end.reason())
                .isEqualTo(StreamException.Reason.STATE_REFUSED));
        assertThat(writer.isReady(Origin.LIVE)).isFalse();
    }
}
