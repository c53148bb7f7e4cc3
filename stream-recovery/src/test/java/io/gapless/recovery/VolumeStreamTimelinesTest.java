package io.gapless.recovery;

import static io.gapless.recovery.World.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gapless.recovery.SimulatedX.Right;
import io.gapless.recovery.ledger.Gap.Verdict;
import io.gapless.recovery.ledger.LostSpan;
import io.gapless.recovery.ledger.StateException;
import io.gapless.recovery.plan.RecoveryPlanner;
import io.gapless.stream.post.Endpoint;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Outages of streams without rules: nothing is searched for, and what X has for them is used. */
class VolumeStreamTimelinesTest {
    private static World reading(Endpoint endpoint) {
        World world = new World(builder -> builder.endpoint(endpoint));
        world.x.posts.steady(START, START.plus(Duration.ofHours(3)), 1);
        return world;
    }

    @Test
    void anOutageOf40MinutesOfAPartitionIsRecoveredByJobsOfThatPartition() {
        World world = reading(Endpoint.SAMPLE10_STREAM.partition(2));
        world.downFor(Duration.ofMinutes(40)).passMinutes(10);

        assertThat(world.x.jobsAsked()).isNotEmpty().allSatisfy(job -> {
            assertThat(job.path()).isEqualTo("/2/tweets/sample10/stream");
            assertThat(job.query()).containsEntry("partition", "2");
        });
        assertThat(world.x.searchesAsked()).isEmpty();
        world.assertGapRecovered();
    }

    @Test
    void jobsThatAreRefusedForAnHourAreAskedForAgainAndNothingIsSearched() {
        World world = reading(Endpoint.FIREHOSE_STREAM.partition(1));
        world.x.jobRight = Right.REFUSED_403;
        world.downFor(Duration.ofMinutes(20)).passMinutes(60);
        int askedWhileRefused = world.x.jobsAsked().size();
        world.x.jobRight = Right.GRANTED;
        world.passMinutes(30);

        assertThat(askedWhileRefused).isBetween(2, 10);
        assertThat(world.x.searchesAsked()).isEmpty();
        world.assertGapsRecovered();
    }

    @Test
    void whatTheSampleStreamCannotBackfillIsLostAndSaysWhy() {
        World world = reading(Endpoint.SAMPLE_STREAM);
        world.downFor(Duration.ofMinutes(20)).passMinutes(10);

        assertThat(world.x.jobsAsked()).isEmpty();
        assertThat(world.x.searchesAsked()).isEmpty();
        assertThat(world.gap().verdict()).isEqualTo(Verdict.PARTIAL);
        assertThat(world.gap().lost()).extracting(LostSpan::reason).containsOnly(RecoveryPlanner.NOT_SEARCHABLE);
    }

    @Test
    void theStateOfOneStreamIsNotThatOfAnother() {
        World world = reading(Endpoint.SAMPLE_STREAM);
        world.start().passMinutes(1);
        world.kill();

        assertThatThrownBy(() -> GaplessStream.builder()
                        .bearerToken("token")
                        .store(world.store)
                        .seams(s -> s.transport(world.x))
                        .handler(post -> {})
                        .build())
                .isInstanceOf(StateException.class)
                .hasMessageContaining("/2/tweets/sample/stream")
                .hasMessageContaining("/2/tweets/search/stream");
    }
}
