package io.gapless.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gapless.recovery.ledger.Gap;
import io.gapless.recovery.state.SimulatedDatabase;
import io.gapless.stream.Health;
import io.gapless.stream.event.StreamEvent;
import io.gapless.stream.seam.Ending;
import io.gapless.stream.seam.VirtualTime;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two hosts with one state, of which the one that stands by keeps a connection. */
class WarmStandbyTest {
    private static final Instant START = World.START;
    private static final Duration LEASE = Duration.ofSeconds(5);
    private static final int POSTS_PER_SECOND = 5;

    private final VirtualTime time = new VirtualTime(START);
    private final SimulatedX x = new SimulatedX(time, 1);
    private final SimulatedDatabase database = new SimulatedDatabase(time, LEASE);
    private final Map<Long, Integer> handled = new HashMap<>();

    WarmStandbyTest() {
        x.connectionsMax = 2;
        x.posts.steady(START, START.plus(Duration.ofHours(2)), POSTS_PER_SECOND);
    }

    private final class Host {
        final Machine machine;
        final HostWire wire;
        final SimulatedDatabase.Link link;
        final GaplessStream stream;
        Runnable onTakeover = () -> {};

        Host() {
            this(Duration.ZERO);
        }

        Host(Duration clockAhead) {
            machine = new Machine(time, clockAhead);
            wire = new HostWire(x, machine, new HostWire.Network(time));
            link = database.new Link(machine);
            stream = GaplessStream.builder()
                    .bearerToken("token")
                    .access(Access.ENTERPRISE)
                    .leased(link)
                    .warmStandby()
                    .seams(s -> s.transport(wire).chance(new Random(1)).time(machine))
                    .handler(post -> handled.merge(post.id(), 1, Integer::sum))
                    .onEvent(this::onEvent)
                    .build();
            stream.start();
        }

        private void onEvent(StreamEvent event) {
            if (event instanceof RecoveryEvent.TookOver) onTakeover.run();
        }

        void kill() {
            machine.die();
            wire.gone();
        }
    }

    private final Host holder = new Host();

    /** Has stood by for three minutes. */
    private Host standby() {
        time.advance(Duration.ofSeconds(10));
        Host standby = new Host();
        time.advance(Duration.ofMinutes(3));
        assertThat(standby.stream.health().state()).isEqualTo(Health.State.STANDING_BY);
        return standby;
    }

    private void assertNothingIsLost() {
        Instant until = time.instant().minusSeconds(10);
        assertThat(handled.keySet()).containsAll(x.shouldHave(START.plusSeconds(10), until));
    }

    @Test
    void theStandbyTakesOverWithoutAConnectAndWithoutAJob() {
        Host standby = standby();
        assertThat(standby.stream.health().connectionsLive()).isOne();
        holder.kill();
        int connects = x.liveAsked().size();

        time.advance(Duration.ofSeconds(6));
        assertThat(standby.stream.health().state()).isEqualTo(Health.State.LIVE);
        assertNothingIsLost();
        time.advance(Duration.ofMinutes(5));

        assertThat(x.liveAsked()).hasSize(connects);
        assertThat(x.jobsAsked()).isEmpty();
        assertNothingIsLost();
        assertThat(standby.stream.ledger(Instant.MIN)).extracting(Gap::verdict).containsExactly(Gap.Verdict.COVERED);
    }

    @Test
    void aHolderThatIsClosedIsFollowedWithoutAConnectAndNothingComesTwice() {
        Host standby = standby();
        int connects = x.liveAsked().size();
        holder.stream.close(Duration.ofSeconds(2));
        time.advance(Duration.ofSeconds(2));
        assertThat(standby.stream.health().state()).isEqualTo(Health.State.LIVE);
        time.advance(Duration.ofMinutes(5));
        assertThat(x.liveAsked()).hasSize(connects);
        assertThat(handled.values()).containsOnly(1);
        assertNothingIsLost();
    }

    @Test
    void aTakeoverReadsOnlyTheIdsThatWereCommittedLast() {
        Host standby = standby();
        time.advance(Duration.ofMinutes(20).plusSeconds(3));
        int before = standby.link.idsFollowed;
        holder.stream.close(Duration.ofSeconds(2));
        time.advance(Duration.ofSeconds(2));
        assertThat(standby.stream.health().state()).isEqualTo(Health.State.LIVE);
        // The parts of the last seconds, of 16 s each.
        assertThat(standby.link.idsFollowed - before).isBetween(1, 60 * POSTS_PER_SECOND);
        time.advance(Duration.ofMinutes(5));
        assertThat(handled.values()).containsOnly(1);
    }

    @Test
    void onlyWhatTheHolderHandedOverAfterItsLastCommitComesTwice() {
        Host standby = standby();
        holder.kill();
        time.advance(Duration.ofMinutes(2));
        assertThat(standby.stream.health().state()).isEqualTo(Health.State.LIVE);
        handled.forEach((id, times) -> {
            if (times > 1) assertThat(times).isEqualTo(2);
        });
        assertThat(handled.values().stream().filter(times -> times > 1).count()).isLessThanOrEqualTo(POSTS_PER_SECOND);
    }

