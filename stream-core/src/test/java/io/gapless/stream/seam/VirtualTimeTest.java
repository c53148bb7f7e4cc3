package io.gapless.stream.seam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class VirtualTimeTest {
    private static final Instant START = Instant.parse("2026-08-22T00:00:00Z");
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final VirtualTime time = new VirtualTime(START);
    private final List<String> log = new ArrayList<>();

    private Duration seconds(long n) {
        return Duration.ofSeconds(n);
    }

    private void note(String what) {
        log.add(what + "@" + time.nanoTime() / SECOND);
    }

    private Worker start(String name, Work work) {
        return time.start(name, work, cause -> note("died"));
    }

    @Test
    void alarmsRunInTheOrderOfTheirMomentsWhateverTheOrderOfAsking() {
        time.after(seconds(3), () -> note("third"));
        time.after(seconds(1), () -> note("first"));
        time.after(seconds(2), () -> note("second"));
        time.advance(seconds(2));
        assertThat(log).containsExactly("first@1", "second@2");
        time.advance(seconds(1));
        assertThat(log).containsExactly("first@1", "second@2", "third@3");
    }

    @Test
    void atOneMomentTheOrderIsThatOfAsking() {
        time.after(seconds(1), () -> note("a"));
        start("worker", now -> {
            note("w");
            return now == 0 ? SECOND : Work.UNTIL_WOKEN;
        });
        time.after(seconds(1), () -> note("b"));
        time.advance(seconds(1));
        assertThat(log).containsExactly("w@0", "a@1", "b@1", "w@1");
    }

    @Test
    void nothingRunsWhileTimeStandsStillAndNothingIsDue() {
        time.after(Duration.ofNanos(1), () -> note("early"));
        time.settle();
        assertThat(log).isEmpty();
    }

    @Test
    void bothClocksMoveTogether() {
        time.advance(seconds(90));
        assertThat(time.instant()).isEqualTo(START.plusSeconds(90));
        assertThat(time.nanoTime()).isEqualTo(90 * SECOND);
    }

    @Test
    void aJumpOfTheWallClockMovesNoTimer() {
        time.after(seconds(10), () -> note("timer"));
        time.jumpWallClock(Duration.ofHours(1));
        time.settle();
        assertThat(log).isEmpty();
        assertThat(time.instant()).isEqualTo(START.plusSeconds(3600));
        time.advance(seconds(10));
        assertThat(log).containsExactly("timer@10");
        time.jumpWallClock(Duration.ofHours(-2));
        assertThat(time.instant()).isEqualTo(START.plusSeconds(10 - 3600));
    }

    @Test
    void anAlarmThatWasCalledOffDoesNotRun() {
        Time.Alarm alarm = time.after(seconds(1), () -> note("alarm"));
        alarm.cancel();
        alarm.cancel();
        time.advance(seconds(2));
        assertThat(log).isEmpty();
    }

    @Test
    void anAlarmMayCallOffAnotherOfTheSameMoment() {
        AtomicReference<Time.Alarm> second = new AtomicReference<>();
        time.after(seconds(1), () -> second.get().cancel());
        second.set(time.after(seconds(1), () -> note("second")));
        time.advance(seconds(1));
        assertThat(log).isEmpty();
    }

    @Test
    void anAlarmInThePastRunsNowAndOneBeyondAllTimeNever() {
        time.advance(seconds(5));
        time.after(seconds(-1), () -> note("past"));
        time.after(Duration.ofSeconds(Long.MAX_VALUE / SECOND), () -> note("never"));
        start("patient", now -> {
            note("step");
            return Work.UNTIL_WOKEN - 1;
        });
        time.advance(Duration.ofDays(10_000));
        assertThat(log).containsExactly("past@5", "step@5");
    }

    @Test
    void aWorkerStepsAtOnceThenWhenItSaidThenWhenWoken() {
        Worker worker = start("worker", now -> {
            note("step");
            return now == 0 ? 2 * SECOND : Work.UNTIL_WOKEN;
        });
        time.advance(seconds(10));
        assertThat(log).containsExactly("step@0", "step@2");
        worker.wake();
        worker.wake();
        time.settle();
        assertThat(log).containsExactly("step@0", "step@2", "step@10");
    }

    @Test
    void aWakeUpReplacesTheStepThatWasPlanned() {
        Worker worker = start("worker", now -> {
            note("step");
            return 10 * SECOND;
        });
        time.advance(seconds(4));
        worker.wake();
        time.advance(seconds(9));
        assertThat(log).containsExactly("step@0", "step@4");
        time.advance(seconds(1));
        assertThat(log).containsExactly("step@0", "step@4", "step@14");
    }

    @Test
    void aWakeUpFromWithinAStepMakesAnotherFollowAtTheSameMoment() {
        AtomicReference<Worker> self = new AtomicReference<>();
        AtomicInteger steps = new AtomicInteger();
        self.set(start("worker", now -> {
            note("step");
            if (steps.incrementAndGet() == 1) self.get().wake();
            return Work.UNTIL_WOKEN;
        }));
        time.settle();
        assertThat(log).containsExactly("step@0", "step@0");
    }

    @Test
    void aWorkerThatSleepsIsNeverEnteredASecondTimeWhileTheOthersGoOn() {
        AtomicInteger inside = new AtomicInteger();
        AtomicReference<Worker> sleeper = new AtomicReference<>();
        sleeper.set(start("sleeper", now -> {
            assertThat(inside.incrementAndGet()).isEqualTo(1);
            note("falls asleep");
            time.sleep(seconds(10));
            note("wakes up");
            inside.decrementAndGet();
            return Work.UNTIL_WOKEN;
        }));
        start("other", now -> {
            note("other");
            if (now == 4 * SECOND) sleeper.get().wake();
            return now < 8 * SECOND ? 4 * SECOND : Work.UNTIL_WOKEN;
        });
        time.advance(seconds(12));
        assertThat(log)
                .containsExactly(
                        "falls asleep@0",
                        "other@0",
                        "other@4",
                        "other@8",
                        "wakes up@10",
                        "falls asleep@10",
                        "wakes up@20");
        assertThat(time.nanoTime()).isEqualTo(20 * SECOND);
    }

    @Test
    void twoSleepersDoNotEnterEachOther() {
        for (String name : List.of("a", "b")) {
            AtomicInteger inside = new AtomicInteger();
            start(name, now -> {
                assertThat(inside.incrementAndGet()).isEqualTo(1);
                time.sleep(seconds(3));
                inside.decrementAndGet();
                note(name);
                return now < 20 * SECOND ? SECOND : Work.UNTIL_WOKEN;
            });
        }
        time.advance(seconds(40));
        assertThat(log).filteredOn(line -> line.startsWith("a")).hasSizeGreaterThan(2);
        assertThat(log).filteredOn(line -> line.startsWith("b")).hasSizeGreaterThan(2);
    }

    @Test
    void aStoppedWorkerStepsNoMoreEvenWhenWoken() throws Exception {
        Worker worker = start("worker", now -> {
            note("step");
            return SECOND;
        });
        time.advance(seconds(1));
        worker.stop();
        worker.wake();
        time.advance(seconds(5));
        assertThat(log).containsExactly("step@0", "step@1");
        assertThat(worker.awaitStopped(seconds(1))).isTrue();
    }

    @Test
    void aWorkerStoppedFromWithinItsStepDoesNotFollowUp() {
        AtomicReference<Worker> self = new AtomicReference<>();
        self.set(start("worker", now -> {
            note("step");
            self.get().stop();
            return 0;
        }));
        time.advance(seconds(1));
        assertThat(log).containsExactly("step@0");
    }

    @Test
    void aWorkThatAwaitsItsOwnEndIsNotKeptWaiting() {
        AtomicReference<Worker> self = new AtomicReference<>();
        self.set(start("worker", now -> {
            try {
                note("" + self.get().awaitStopped(seconds(5)));
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            return Work.UNTIL_WOKEN;
        }));
        time.advance(seconds(1));
        assertThat(log).containsExactly("true@0");
    }

    @Test
    void whatHappensDuringASleepIsNotDoneByTheSleeper() {
        AtomicReference<Worker> sleeper = new AtomicReference<>();
        time.after(seconds(3), () -> note("" + sleeper.get().isCaller()));
        sleeper.set(start("sleeper", now -> {
            time.sleep(seconds(5));
            note("" + sleeper.get().isCaller());
            return Work.UNTIL_WOKEN;
        }));
        time.advance(seconds(10));
        assertThat(log).containsExactly("false@3", "true@5");
    }

    @Test
    void whoAwaitsAWorkerThatSleepsIsKeptWaitingInVain() {
        AtomicReference<Worker> sleeper = new AtomicReference<>();
        sleeper.set(start("sleeper", now -> {
            time.sleep(seconds(100));
            note("slept");
            return Work.UNTIL_WOKEN;
        }));
        start("closer", now -> {
            sleeper.get().stop();
            try {
                note("" + sleeper.get().awaitStopped(seconds(5)));
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            return Work.UNTIL_WOKEN;
        });
        time.advance(seconds(1));
        assertThat(log).containsExactly("false@5", "slept@100");
    }

    @Test
    void anExceptionOutOfAStepReachesTheTestEndsThatWorkerAndNoOther() throws Exception {
        Worker failing = time.start(
                "failing",
                now -> {
                    throw new IllegalStateException("on purpose");
                },
                cause -> note("died: " + cause.getMessage()));
        start("other", now -> {
            note("other");
            return SECOND;
        });
        assertThatThrownBy(time::settle).hasMessage("on purpose");
        failing.wake();
        time.advance(seconds(1));
        assertThat(log).containsExactly("died: on purpose@0", "other@0", "other@1");
        assertThat(failing.awaitStopped(Duration.ZERO)).isTrue();
    }

    @Test
    void awaitingAConditionLetsTimePassUntilItHolds() {
        time.after(seconds(7), () -> note("held"));
        time.after(seconds(9), () -> note("later"));

        assertThat(time.await(() -> log.contains("held@7"), seconds(60))).isTrue();
        assertThat(log).containsExactly("held@7");
        assertThat(time.await(() -> false, seconds(10))).isFalse();
        assertThat(time.nanoTime()).isEqualTo(seconds(17).toNanos());
    }
}
