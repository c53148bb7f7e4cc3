package io.gapless.recovery.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gapless.recovery.ledger.Gap;
import io.gapless.recovery.ledger.Span;
import io.gapless.recovery.ledger.StateException;
import io.gapless.recovery.ledger.StateException.Reason;
import io.gapless.recovery.storage.UntouchedFile;
import io.gapless.stream.seam.Seams;
import io.gapless.stream.seam.VirtualTime;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** The directory, its files, and what is done with files that are not as they should be. */
class StateDirectoryTest {
    private static final RequestAnswer DONE = new RequestAnswer(true, "done");

    private static final Instant NOON = Gaps.NOON;
    private static final String NOTHING = gist(new byte[0]);

    @TempDir
    private Path temp;

    private final VirtualTime time = new VirtualTime(NOON);

    private Path directory() {
        return temp.resolve("state");
    }

    private Path database() {
        return directory().resolve("gapless.db");
    }

    private StateStore open() {
        return StateDirectory.open(directory(), Duration.ZERO, time);
    }

    private StateClient client() {
        return StateDirectory.client(directory(), time);
    }

    /** A store of some pages. */
    private void fill() {
        try (StateStore store = open()) {
            store.commit(commits20());
        }
    }

    private static List<Change> commits20() {
        return IntStream.rangeClosed(1, 20)
                .boxed()
                .flatMap(number -> OwnerProcess.commit(number).stream())
                .toList();
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "Windows has no POSIX permissions")
    void nobodyButTheUserMayReadWhatIsCreated() throws IOException {
        try (StateStore store = open();
                StateClient client = client()) {
            store.commit(OwnerProcess.commit(1));
            client.request(StoreRequest.Kind.RECOVER, "{}");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory())))
                    .isEqualTo("rwx------");
            for (String name : List.of("gapless.db", "gapless.db-wal", "gapless.db-shm", "gapless.lock"))
                assertThat(PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(directory().resolve(name))))
                        .as(name)
                        .isEqualTo("rw-------");
            assertThat(files().keySet())
                    .containsExactly("gapless.db", "gapless.db-shm", "gapless.db-wal", "gapless.lock");
            assertThat(store.diskBytes())
                    .isEqualTo(Files.size(database()) + Files.size(directory().resolve("gapless.db-wal")));
        }
    }

    @Test
    void aDirectoryMayHaveAnyName() {
        Path odd = temp.resolve("a ?b=%20#c;é&d").resolve("deep");
        try (StateStore store = StateDirectory.open(odd, Duration.ZERO, time)) {
            store.commit(OwnerProcess.commit(1));
        }
        assertThat(odd.resolve("gapless.db")).isRegularFile();
        try (StateClient client = StateDirectory.client(odd, time)) {
            assertThat(OwnerProcess.lastWhole(client)).isEqualTo(1);
        }
    }

    @Test
    void aClientToNothingIsToldSoAndCreatesNothing() {
        assertThatThrownBy(this::client).isInstanceOfSatisfying(StateException.class, e -> assertThat(e.reason())
                .isEqualTo(Reason.ABSENT));
        assertThat(directory()).doesNotExist();
    }

    @Test
    void aFileInTheDirectorysPlaceIsNotWritable() throws IOException {
        Files.writeString(directory(), "not a directory");
        assertRefused(Reason.UNWRITABLE, "is a file, not a directory. Name a directory");
        assertThat(directory()).hasContent("not a directory");
    }

    @Test
    void aFileAboveTheDirectoryIsNamed() throws IOException {
        Files.writeString(directory(), "not a directory");
        assertThatThrownBy(() -> StateDirectory.open(directory().resolve("deep"), Duration.ZERO, time))
                .isInstanceOf(StateException.class)
                .hasMessageContaining(directory() + " is a file, not a directory");
    }

    @Test
    void aSecondOwnerIsRefusedUntilTheFirstHasClosed() {
        StateStore first = open();
        assertRefused(Reason.IN_USE, "owned by this process");
        first.close();
        StateStore second = open();
        first.close(); // Once more, which must not let go of what the second owns.
        assertRefused(Reason.IN_USE, "owned by this process");
        second.close();
        open().close();
    }

    @Test
    void whoIsInterruptedWhileItWaitsGoesWithoutAndStaysInterrupted() {
        StateStore first = open();
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> StateDirectory.open(
                        directory(), Duration.ofSeconds(30), Seams.system().time()))
                .isInstanceOf(StateException.class)
                .hasMessageContaining("interrupted");
        assertThat(Thread.interrupted()).isTrue();
        first.close();

        Thread.currentThread().interrupt();
        assertThatThrownBy(this::open).isInstanceOf(StateException.class).hasMessageContaining("interrupted");
        assertThat(Thread.interrupted()).isTrue();
        open().close();
    }

    @Test
    void aDatabaseBrowserThatHoldsItIsNamedAsTheCause() {
        StateException trouble = Database.in(directory())
                .failures()
                .of(new SQLiteException("database is locked", SQLiteErrorCode.SQLITE_BUSY));
        assertThat(trouble.reason()).isEqualTo(Reason.UNWRITABLE);
        assertThat(trouble).hasMessageContaining("locked by another program").hasMessageContaining("database browser");
    }

    @Test
    void aClosedStoreRefusesWork() {
        StateStore store = open();
        store.close();
        assertThatThrownBy(() -> store.commit(List.of())).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aCommitThatFailsHalfwayIsNotRememberedAndTheNextOneIs() {
        try (StateStore store = open()) {
            store.commit(OwnerProcess.commit(1));
            Gap endless = Gaps.open(3, Instant.parse("+900000000-01-01T00:00:00Z"));
            assertThatThrownBy(() -> store.commit(List.of(
                            new Change.Noted("last", "half"),
                            new Change.Acknowledged(new long[] {1, 2, 3}),
                            new Change.GapKept(endless))))
                    .isInstanceOf(ArithmeticException.class);
            assertThat(OwnerProcess.lastWhole(store)).isEqualTo(1);
            store.commit(OwnerProcess.commit(2));
            assertThat(OwnerProcess.lastWhole(store)).isEqualTo(2);
            assertThat(OwnerProcess.idCount(store)).isEqualTo(2 * OwnerProcess.IDS_PER_COMMIT);
        }
    }

    /** A killed process proves nothing about it: the system keeps what was written and not yet forced. */
    @Test
    void everyCommitIsForcedToTheDisk() throws SQLException {
        fill();
        try (Connection connection = Database.in(directory()).openToWrite();
                Statement statement = connection.createStatement()) {
            assertThat(statement.executeQuery("PRAGMA synchronous").getInt(1)).isEqualTo(2);
            assertThat(statement.executeQuery("PRAGMA journal_mode").getString(1))
                    .isEqualTo("wal");
        }
    }

    @Test
    void garbageIsRefusedAndKept() throws IOException {
        fill();
        byte[] garbage = new byte[100_000];
        new Random(1).nextBytes(garbage);
        Files.write(database(), garbage);
        assertRefusedAndKept(Reason.DAMAGED, "is damaged: ");
    }

    @Test
    void anEmptiedFileIsRefusedAndNotTakenForANewOne() throws IOException {
        fill();
        Files.write(database(), new byte[0]);
        assertRefusedAndKept(Reason.DAMAGED, "is damaged: ");
    }

    @Test
    void aTruncatedFileIsRefusedAndKept() throws IOException {
        fill();
        try (FileChannel file = FileChannel.open(database(), StandardOpenOption.WRITE)) {
            file.truncate(file.size() / 2);
        }
        assertRefusedAndKept(Reason.DAMAGED, "is damaged: ");
    }

    @Test
    void aFileThatEndsWithinAPageIsRefusedAndKept() throws IOException {
        fill();
        try (FileChannel file = FileChannel.open(database(), StandardOpenOption.WRITE)) {
            file.truncate(2 * 4096 + 100);
        }
        assertRefusedAndKept(Reason.DAMAGED, "is damaged: ");
    }

    @Test
    void aPageThatWasOverwrittenIsRefusedAndKept() throws IOException {
        fill();
        byte[] bytes = Files.readAllBytes(database());
        for (int i = 0; i < 4096; i++) bytes[bytes.length / 8192 * 4096 + i] ^= 0x55;
        Files.write(database(), bytes);
        assertRefusedAndKept(Reason.DAMAGED, "is damaged: ");
    }

    @Test
    void aGapThatCannotBeUnderstoodIsRefusedAndKept() throws Exception {
        fill();
        sql("UPDATE gap SET json = '{}' WHERE id = 7");
        assertRefusedAndKept(Reason.DAMAGED, "gap 7 cannot be read");
    }

    @Test
    void aDatabaseOfSomethingElseIsRefusedAndKept() throws Exception {
        Files.createDirectories(directory());
        sql("CREATE TABLE cats (name TEXT)");
        assertRefusedAndKept(Reason.DAMAGED, "schema_version");
    }

    @Test
    void aNewerSchemaIsRefusedAndKept() throws Exception {
        fill();
        sql("UPDATE schema_version SET version = 2");
        assertRefusedAndKept(Reason.NEWER, "schema 2, and this version supports schema 1");
        assertThatThrownBy(this::client).isInstanceOfSatisfying(StateException.class, e -> assertThat(e.reason())
                .isEqualTo(Reason.NEWER));
    }

    @Test
    void aLogWithoutItsDatabaseIsRefusedAndKept() throws IOException {
        fill();
        Files.delete(database());
        Files.write(directory().resolve("gapless.db-wal"), new byte[5000]);
        assertRefusedAndKept(Reason.DAMAGED, "gapless.db is missing");
    }

    @Test
    void whatACrashLeftOfAnUnfinishedCreationIsClearedAway() throws IOException {
        Files.createDirectories(directory());
        Files.writeString(directory().resolve("gapless.db.new"), "half");
        Files.writeString(directory().resolve("gapless.db.new-wal"), "half");
        open().close();
        assertThat(files().keySet()).containsExactly("gapless.db", "gapless.lock");
    }

    @Test
    void aRefusedDirectoryIsFreeForTheNextOwner() throws IOException {
        fill();
        byte[] good = Files.readAllBytes(database());
        Files.writeString(database(), "garbage");
        assertRefused(Reason.DAMAGED, "Restore a copy, or move the directory away");
        Files.write(database(), good);
        try (StateStore store = open()) {
            assertThat(OwnerProcess.lastWhole(store)).isEqualTo(20);
        }
    }

    @Test
    void aStateThatIsRemovedWhileInUseTakesNoMoreCommits() throws IOException {
        try (StateStore store = open()) {
            store.commit(OwnerProcess.commit(1));
            Files.delete(database());
            assertThatThrownBy(() -> store.commit(OwnerProcess.commit(2)))
                    .isInstanceOfSatisfying(
                            StateException.class, e -> assertThat(e.reason()).isEqualTo(Reason.DAMAGED))
                    .hasMessageContaining("deleted while this process was using it");
        }
    }

    @Test
    void damageAnywhereIsEitherRefusedOrHarmless() throws IOException {
        try (StateStore store = open()) {
            store.commit(commits20());
            // Copied while it is open, so that there is a log to damage, too.
            Files.createDirectory(temp.resolve("whole"));
            for (String name : List.of("gapless.db", "gapless.db-wal"))
                Files.copy(directory().resolve(name), temp.resolve("whole").resolve(name));
        }
        Random random = new Random(11);
        int refused = 0;
        for (int round = 0; round < 60; round++) {
            for (String name : List.of("gapless.db", "gapless.db-wal")) {
                byte[] bytes = Files.readAllBytes(temp.resolve("whole").resolve(name));
                Files.write(directory().resolve(name), damaged(bytes, random));
            }
            Files.deleteIfExists(directory().resolve("gapless.db-shm"));
            byte[] before = Files.readAllBytes(database());
            try (StateStore store = open()) {
                store.ledger(Instant.EPOCH, 100);
                store.ids(new Span(Instant.EPOCH, NOON.plusSeconds(1000)), id -> {});
                store.deadLetters(10);
                store.requests();
                store.commit(OwnerProcess.commit(21));
            } catch (StateException e) {
                refused++;
                assertThat(e.reason()).as("round %d: %s", round, e).isEqualTo(Reason.DAMAGED);
                assertThat(Files.readAllBytes(database())).isEqualTo(before);
            }
        }
        assertThat(refused).isGreaterThan(10);
    }

    private static byte[] damaged(byte[] bytes, Random random) {
        switch (random.nextInt(4)) {
            case 0:
                return Arrays.copyOf(bytes, random.nextInt(bytes.length));
            case 1:
                int from = random.nextInt(bytes.length);
                for (int i = from; i < Math.min(bytes.length, from + 600); i++) bytes[i] = (byte) random.nextInt();
                return bytes;
            case 2:
                for (int n = 0; n < 20; n++) bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
                return bytes;
            default:
                return bytes;
        }
    }

    @Test
    void closedGapsAreKeptFor400DaysAndOpenOnesForever() {
        Instant old = NOON.minus(Duration.ofDays(401));
        try (StateStore store = open()) {
            store.commit(List.of(
                    new Change.GapKept(Gaps.open(1, old)),
                    new Change.GapKept(Gaps.closed(2, old)),
                    new Change.GapKept(Gaps.closed(3, old.plus(Duration.ofDays(2))))));
            time.advance(Duration.ofDays(1000));
            store.commit(List.of(new Change.Noted("our clock", "does not count")));
            assertThat(gapIds(store)).containsExactly(3L, 2L, 1L);
            store.commit(List.of(new Change.Frontier(NOON, NOON)));
            assertThat(gapIds(store)).containsExactly(3L, 1L);
        }
    }

    @Test
    void theNewestGapIsKeptSoThatNoNumberComesTwice() {
        try (StateStore store = open()) {
            store.commit(List.of(
                    new Change.GapKept(Gaps.closed(5, NOON.minus(Duration.ofDays(500)))),
                    new Change.Frontier(NOON, NOON)));
            assertThat(store.remembered().lastGapId()).isEqualTo(5);
        }
    }

    @Test
    void theNewest100000GapsAreKept() {
        try (StateStore store = open()) {
            store.commit(List.of(
                    new Change.GapKept(Gaps.closed(1, NOON)),
                    new Change.GapKept(Gaps.open(2, NOON)),
                    new Change.GapKept(Gaps.closed(3, NOON)),
                    new Change.GapKept(Gaps.closed(100_002, NOON)),
                    new Change.Frontier(NOON, NOON)));
            assertThat(gapIds(store)).containsExactly(100_002L, 3L, 2L);
        }
    }

    @Test
    void whatIsPastItsTimeGoesOncePerHourOfTheFrontier() {
        try (StateStore store = open()) {
            store.commit(List.of(new Change.Frontier(NOON, NOON)));
            store.commit(List.of(
                    new Change.GapKept(Gaps.closed(1, NOON.minus(Duration.ofDays(500)))),
                    new Change.GapKept(Gaps.closed(2, NOON)),
                    new Change.Frontier(NOON.plusSeconds(3599), NOON)));
            assertThat(gapIds(store)).containsExactly(2L, 1L);
            store.commit(List.of(new Change.Frontier(NOON.plusSeconds(3600), NOON)));
            assertThat(gapIds(store)).containsExactly(2L);
        }
    }

    @Test
    void postsBoughtAreKeptFor400Days() {
        LocalDate today = NOON.atOffset(ZoneOffset.UTC).toLocalDate();
        try (StateStore store = open()) {
            store.commit(List.of(
                    new Change.Spent(today.minusDays(400), 4),
                    new Change.Spent(today.minusDays(401), 5),
                    new Change.Frontier(NOON, NOON)));
            assertThat(store.spent(today.minusDays(400))).isEqualTo(4);
            assertThat(store.spent(today.minusDays(401))).isZero();
        }
    }

    @Test
    void aClientSeesWhetherAProcessOwnsTheState() {
        try (StateStore store = open();
                StateClient client = client()) {
            assertThat(client.owner())
                    .contains("process " + ProcessHandle.current().pid());
            store.close();
            assertThat(client.owner()).isEmpty();
        }
    }

    @Test
    void answersAreKeptFor7DaysAndRequestsUntilTheyAreAnswered() throws InterruptedException {
        try (StateStore store = open();
                StateClient client = client()) {
            long answered = client.request(StoreRequest.Kind.RECOVER, "{}");
            long waiting = client.request(StoreRequest.Kind.RECOVER, "{}");
            store.commit(List.of(new Change.Answered(answered, DONE)));
            Instant sevenDaysOn = NOON.plus(Duration.ofDays(7));
            store.commit(List.of(new Change.Frontier(sevenDaysOn, sevenDaysOn)));
            assertThat(client.answer(answered, Duration.ZERO)).contains(DONE);
            store.commit(List.of(new Change.Frontier(sevenDaysOn.plusSeconds(3600), sevenDaysOn)));
            assertThat(client.answer(answered, Duration.ZERO)).isEmpty();
            assertThat(store.requests()).extracting(StoreRequest::id).containsExactly(waiting);
            assertThat(client.request(StoreRequest.Kind.RECOVER, "{}")).isEqualTo(waiting + 1);
        }
    }

    @Test
    void oneHundredRequestsMayWait() {
        try (StateStore store = open();
                StateClient client = client()) {
            for (int i = 0; i < 100; i++) client.request(StoreRequest.Kind.RECOVER, "{}");
            assertThatThrownBy(() -> client.request(StoreRequest.Kind.RECOVER, "{}"))
                    .isInstanceOf(StateException.class)
                    .hasMessageContaining("100 requests wait");
            store.commit(List.of(new Change.Answered(1, DONE)));
            client.request(StoreRequest.Kind.RECOVER, "{}");
            assertThat(store.requests()).hasSize(100);
        }
    }

    @Test
    void aRequestThatOnlyANewerVersionKnowsIsLeftAlone() throws Exception {
        fill();
        sql("INSERT INTO request (id, kind, arguments, asked_ms) VALUES (1, 'DANCE', '{}', 0)");
        try (StateStore store = open()) {
            assertThat(store.requests()).isEmpty();
        }
    }

    @Test
    void aClientLooksAndLeavesRequestsWhenThereIsNoOwner() {
        fill();
        try (StateClient client = client()) {
            assertThat(OwnerProcess.lastWhole(client)).isEqualTo(20);
            client.request(StoreRequest.Kind.RETRY_DEAD_LETTERS, "{}");
        }
        try (StateStore store = open()) {
            assertThat(store.requests()).hasSize(1);
        }
    }

    @Test
    void aClientThatReadsLeavesADirectoryWithoutAnOwnerAsItIs() throws IOException {
        fill();
        TreeMap<String, String> before = files();
        try (StateClient client = client()) {
            assertThat(OwnerProcess.lastWhole(client)).isEqualTo(20);
        }
        assertThat(files()).isEqualTo(before);
    }

    @Test
    void aClientSeesWhatAnOwnerDoesThatStartsAndEndsAfterIt() {
        fill();
        try (StateClient client = client()) {
            try (StateStore store = open()) {
                store.commit(OwnerProcess.commit(21));
                assertThat(OwnerProcess.lastWhole(client)).isEqualTo(21);
                store.commit(OwnerProcess.commit(22));
            }
            assertThat(OwnerProcess.lastWhole(client)).isEqualTo(22);
        }
    }

    @Test
    void aReadDuringWhichAnOwnerStartsIsRepeated() {
        fill();
        UntouchedFile file = new UntouchedFile(Database.in(directory()));
        List<StateStore> owners = new ArrayList<>();
        try {
            List<Gap> read = file.use(connection -> {
                List<Gap> ledger = new Queries(Dialect.SQLITE).ledger(connection, Instant.EPOCH, 1_000);
                if (owners.isEmpty()) {
                    owners.add(open());
                    owners.get(0).commit(OwnerProcess.commit(21));
                }
                return ledger;
            });
            assertThat(read).isEqualTo(owners.get(0).ledger(Instant.EPOCH, 1_000));
            assertThat(read).hasSizeGreaterThan(20);
        } finally {
            owners.forEach(StateStore::close);
        }
    }

    private void assertRefusedAndKept(Reason reason, String words) throws IOException {
        TreeMap<String, String> before = files();
        assertRefused(reason, words);
        TreeMap<String, String> after = files();
        // A look leaves a lock, and an empty log and its index.
        for (TreeMap<String, String> either : List.of(before, after)) {
            either.keySet().removeAll(List.of("gapless.lock", "gapless.db-shm"));
            either.remove("gapless.db-wal", NOTHING);
        }
        assertThat(after).isEqualTo(before);
    }

    private void assertRefused(Reason reason, String words) {
        assertThatThrownBy(this::open)
                .isInstanceOfSatisfying(
                        StateException.class, e -> assertThat(e.reason()).isEqualTo(reason))
                .hasMessageContaining(words)
                .hasMessageContaining(directory().toString());
    }

    /** Every file's name and the gist of its content. */
    private TreeMap<String, String> files() throws IOException {
        TreeMap<String, String> files = new TreeMap<>();
        try (Stream<Path> list = Files.list(directory())) {
            for (Path file : list.toList()) files.put(file.getFileName().toString(), gist(Files.readAllBytes(file)));
        }
        return files;
    }

    private static String gist(byte[] content) {
        return content.length + " bytes of hash " + Arrays.hashCode(content);
    }

    private static List<Long> gapIds(StateReader reader) {
        return reader.ledger(Instant.EPOCH, 10).stream().map(Gap::id).toList();
    }

    private void sql(String statement) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database());
                Statement sql = connection.createStatement()) {
            sql.execute(statement);
        }
    }
}