    @Test
    void whatWaitsDoesNotGrowWhileTheHolderGoesOn() {
        Host standby = standby();
        time.advance(Duration.ofMinutes(30));
        // A minute of overlap, and up to ten seconds until the holder's frontier is stored and read.
        assertThat(standby.stream.health().inboxPosts()).isBetween(50 * POSTS_PER_SECOND, 90 * POSTS_PER_SECOND);
        assertThat(standby.stream.health().handled()).isZero();
    }

    /** The gap that the holder leaves open is older than the posts that a process drops while it stands by. */
    @Test
    void whatABackfillBringsIsHandedOverThoughTheNewHolderDoesNotReachTheDatabaseYet() {
        x.backfill = SimulatedX.Right.REFUSED_400;
        x.meddler = request -> request.isSearch() ? Optional.of(SimulatedX.Refusal.of(503, "")) : Optional.empty();
        time.advance(Duration.ofMinutes(3));
        x.unreachable(Duration.ofSeconds(50));
        time.advance(Duration.ofSeconds(60));
        Host standby = new Host();
        time.advance(Duration.ofSeconds(15));
        assertThat(holder.stream.health().openGaps()).isOne();
        holder.kill();
        x.backfill = SimulatedX.Right.GRANTED;
        standby.onTakeover = () -> database.away = true;
        time.advance(Duration.ofSeconds(15));
        assertThat(standby.stream.health().state()).isEqualTo(Health.State.LIVE);
        assertThat(x.backfillsAsked()).last().isEqualTo(3);

        database.away = false;
        time.advance(Duration.ofMinutes(10));
        assertNothingIsLost();
    }

    @Test
    void aStandbyThatHasJustReconnectedRecoversWhatItsConnectionHasNotBrought() {
        Host standby = standby();
        x.drop(1, Ending.Kind.RESET);
        time.advance(Duration.ofSeconds(1));
        holder.kill();
        time.advance(Duration.ofMinutes(10));
        assertThat(standby.stream.health().openGaps()).isZero();
        assertThat(standby.stream.ledger(Instant.MIN)).isNotEmpty();
        assertNothingIsLost();
    }

    @Test
    void anOutageOfTheHolderThatItsSuccessorDidNotHaveEndsWithTheTakeover() {
        Host standby = standby();
        x.drop(0, Ending.Kind.RESET);
        holder.kill();
        time.advance(Duration.ofMinutes(10));
        assertThat(standby.stream.health().openGaps()).isZero();
        assertNothingIsLost();
    }

    @Test
    void whileXRefusesASecondConnectionTheStandbyWaitsForItAndConnectsWhenItTakesOver() {
        x.connectionsMax = 1;
        Host standby = standby();
        assertThat(standby.stream.health().connectionsLive()).isZero();
        holder.kill();
        time.advance(Duration.ofSeconds(7));
        assertThat(standby.stream.health().state()).isEqualTo(Health.State.LIVE);
        time.advance(Duration.ofMinutes(10));
        assertNothingIsLost();
    }

    @Test
    void aConnectionWithAnUnreadableLineDoesNotCoverTheTimeBefore() {
        Host standby = standby();
        x.tellAmongPosts("{\"data\":{\"id\":");
        time.advance(Duration.ofSeconds(2));
        holder.kill();
        time.advance(Duration.ofMinutes(10));
        assertThat(standby.stream.ledger(Instant.MIN))
                .extracting(Gap::verdict)
                .isNotEmpty()
                .doesNotContain(Gap.Verdict.COVERED, Gap.Verdict.OPEN);
        assertNothingIsLost();
    }

    @Test
    void aProcessThatHasNotStoodByForAMinuteMakesNoConnect() {
        time.advance(Duration.ofSeconds(10));
        int connects = x.liveAsked().size();
        new Host();
        time.advance(Duration.ofSeconds(55));
        assertThat(x.liveAsked()).hasSize(connects);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -300, 300})
    void theFirstStartIsRememberedThoughTheDatabaseFailsRightAfterItAndClocksDiffer(int clockAheadSeconds) {
        holder.onTakeover = () -> database.away = true;
        time.advance(Duration.ofSeconds(20));
        assertThat(database.disk().remembered().frontier()).isEmpty();
        holder.kill();
        database.away = false;
        new Host(Duration.ofSeconds(clockAheadSeconds));
        time.advance(Duration.ofMinutes(10));
        assertNothingIsLost();
    }

    @Test
    void aWarmStandbyNeedsASharedStateASecondConnectionAndNoOther(@TempDir Path directory) {
        assertThatThrownBy(() -> builder().stateDirectory(directory).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nobody stands by");
        assertThatThrownBy(() ->
                        builder().leased(holder.link).access(Access.PAY_PER_USE).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Enterprise");
        assertThatThrownBy(() -> builder().leased(holder.link).connections(2).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("connections(2)");
    }

    private static GaplessStream.Builder builder() {
        return GaplessStream.builder()
                .bearerToken("token")
                .access(Access.ENTERPRISE)
                .warmStandby()
                .handler(post -> {});
    }
}
