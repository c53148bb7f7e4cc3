package io.gapless.recovery.state;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.gapless.recovery.ledger.Span;
import io.gapless.recovery.ledger.StateException;
import io.gapless.recovery.ledger.StateException.Reason;
import io.gapless.stream.seam.VirtualTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * Any damage to the files of a state: bytes overwritten, files cut. What SQLite can notice is refused and kept; what it
 * cannot, since its pages carry no sums, must at least be read without failing otherwise.
 */
class StateDirectoryFuzzTest {
    /** What lies in the database; as much again, and half of that, is only in its log. */
    private static final int IN_THE_DATABASE = 10;

    private static final int IN_THE_LOG = 5;

    @TempDir
    Path temp;

    private final VirtualTime time = new VirtualTime(Gaps.NOON);
    private byte[] wholeDatabase = {};
    private byte[] wholeLog = {};

    private Path directory() {
        return temp.resolve("state");
    }

    private Path database() {
        return directory().resolve("gapless.db");
    }

    private Path log() {
        return directory().resolve("gapless.db-wal");
    }

    private StateStore open() {
        return StateDirectory.open(directory(), Duration.ZERO, time);
    }

    @BeforeEach
    void makeAWholeState() throws IOException {
        try (StateStore store = open()) {
            store.commit(commits(1, IN_THE_DATABASE));
            store.commit(List.of(
                    new Change.DeadLettered(new DeadLetter(5, new byte[] {'{', '}'}, "no", Gaps.NOON)),
                    new Change.Spent(LocalDate.EPOCH, 7),
                    new Change.GapKept(Gaps.closed(1_000, Gaps.NOON))));
        }
        try (StateStore store = open()) {
            for (int number = 1; number <= IN_THE_LOG; number++)
                store.commit(OwnerProcess.commit(IN_THE_DATABASE + number));
            wholeDatabase = Files.readAllBytes(database());
            wholeLog = Files.readAllBytes(log());
        }
    }

    private static List<Change> commits(int first, int last) {
        return IntStream.rangeClosed(first, last)
                .boxed()
                .flatMap(number -> OwnerProcess.commit(number).stream())
                .toList();
    }

    @FuzzTest(maxDuration = "60s")
    void damageIsRefusedAndKeptOrReadWithoutFailing(FuzzedDataProvider damage) throws IOException {
        byte[] database = wholeDatabase;
        byte[] log = wholeLog;
        while (damage.remainingBytes() > 0) {
            if (damage.consumeBoolean()) database = damaged(database, damage);
            else log = damaged(log, damage);
        }
        put(database, log);
        boolean logOnly = Arrays.equals(database, wholeDatabase);

        try (StateClient client = StateDirectory.client(directory(), time)) {
            readAll(client);
        } catch (StateException e) {
            assertThat(e.reason()).as(e.getMessage()).isIn(Reason.DAMAGED, Reason.NEWER);
        }
        put(database, log);
        boolean opened = false;
        try (StateStore store = open()) {
            opened = true;
            if (logOnly)
                assertThat(OwnerProcess.lastWhole(store)).isBetween(IN_THE_DATABASE, IN_THE_DATABASE + IN_THE_LOG);
            readAll(store);
            store.ids(new Span(Instant.EPOCH, Instant.MAX), id -> {});
            store.commit(OwnerProcess.commit(2_000));
        } catch (StateException e) {
            assertThat(e.reason()).as(e.getMessage()).isIn(Reason.DAMAGED, Reason.NEWER);
            // With a log, SQLite may have moved what was committed last from there into the database.
            if (!opened && log.length == 0)
                assertThat(Files.readAllBytes(database())).isEqualTo(database);
        }
    }

    /** Eight bytes somewhere, or all from somewhere on. */
    private static byte[] damaged(byte[] bytes, FuzzedDataProvider damage) {
        if (bytes.length == 0) return bytes;
        int at = damage.consumeInt(0, bytes.length - 1);
        if (damage.consumeInt(0, 15) == 0) return Arrays.copyOf(bytes, at);
        byte[] changed = bytes.clone();
        byte[] with = damage.consumeBytes(damage.consumeInt(1, 8));
        System.arraycopy(with, 0, changed, at, Math.min(with.length, bytes.length - at));
        return changed;
    }

    private void put(byte[] database, byte[] log) throws IOException {
        for (String name : List.of("gapless.db-shm", "gapless.db-journal"))
            Files.deleteIfExists(directory().resolve(name));
        Files.write(database(), database);
        Files.write(log(), log);
    }

    private static void readAll(StateReader reader) {
        List<Object> read = new ArrayList<>();
        read.add(reader.remembered());
        read.addAll(reader.ledger(Instant.EPOCH, 100));
        read.addAll(reader.deadLetters(10));
        read.add(reader.deadLetterCount());
        read.add(reader.spent(LocalDate.EPOCH));
        read.addAll(reader.requests());
        assertThat(read).doesNotContainNull();
    }
}
