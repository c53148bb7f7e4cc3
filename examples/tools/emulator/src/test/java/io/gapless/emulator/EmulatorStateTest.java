package io.gapless.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Checks that an emulator continues where an earlier one ended. */
@Timeout(60)
class EmulatorStateTest {
    @TempDir
    private Path directory;

    private XEmulator.Builder emulator() {
        return XEmulator.builder()
                .state(directory.resolve("x"))
                .rate(5)
                .past(Duration.ofMinutes(1))
                .rule("cats", "cat");
    }

    @Test
    void rulesPostsAndTimeSurviveARestart() {
        List<ExpectedPost> before;
        Instant end;
        long edited;
        try (XEmulator x = emulator().start()) {
            x.shiftTime(Duration.ofHours(2));
            long first = x.publish("a cat and a misteak");
            edited = x.publish(PostDraft.of("a cat and a mistake").editing(first));
            x.publishUnsent(PostDraft.of("a cat “ÿ 🐈").replyingTo("alice"));
            x.addRule("dogs", "dog");
            x.removeRules();
            x.publish("a cat that nobody asks for");
            x.addRule("birds", "bird");
            end = x.now();
            before = x.shouldHaveDelivered(Instant.EPOCH, end);
        }
        try (XEmulator x = emulator().start()) {
            assertThat(before)
                    .hasSizeGreaterThan(60)
                    .extracting(ExpectedPost::id)
                    .contains(edited);
            assertThat(x.shouldHaveDelivered(Instant.EPOCH, end)).isEqualTo(before);
            assertThat(x.now()).isAfterOrEqualTo(end);
            assertThat(x.publish("a bird")).isGreaterThan(edited);
            assertThat(x.shouldHaveDelivered(end, x.now().plusSeconds(1)))
                    .anyMatch(post -> post.line().contains("a bird"));
        }
    }

    @Test
    void backfillAJobAndSearchAnswerForTheTimeBeforeARestart() throws Exception {
        Instant noon = Instant.parse("2026-11-22T12:00:00Z");
        long early;
        long late;
        try (XEmulator x = at(noon).start()) {
            early = x.publish(PostDraft.of("an early cat").at(noon.minus(Duration.ofHours(2))));
            late = x.publish("a late cat");
        }
        try (XEmulator x = at(noon.plus(Duration.ofMinutes(2))).start()) {
            try (StreamClient live = StreamClient.open(x, StreamClient.FILTERED + "?backfill_minutes=5")) {
                long now = x.publish("a cat of now");
                assertThat(live.nextIds(2)).containsExactly(late, now);
            }
            String span = "start_time=2026-11-22T09:00:00Z&end_time=2026-11-22T12:01:00Z";
            try (StreamClient job = StreamClient.open(x, StreamClient.FILTERED + "?" + span)) {
                assertThat(job.idsToTheEnd()).containsExactly(early, late);
            }
            assertThat(StreamClient.getJson(x, "/2/tweets/search/recent?query=cat&" + span)
                            .path("data"))
                    .extracting(post -> post.path("id").asLong())
                    .containsExactly(late, early);
        }
    }

    private XEmulator.Builder at(Instant now) {
        return XEmulator.builder()
                .state(directory.resolve("x"))
                .time(InstantSource.fixed(now))
                .rule("cats", "cat");
    }

    @Test
    void aJobAndSearchAnswerForTheTimeInWhichNoEmulatorRan() throws Exception {
        Instant noon = Instant.parse("2026-11-22T12:00:00Z");
        at(noon).rate(5).start().close();
        try (XEmulator x = at(noon.plus(Duration.ofHours(1))).rate(5).start()) {
            List<Long> missed =
                    x.shouldHaveDelivered(noon.plus(Duration.ofMinutes(20)), noon.plus(Duration.ofMinutes(22))).stream()
                            .map(ExpectedPost::id)
                            .toList();
            String span = "start_time=2026-11-22T12:20:00Z&end_time=2026-11-22T12:22:00Z";

            assertThat(missed).hasSizeBetween(50, 499);
            try (StreamClient job = StreamClient.open(x, StreamClient.FILTERED + "?" + span)) {
                assertThat(job.idsToTheEnd()).isEqualTo(missed);
            }
            assertThat(StreamClient.getJson(x, "/2/tweets/search/recent?query=cat&max_results=100&" + span)
                            .path("data"))
                    .hasSize(Math.min(100, missed.size()))
                    .allMatch(post -> missed.contains(post.path("id").asLong()));
        }
    }

    @Test
    void aStateBelongsToOneEmulatorAtATime() {
        try (XEmulator x = emulator().start()) {
            assertThatThrownBy(() -> emulator().start())
                    .hasMessageContaining("belongs to another emulator that runs. End that one, or name another file.");
        }
        emulator().start().close();
    }

    @Test
    void aPlaceThatCannotHoldAStateIsNamedWithWhatToDo() throws IOException {
        Path missing = directory.resolve("missing").resolve("x");
        assertThatThrownBy(() -> XEmulator.builder().state(missing).start())
                .hasMessageContaining("the directory " + missing.getParent() + " does not exist. Create it");
        assertThatThrownBy(() -> XEmulator.builder().state(directory).start())
                .hasMessage("The state file " + directory + " cannot be used: it is a directory. Name a file in it.");
        Path binary = Files.write(directory.resolve("binary"), new byte[] {(byte) 0xff, '\n'});
        assertThatThrownBy(() -> XEmulator.builder().state(binary).start())
                .hasMessageContaining("it cannot be read and written as text.");
    }

    @Test
    void anUnfinishedLastLineIsDropped() throws IOException {
        try (XEmulator x = emulator().start()) {
            x.publish("a cat");
        }
        Files.writeString(directory.resolve("x"), "{\"post\":{\"id\"", StandardOpenOption.APPEND);
        try (XEmulator x = emulator().start()) {
            x.publish("another cat");
        }
        try (XEmulator x = emulator().start()) {
            assertThat(x.shouldHaveDelivered(Instant.EPOCH, x.now().plusSeconds(1)))
                    .anyMatch(post -> post.line().contains("a cat"))
                    .anyMatch(post -> post.line().contains("another cat"));
        }
    }

    @Test
    void anotherSeedAnotherRateAndAnotherFileAreRefused() throws IOException {
        emulator().start().close();
        assertThatThrownBy(() -> emulator().seed(7).start()).hasMessageContaining("seed 1 and rate 5.0");
        assertThatThrownBy(() -> emulator().rate(6).start()).hasMessageContaining("seed 1 and rate 5.0");
        Files.writeString(directory.resolve("x"), "{\"a\":1}\n");
        assertThatThrownBy(() -> emulator().start()).hasMessageContaining("was not written by the emulator");
        Files.writeString(directory.resolve("x"), "no JSON\n");
        assertThatThrownBy(() -> emulator().start()).hasMessageContaining("damaged in line 1");
        assertThatThrownBy(() -> emulator().state(directory).start()).hasMessageContaining("cannot be used");
    }
}
