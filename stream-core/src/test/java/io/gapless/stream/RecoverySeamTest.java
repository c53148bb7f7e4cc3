package io.gapless.stream;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.gapless.stream.event.Disconnection;
import io.gapless.stream.post.Origin;
import io.gapless.stream.seam.Ending;
import io.gapless.stream.spi.Checkpoint;
import io.gapless.stream.spi.Recovery;
import io.gapless.stream.spi.Source;
import io.gapless.stream.spi.UnreadLine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a stream does for its recovery. */
class RecoverySeamTest {
    private static final Duration HEADER_TIMEOUT = Duration.ofSeconds(20);

    /** Steps every ten seconds, asks for what the test says, and writes down how its job ends. */
    private static final class Scripted implements Recovery, Recovery.JobListener {
        final List<Long> steps = new ArrayList<>();
        final List<Disconnection> jobEndings = new ArrayList<>();
        Optional<Backfill> backfill = Optional.empty();
        boolean jobWanted;
        boolean jobAnswered;
        private Host host;

        @Override
        public void begin(Host stream) {
            host = stream;
        }

        @Override
        public Optional<Backfill> backfill(int connection) {
            return backfill;
        }

        @Override
        public long step(long nowNanos) {
            steps.add(nowNanos);
            if (jobWanted) openJob();
            jobWanted = false;
            return Duration.ofSeconds(10).toNanos();
        }

        void openJob() {
            host.openJob(Rig.START.minusSeconds(600), Rig.START, new Source(Origin.RECOVERY_JOB), this);
        }

        @Override
        public void opening(Job job) {}

        @Override
        public void answered() {}

        @Override
        public void confirmed(Accepted answer) {
            jobAnswered = true;
        }

        @Override
        public void unreadable() {}

        @Override
        public void unreadable(UnreadLine line) {}

        @Override
        public void info(JsonNode info) {}

        @Override
        public void ended(Disconnection how) {
            jobEndings.add(how);
        }
    }

    private final Scripted recovery = new Scripted();
    private final Rig rig = new Rig(recovery, Checkpoint.NONE);

    @Test
    void aRecoveryIsSteppedWhenItWantsToBe() {
        rig.live();
        recovery.steps.clear();
        rig.passSeconds(11);

        assertThat(recovery.steps).isNotEmpty();
    }

    @Test
    void aConnectAsksForTheBackfillThatTheRecoveryWants() {
        recovery.backfill = Optional.of(new Recovery.Backfill(3, new Source(Origin.BACKFILL)));
        rig.start();

        assertThat(rig.open().request.uri().getQuery()).contains("backfill_minutes=3");
    }

    @Test
    void aJobAsksForItsSpanAndItsPostsReachTheHandler() {
        recovery.jobWanted = true;
        rig.start();
        ScriptedTransport.Scripted job = rig.x.last();
        assertThat(job.request.uri().getQuery())
                .contains("start_time=2026-11-22T11:50:00Z")
                .contains("end_time=2026-11-22T12:00:00Z");
        job.answer(200).post(1);
        rig.time.settle();
        rig.end(job, Ending.Kind.COMPLETE);

        assertThat(recovery.jobAnswered).isTrue();
        assertThat(rig.posts).containsExactly(1L);
        assertThat(recovery.jobEndings).containsExactly(new Disconnection.ClosedByServer(true));
    }

    @Test
    void whatAJobBringsSaysNothingOfTheLiveConnection() {
        rig.live();
        recovery.openJob();
        rig.time.settle();
        ScriptedTransport.Scripted job = rig.x.last();
        job.answer(200);
        rig.passSeconds(15);
        job.post(1);
        rig.time.settle();

        Health health = rig.stream.health();
        assertThat(health.received()).isEqualTo(1);
        assertThat(health.sinceLastSignal()).contains(Duration.ofSeconds(15));
        assertThat(health.sinceLastPost()).isEmpty();
    }

    @Test
    void aJobWithoutAnAnswerIsGivenUpAfterTheHeaderTimeout() {
        recovery.jobWanted = true;
        rig.start();
        ScriptedTransport.Scripted job = rig.x.last();
        rig.pass(HEADER_TIMEOUT);

        assertThat(job.cancelled).isTrue();
        assertThat(recovery.jobEndings).singleElement().isInstanceOf(Disconnection.Network.class);
    }

    @Test
    void onceTheStreamIsClosedNoJobIsOpened() {
        rig.live();
        // Comes after the word to end, and before the stream's thread has read either.
        rig.time.after(Duration.ZERO, () -> recovery.host.execute(recovery::openJob));
        rig.stream.close();
        rig.passSeconds(1);

        assertThat(rig.x.opened()).hasSize(1);
    }
}
