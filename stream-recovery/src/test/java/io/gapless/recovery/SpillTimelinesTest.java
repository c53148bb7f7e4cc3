package io.gapless.recovery;

import static io.gapless.recovery.World.START;
import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.stream.event.Disconnection;
import io.gapless.stream.event.StreamEvent;
import io.gapless.stream.seam.Ending;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A handler that is slower than X, with a disk to wait on. */
class SpillTimelinesTest {
    private static final Instant SLOW_SINCE = START.plus(Duration.ofMinutes(2));

    @TempDir
    Path directory;

    private World world(long spillMaxBytes) {
        return new World(builder -> builder.access(Access.ENTERPRISE)
                .stateDirectory(directory)
                .spillMaxBytes(spillMaxBytes)
                .inboxMaxBytes(64 * 1024));
    }

    private Path spill() {
        return directory.resolve("gapless.spill");
    }

    /** Its handler has not kept up for three minutes. */
    private World spilling() {
        World world = world(10 << 20);
        world.x.posts.steady(START, START.plus(Duration.ofMinutes(60)), 10);
        world.start().passMinutes(2);
        world.handler = post -> world.time.sleep(Duration.ofMillis(300));
        return world.passMinutes(3);
    }

    private void loseSpill(World world) throws IOException {
        try (FileChannel file = FileChannel.open(spill(), StandardOpenOption.WRITE)) {
            file.truncate(0);
        }
        world.handler = post -> {};
    }

    @Test
    void aHandlerThatIsBlockedForAnHourIsNoStallAndItsPostsWaitOnTheDisk() {
        World world = world(10 << 20);
        world.x.posts.steady(START, START.plus(Duration.ofMinutes(100)), 2);
        world.start().passMinutes(2);
        world.blockHandler(Duration.ofHours(1));
        world.passMinutes(61).passMinutes(10);
        assertThat(world.events(StreamEvent.Disconnected.class)).isEmpty();
        assertThat(world.events(StreamEvent.ReadingPaused.class)).isEmpty();
        assertThat(world.gaps()).isEmpty();
        world.assertAllOnce();
    }

    @Test
    void aHandlerThatIsBlockedUntilXCutsIsOneOutageOfASlowReader() {
        World world = world(256 * 1024);
        world.x.posts.steady(START, START.plus(Duration.ofMinutes(100)), 2);
        world.x.patience = Duration.ofMinutes(38);
        world.x.slowReaderEnding = Ending.Kind.RESET;
        world.start().passMinutes(2);
        world.blockHandler(Duration.ofHours(1));
        world.passMinutes(61).passMinutes(30);
        assertThat(world.events(RecoveryEvent.SpillFilled.class))
                .extracting(RecoveryEvent.SpillFilled::percent)
                .startsWith(50, 80, 100);
        assertThat(world.events(StreamEvent.ReadingPaused.class)).isNotEmpty();
        assertThat(world.events(StreamEvent.Disconnected.class))
                .hasSize(1)
                .noneMatch(end -> end.how() instanceof Disconnection.Stalled);
        assertThat(world.gap().slowReader()).isTrue();
        assertThat(world.x.backfillsAsked()).containsOnly(0);
        assertThat(world.x.jobsAsked()).isNotEmpty();
        world.assertGapsRecovered();
    }

    @Test
    void whatXDroppedForASlowReaderIsNotLeftToTheBackfillOfARestart() {
        World world = world(256 * 1024);
        world.x.posts.steady(START, START.plus(Duration.ofMinutes(10)), 30);
        world.x.posts.steady(START.plus(Duration.ofMinutes(10)), START.plus(Duration.ofMinutes(60)), 1);
        world.x.patience = Duration.ofMinutes(1);
        world.start().passMinutes(2);
        world.blockHandler(Duration.ofMinutes(3));
        world.passMinutes(3).passSeconds(5);
        assertThat(world.gap().slowReader()).isTrue();
        world.kill().passSeconds(5);
        world.start().passMinutes(30);
        world.assertGapsRecovered();
    }

    @Test
    void whatXDropsWhileReadingIsPausedIsNotLeftToTheBackfillOfAProcessThatComesAfter() {
        World world = world(256 * 1024);
        world.x.posts.steady(START, START.plus(Duration.ofMinutes(10)), 30);
        world.x.posts.steady(START.plus(Duration.ofMinutes(10)), START.plus(Duration.ofMinutes(60)), 1);
        world.x.patience = Duration.ofMinutes(1);
        world.start().passMinutes(2);
        failAll(world);
        world.passMinutes(3);
        assertThat(world.events(StreamEvent.ReadingPaused.class)).isNotEmpty();
        assertThat(world.gaps())
                .as("killed before it hears that X has ended the connection")
                .isEmpty();
        world.kill().passSeconds(5);
        world.handler = post -> {};
        world.start().passMinutes(30);
        world.assertGapsRecovered();
    }

    @Test
    void aPauseOfReadingThatIsLongOverCostsARestartNoBackfill() {
        World world = world(256 * 1024);
        world.x.posts.steady(START, START.plus(Duration.ofMinutes(30)), 30);
        world.start().passMinutes(2);
        failAll(world);
        world.passMinutes(2);
        world.handler = post -> {};
        world.passMinutes(6);
        assertThat(world.events(StreamEvent.ReadingPaused.class)).isNotEmpty();
        world.kill().passSeconds(5);
        world.handler = post -> {};
        world.start().passMinutes(10);
        assertThat(world.gap().slowReader()).isFalse();
        world.assertGapsRecovered();
    }

    @Test
    void postsInTheSpillAreAskedForAgainAfterACrash() throws IOException {
        World world = spilling();
        assertThat(Files.size(spill())).isPositive();
        world.kill().passSeconds(5);
        world.handler = post -> {};
        world.start().passMinutes(15);
        assertThat(world.gap().span().from()).isBefore(SLOW_SINCE.plusSeconds(60));
        world.assertGapsRecovered();
    }

    @Test
    void aSpillThatCannotBeReadBackIsToldAndAskedForAgain() throws IOException {
        World world = spilling();
        loseSpill(world);
        world.passMinutes(15);
        assertThat(world.events(StreamEvent.SpillLost.class)).hasSize(1).allMatch(lost -> lost.posts() > 100);
        assertThat(world.events(StreamEvent.Disconnected.class)).isEmpty();
        assertThat(world.gap().cause()).contains("spill");
        world.assertGapsRecovered();
    }

    @Test
    void aCrashRightAfterASpillWasLostLosesNothing() throws IOException {
        World world = spilling();
        loseSpill(world);
        world.pass(Duration.ofMillis(600)).kill().passSeconds(5);
        world.start().passMinutes(15);
        world.assertGapsRecovered();
    }

    private static void failAll(World world) {
        world.handler = post -> {
            throw new IOException("the handler is down");
        };
    }
}
