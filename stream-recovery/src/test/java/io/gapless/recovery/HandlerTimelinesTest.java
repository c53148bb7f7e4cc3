package io.gapless.recovery;

import static io.gapless.recovery.World.START;
import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.recovery.ledger.Gap;
import io.gapless.stream.event.Disconnection;
import io.gapless.stream.event.StreamEvent;
import io.gapless.stream.seam.Ending;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** A handler, a disk or a post that fails while X does not. */
class HandlerTimelinesTest {
    private final World world = World.enterprise();

    /** Without a stack, which would fill the log. */
    private static final class Broken extends RuntimeException {
        private static final long serialVersionUID = 1;

        Broken(String why) {
            super(why, null, false, false);
        }
    }

    @Test
    void aDiskFullFor10MinutesAndAKillBringBackAtMostThePostsSinceTheLastCommit() {
        world.x.posts.steady(START, START.plus(Duration.ofMinutes(40)), 1);
        world.start().passMinutes(5);
        Instant full = world.now();
        world.store.full(true);
        world.passMinutes(10);
        assertThat(world.events(RecoveryEvent.StateUnwritable.class)).hasSize(1);
        world.kill().passSeconds(5);
        world.store.full(false);
        world.start().passMinutes(12);
        assertThat(world.missing(START.plusSeconds(1), world.now().minusSeconds(30)))
                .isEmpty();
        assertThat(world.twice()).hasSizeLessThanOrEqualTo(2);
        assertThat(world.twice()).isSubsetOf(world.x.shouldHave(full.minusSeconds(3), full.plusSeconds(10)));
    }

    /** An inbox that a full disk fills within two minutes, and an X that drops what is not read for 5 s. */
    private static World fullInboxOnAFullDisk() {
        World full = new World(builder -> builder.access(Access.ENTERPRISE).inboxMaxBytes(64 * 1024));
        full.x.patience = Duration.ofSeconds(5);
        full.x.posts.steady(START, START.plus(Duration.ofMinutes(60)), 5);
        full.start().passMinutes(2);
        full.disk.full(true);
        return full.passMinutes(2);
    }

    @Test
    void aPauseThatCannotBeNotedEndsTheConnectionBeforeXDropsPosts() {
        World full = fullInboxOnAFullDisk();
        assertThat(full.events(StreamEvent.Disconnected.class)).singleElement().satisfies(end -> assertThat(end.how())
                .isInstanceOf(Disconnection.NoRoom.class));
        assertThat(full.x.liveCount()).isZero();
        full.disk.full(false);
        full.passMinutes(10);
        assertThat(full.events(StreamEvent.Connecting.class))
                .as("no connect before there is room")
                .hasSize(2);
        assertThat(full.gap().slowReader()).isFalse();
        assertThat(full.x.jobsAsked()).isEmpty();
        full.assertAllOnce();
    }

    @Test
    void aProcessThatEndsWithAFullInboxAndAFullDiskLosesNothingInTheNextBackfill() {
        World full = fullInboxOnAFullDisk();
        full.kill().passSeconds(5);
        full.disk.full(false);
        full.start().passMinutes(10);
        assertThat(full.x.backfillsAsked()).as("minutes").containsExactly(0, 4);
        assertThat(full.x.jobsAsked()).isEmpty();
        assertThat(full.missing(START.plusSeconds(1), full.now().minusSeconds(30)))
                .isEmpty();
        assertThat(full.gaps()).allMatch(gap -> gap.verdict() == Gap.Verdict.COMPLETE);
    }

    @Test
    void whatXDropsInAPauseBeforeItsFirstLineIsReadIsNotLeftToABackfill() {
        World full = fullInboxOnAFullDisk();
        full.blockHandler(Duration.ofMinutes(3));
        full.disk.full(false);
        full.passMinutes(10);
        assertThat(full.events(StreamEvent.ConnectFailed.class)).hasSize(1);
        assertThat(full.gap().slowReader()).isTrue();
        full.assertAllOnce();
    }

    @Test
    void aDeadLetterThatCannotBeWrittenStopsDispatchUntilThereIsRoom() {
        world.x.posts.steady(START, START.plus(Duration.ofMinutes(15)), 1);
        long poison = world.x.posts.at(START.plusSeconds(60));
        world.handler = post -> {
            if (post.id() == poison) throw new Broken("poison");
        };
        world.start().passSeconds(59);
        world.store.full(true);
        world.passMinutes(3);
        assertThat(world.events(RecoveryEvent.StateUnwritable.class)).hasSize(1);
        int before = world.handled.size();
        world.passMinutes(2);
        assertThat(world.handled).hasSize(before);
        world.store.full(false);
        world.passMinutes(3);
        assertThat(world.events(RecoveryEvent.StateWritable.class)).hasSize(1);
        assertThat(world.store.deadLetters(10)).hasSize(1);
        assertThat(world.missing(START.plusSeconds(1), world.now().minusSeconds(30)))
                .containsExactly(poison);
    }

