package io.gapless.recovery.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gapless.recovery.ledger.StateException;
import io.gapless.stream.seam.Seams;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Owners that are other processes, and die. */
class StateCrashTest {
    /** More of them: {@code mvn test -Dtest=StateCrashTest -Dgapless.kills=200}. */
    private static final int ROUNDS = Integer.getInteger("gapless.kills", 10);

    private static final int ENDLESS = 1_000_000;

    @TempDir
    private Path directory;

    @Test
    void killedAtAnyMomentNothingAcknowledgedIsLostAndNothingIsHalf() throws Exception {
        Random random = new Random(7);
        int acknowledged = 0;
        for (int round = 1; round <= ROUNDS; round++) {
            try (OwnerProcess owner = OwnerProcess.start(directory)) {
                assertThat(owner.says()).isEqualTo("open");
                owner.tell(ENDLESS);
                for (int left = random.nextInt(60); left > 0; left--) acknowledged = Integer.parseInt(owner.says());
                if (random.nextBoolean()) readBesideIt(acknowledged);
                owner.kill();
                for (String line = owner.says(); line != null; line = owner.says())
                    if (!line.isEmpty()) acknowledged = Math.max(acknowledged, Integer.parseInt(line));
            }
            try (StateClient client =
                    StateDirectory.client(directory, Seams.system().time())) {
                int remembered = OwnerProcess.lastWhole(client);
                assertThat(remembered).as("round %d", round).isBetween(acknowledged, acknowledged + 1);
                acknowledged = remembered;
            }
        }
        try (StateStore store =
                StateDirectory.open(directory, Duration.ZERO, Seams.system().time())) {
            assertThat(OwnerProcess.lastWhole(store)).isEqualTo(acknowledged);
            assertThat(OwnerProcess.idCount(store)).isEqualTo((long) acknowledged * OwnerProcess.IDS_PER_COMMIT);
        }
    }

    private void readBesideIt(int acknowledged) {
        try (StateClient client =
                StateDirectory.client(directory, Seams.system().time())) {
            int first = OwnerProcess.lastWhole(client);
            assertThat(first).isGreaterThanOrEqualTo(acknowledged);
            assertThat(OwnerProcess.lastWhole(client)).isGreaterThanOrEqualTo(first);
        }
    }

    @Test
    void aRequestReachesAnOwnerInAnotherProcessWhileItCommits() throws Exception {
        try (OwnerProcess owner = OwnerProcess.start(directory)) {
            assertThat(owner.says()).isEqualTo("open");
            owner.tell(200);
            assertThat(owner.says()).isEqualTo("1");
            try (StateClient client =
                    StateDirectory.client(directory, Seams.system().time())) {
                assertThat(client.request(StoreRequest.Kind.RECOVER, "{}")).isEqualTo(1);
                assertThat(client.requests()).hasSize(1);
            }
            for (int number = 2; number <= 200; number++)
                assertThat(owner.says()).isEqualTo("" + number);
        }
    }

    @Test
    void aSecondProcessIsRefusedAndToldWhoOwnsTheDirectory() throws Exception {
        try (OwnerProcess owner = OwnerProcess.start(directory)) {
            assertThat(owner.says()).isEqualTo("open");
            assertThatThrownBy(() -> StateDirectory.open(
                            directory, Duration.ofMillis(200), Seams.system().time()))
                    .isInstanceOfSatisfying(
                            StateException.class, e -> assertThat(e.reason()).isEqualTo(StateException.Reason.IN_USE))
                    .hasMessageContaining("process " + owner.pid() + ",")
                    .hasMessageContaining("Stop the owner");
        }
    }

    @Test
    void theOneWhoWaitsGetsTheDirectoryWhenItsOwnerIsKilled() throws Exception {
        try (OwnerProcess owner = OwnerProcess.start(directory)) {
            assertThat(owner.says()).isEqualTo("open");
            CompletableFuture<StateStore> waiting = CompletableFuture.supplyAsync(() -> StateDirectory.open(
                    directory, Duration.ofSeconds(30), Seams.system().time()));
            owner.tell(1);
            assertThat(owner.says()).isEqualTo("1");
            assertThat(waiting).isNotDone();
            owner.kill();
            try (StateStore store = waiting.get(30, TimeUnit.SECONDS)) {
                assertThat(OwnerProcess.lastWhole(store)).isEqualTo(1);
            }
        }
    }

    @Test
    void theLockOutlivesClientsAndRefusedOwnersOfTheSameProcess() throws Exception {
        try (StateStore store =
                StateDirectory.open(directory, Duration.ZERO, Seams.system().time())) {
            store.commit(OwnerProcess.commit(1));
            StateDirectory.client(directory, Seams.system().time()).close();
            assertThatThrownBy(() -> StateDirectory.open(
                            directory, Duration.ZERO, Seams.system().time()))
                    .isInstanceOf(StateException.class)
                    .hasMessageContaining("owned by this process");
            try (OwnerProcess second = OwnerProcess.start(directory)) {
                assertThat(second.says())
                        .startsWith("IN_USE")
                        .contains("process " + ProcessHandle.current().pid());
            }
        }
        try (OwnerProcess next = OwnerProcess.start(directory)) {
            assertThat(next.says()).isEqualTo("open");
        }
    }
}
