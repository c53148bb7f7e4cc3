package io.gapless.recovery;

import static io.gapless.recovery.World.START;
import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.stream.StreamEvent;
import io.gapless.stream.rules.RuleSet;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Rules that vanish while the connection stays healthy. */
class RulesTimelinesTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private final World world = new World(builder -> builder.access(Access.ENTERPRISE)
            .rules(RuleSet.of("cats", "from:cats"))
            .maxRecoveredPosts(100_000));
    private final SimulatedX x = world.x;

    /** The posts whose rule is missing are not sent; X plays them as lost on the live connection. */
    private void anotherProgramDeletesOurRule() {
        x.rules.clear();
    }

    @Test
    void whatOnlyAMissingRuleMatchesIsFoundBySearchAndNotByAJob() {
        x.posts.steady(START, START.plus(HOUR), 0.5);
        world.start().passMinutes(12);
        Instant deletedAt = world.time.instant();
        anotherProgramDeletesOurRule();
        world.passMinutes(6);

        StreamEvent.RulesRestored restored =
                world.events(StreamEvent.RulesRestored.class).get(0);
        assertThat(restored.rules()).containsExactly("gapless:cats");
        assertThat(restored.lastSeenAt()).isBetween(deletedAt.minus(Duration.ofMinutes(5)), deletedAt);
        assertThat(x.rules).containsValue("from:cats");

        world.passMinutes(3);
        Gap gap = world.gap();
        assertThat(gap.cause()).isEqualTo("rules of this stream were missing on X");
        assertThat(gap.span().from()).isBeforeOrEqualTo(restored.lastSeenAt());
        assertThat(gap.span().until()).isAfter(restored.at());
        assertThat(gap.steps()).extracting(run -> run.step().method()).containsOnly(RecoveryMethod.SEARCH);
        assertThat(x.jobsAsked()).isEmpty();
    }

    @Test
    void afterThreeTimesInAnHourTheWatchReportsAFightAndStops() {
        world.start();
        for (int times = 0; times < 5; times++) {
            world.passMinutes(6);
            anotherProgramDeletesOurRule();
        }
        world.passMinutes(6);
        assertThat(world.events(StreamEvent.RulesRestored.class)).hasSize(3);
        assertThat(world.events(StreamEvent.RulesContested.class)).hasSize(1);
        assertThat(x.rules).isEmpty();
    }

    @Test
    void aRestartDoesNotTakeTheOwnRulesForMissing() {
        world.start().passMinutes(12);
        world.kill().passSeconds(30);
        world.start().passMinutes(12);
        assertThat(world.events(StreamEvent.RulesRestored.class)).isEmpty();
    }

    @Test
    void withoutDeclaredRulesAListThatBecameEmptyIsReportedOnceAndNothingIsAdded() {
        World undeclared = World.payPerUse();
        undeclared.start().passMinutes(6);
        undeclared.x.rules.clear();
        undeclared.passMinutes(20);
        assertThat(undeclared.events(StreamEvent.RulesGone.class)).hasSize(1);
        assertThat(undeclared.x.rules).isEmpty();
    }
}