    @Test
    void aDatabaseThatIsDownForAnHourDeadLettersNothingAndAllIsDeliveredLater() {
        world.x.posts.steady(START, START.plus(Duration.ofMinutes(100)), 0.5);
        world.start().passMinutes(5);
        world.handler = post -> {
            throw new Broken("the database is down");
        };
        world.passMinutes(60);
        assertThat(world.events(StreamEvent.HandlerDown.class)).hasSize(1);
        world.handler = post -> {};
        world.passMinutes(20);
        assertThat(world.store.deadLetterCount()).isZero();
        world.assertAllOnce();
    }

    @Test
    void fiftyPostsWithTheSamePoisonAreDeadLetteredAndTheStreamGoesOn() {
        world.x.posts.author("poison").steady(START.plusSeconds(100), START.plusSeconds(150), 1);
        int poisoned = world.x.shouldHave(START, START.plusSeconds(200)).size();
        world.x.posts.author("cats").steady(START, START.plus(Duration.ofMinutes(40)), 1);
        world.x.rules.put("2", "from:poison");
        world.handler = post -> {
            if (post.matchingRules().get(0).id().equals("2")) throw new Broken("poison");
        };
        world.start().passMinutes(35);
        assertThat(world.store.deadLetterCount()).isEqualTo(poisoned);
        assertThat(world.missing(START.plusSeconds(1), world.now().minusSeconds(30)))
                .hasSize(poisoned);
        assertThat(world.twice()).isEmpty();
    }

    /** A small inbox, whose handler blocks at the next post for so long. */
    private static World blocked(Duration length) {
        World blocked = new World(builder -> builder.access(Access.ENTERPRISE).inboxMaxBytes(64 * 1024));
        blocked.x.posts.steady(START, START.plus(Duration.ofMinutes(60)), 10);
        blocked.start().passMinutes(2);
        blocked.blockHandler(length);
        return blocked;
    }

    @Test
    void whatXDropsInAPauseIsRecoveredAlthoughItsEndIsSeenWhenReadingGoesOn() {
        World blocked = blocked(Duration.ofMinutes(10));
        blocked.x.patience = Duration.ofMinutes(3);
        blocked.passMinutes(9);
        assertThat(blocked.x.liveCount()).as("X has cut").isZero();
        assertThat(blocked.events(StreamEvent.Disconnected.class))
                .as("and nobody has noticed")
                .isEmpty();
        blocked.passMinutes(15);
        assertThat(blocked.gap().span().from()).isBefore(START.plusSeconds(150));
        assertThat(blocked.gap().slowReader()).isTrue();
        blocked.assertGapsRecovered();
    }

    @Test
    void aPauseOf5HoursIsRecoveredAndNothingComesTwice() {
        World blocked = blocked(Duration.ofHours(5));
        blocked.x.patience = Duration.ofMinutes(3);
        blocked.passHours(5).passMinutes(40);
        assertThat(blocked.gap().span().from()).isBefore(START.plusSeconds(150));
        assertThat(blocked.gap().lost()).isEmpty();
        assertThat(blocked.gap().duplicates()).isPositive();
        blocked.assertAllOnce();
    }

    @Test
    void aConnectionThatWentSilentInAPauseIsMissedSinceThePause() {
        World blocked = blocked(Duration.ofMinutes(10));
        blocked.x.patience = Duration.ofHours(1);
        blocked.passMinutes(5);
        blocked.x.freezeAll();
        blocked.passMinutes(20);
        assertThat(blocked.events(StreamEvent.Disconnected.class))
                .singleElement()
                .satisfies(end -> assertThat(end.how()).isInstanceOf(Disconnection.Stalled.class));
        blocked.assertGapsRecovered();
    }

    @Test
    void anEndLongAfterAPauseIsMissedSinceTheLastSignalOnly() {
        World blocked = blocked(Duration.ofMinutes(10));
        blocked.x.patience = Duration.ofHours(1);
        blocked.passMinutes(20);
        Instant dropped = blocked.now();
        blocked.x.drop(Ending.Kind.RESET);
        blocked.passMinutes(5);
        assertThat(blocked.gap().span().from()).isAfter(dropped.minusSeconds(90));
        blocked.assertAllOnce();
    }
}
