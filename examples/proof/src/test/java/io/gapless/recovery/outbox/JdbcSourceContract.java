package io.gapless.recovery.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.gapless.recovery.outbox.RecordSink.UnreadableRow;
import io.gapless.stream.seam.VirtualTime;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.ThrowingConsumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What holds for every database; a class each says how theirs speaks. */
@Timeout(120)
abstract class JdbcSourceContract {
    static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    /** A connection to change things with. */
    abstract Connection connect() throws SQLException;

    /** A source on that database. */
    abstract JdbcSource.Builder source();

    /** The type of a column for moments, of which it tells that they are. */
    abstract String momentType();

    /** How a moment is written in a statement. */
    abstract String literal(Instant at);

    /** A query of more rows than the heap could hold, all of {@link #NOON}. */
    abstract String endless();

    @BeforeEach
    void createTable() throws SQLException {
        execute("DROP TABLE IF EXISTS request");
        execute("CREATE TABLE request (ticket INTEGER PRIMARY KEY, service VARCHAR(20), opened " + momentType()
                + " NOT NULL, status INTEGER, modified " + momentType() + " NOT NULL)");
    }

    final void execute(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    final void insert(int ticket, Instant modified) throws SQLException {
        execute(insertion(ticket, modified));
    }

    final String insertion(int ticket, Instant modified) {
        return "INSERT INTO request VALUES (" + ticket + ", 'water', " + literal(NOON.minusSeconds(3_600)) + ", 7, "
                + literal(modified) + ")";
    }

    static String query() {
        return "SELECT ticket AS request_id, service AS service_id, opened AS opening_date, status AS status_id,"
                + " modified AS last_modified_date FROM request WHERE modified >= ? AND modified < ?";
    }

    final JdbcSource endlessSource() {
        return source().query(endless())
                .columns("id", "at")
                .zone(ZoneOffset.UTC)
                .build();
    }

    static List<OutboxRecord> records(JdbcSource source, Instant from, Instant until) throws Exception {
        List<OutboxRecord> records = new ArrayList<>();
        source.records(from, until, records::add);
        return records;
    }

    /** Takes everything: what became a record, and what did not. */
    static final class Rows implements RecordSink {
        final List<OutboxRecord> records = new ArrayList<>();
        final List<UnreadableRow> unreadable = new ArrayList<>();

        @Override
        public void take(OutboxRecord record) {
            records.add(record);
        }

        @Override
        public void takeUnreadable(UnreadableRow row) {
            unreadable.add(row);
        }

        List<String> ids() {
            return records.stream().map(JdbcSourceContract::ticket).toList();
        }
    }

    static Rows rows(JdbcSource source, Instant from, Instant until) throws Exception {
        Rows rows = new Rows();
        source.records(from, until, rows);
        return rows;
    }

    static List<String> ids(JdbcSource source, Instant from, Instant until) throws Exception {
        return records(source, from, until).stream()
                .map(JdbcSourceContract::ticket)
                .toList();
    }

    /** What one poll with that query brings, of a source that is closed then. */
    final List<String> ids(String query, Instant from, Instant until) throws Exception {
        try (JdbcSource source = source().query(query).build()) {
            return ids(source, from, until);
        }
    }

    /** The first record of {@link #NOON}. */
    final OutboxRecord first(JdbcSource.Builder settings) throws Exception {
        try (JdbcSource source = settings.build()) {
            return records(source, NOON, NOON.plusSeconds(1)).get(0);
        }
    }

    /** A query that is refused before a poll, in words that say why. */
    final void assertRefused(String query, String... because) {
        assertRefused(query, JdbcSource::check, because);
    }

    final void assertPollRefused(String query, Instant from, Instant until, String... because) {
        assertRefused(query, source -> ids(source, from, until), because);
    }

    private void assertRefused(String query, ThrowingConsumer<JdbcSource> use, String... because) {
        try (JdbcSource source = source().query(query).build()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> use.acceptThrows(source))
                    .withMessageContainingAll(because);
        }
    }

    /** The service's part of the key left out. */
    private static String ticket(OutboxRecord record) {
        return record.id().replace("water/", "");
    }

    /** What a pool lends comes back as it was; for the databases that have pools. */
    final void assertThatAPoolGetsItsConnectionBackAsItWas() throws Exception {
        insert(1, NOON);
        try (LentConnection lent = new LentConnection(connect());
                JdbcSource source = JdbcSource.builder()
                        .dataSource(lent.pool())
                        .query(query())
                        .build();
                Statement statement = lent.connection().createStatement()) {
            int timeoutMillis = lent.connection().getNetworkTimeout();
            assertThat(ids(source, NOON, NOON.plusSeconds(1))).containsExactly("1");
            assertThat(lent.connection().getAutoCommit()).isTrue();
            assertThat(lent.connection().getNetworkTimeout()).isEqualTo(timeoutMillis);
            assertThat(statement.executeUpdate("DELETE FROM request WHERE modified = " + literal(NOON)))
                    .isOne();
        }
    }

    @Test
    void anIntervalHoldsItsFirstMomentAndNotItsLast() throws Exception {
        insert(1, NOON.minusMillis(1));
        insert(2, NOON);
        insert(3, NOON.plusSeconds(59));
        insert(4, NOON.plusSeconds(60).minusMillis(1));
        insert(5, NOON.plusSeconds(60));
        try (JdbcSource source = source().query(query()).build()) {
            source.check();
            assertThat(ids(source, NOON, NOON.plusSeconds(60))).containsExactlyInAnyOrder("2", "3", "4");
            assertThat(ids(source, Instant.EPOCH, NOON)).containsExactly("1");
            assertThat(ids(source, NOON.plusSeconds(61), NOON.plusSeconds(90))).isEmpty();
        }
    }

    @Test
    void whatIsAskedForFromTheBeginningHasNoLowerBound() throws Exception {
        insert(1, Instant.parse("1971-01-01T00:00:00Z"));
        insert(2, NOON);
        assertThat(ids(query(), Instant.MIN, NOON)).containsExactly("1");
        assertThat(ids(query(), Instant.MIN, NOON.plusSeconds(1))).containsExactlyInAnyOrder("1", "2");
    }

    @Test
    void theKeyIsWhatTheUserSaysAndByDefaultServiceAndRequest() throws Exception {
        insert(1, NOON);
        insert(2, NOON);
        String query = query().replace("ticket AS", "7 AS").replace("service AS", "ticket AS kind, 'a/b' AS");
        assertThat(keys(source().query(query))).containsExactly("a\\/b/7", "a\\/b/7");
        assertThat(keys(source().query(query).key("kind", "request_id"))).containsExactlyInAnyOrder("1/7", "2/7");
        assertThat(keys(source().query(query).key("kind"))).containsExactlyInAnyOrder("1", "2");
        try (JdbcSource none = source().query(query).key("nothing").build()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(none::check)
                    .withMessageContaining("no column named nothing");
        }
    }

    private static List<String> keys(JdbcSource.Builder settings) throws Exception {
        try (JdbcSource source = settings.build()) {
            return records(source, NOON, NOON.plusSeconds(1)).stream()
                    .map(OutboxRecord::id)
                    .toList();
        }
    }

    @Test
    void aRowWithoutAKeyIsSetAsideAloneWithItsValues() throws Exception {
        for (int ticket = 1; ticket <= 3; ticket++) insert(ticket, NOON);
        String query = query().replace("ticket AS", "NULLIF(ticket, 2) AS");
        try (JdbcSource source = source().query(query).build()) {
            Rows rows = rows(source, NOON, NOON.plusSeconds(1));
            assertThat(rows.ids()).containsExactlyInAnyOrder("1", "3");
            UnreadableRow row = rows.unreadable.get(0);
            assertThat(row.key()).startsWith("water/request_id is null #");
            assertThat(row.lastModified()).contains(NOON);
            assertThat(row.reason()).contains("request_id is null");
            assertThat(row.values()).containsEntry("service_id", "water").containsEntry("request_id", null);
        }
    }

    @Test
    void aRecordHasTheQuerysAliasesInTheirOrder() throws Exception {
        insert(1, NOON.plusMillis(250));
        OutboxRecord record = first(source().query(query() + " ; "));
        assertThat(record.id()).isEqualTo("water/1");
        assertThat(record.lastModified()).isEqualTo(NOON.plusMillis(250));
        assertThat(record.fields())
                .containsExactly(
                        entry("request_id", 1),
                        entry("service_id", "water"),
                        entry("opening_date", NOON.minusSeconds(3_600)),
                        entry("status_id", 7),
                        entry("last_modified_date", NOON.plusMillis(250)));
    }

    @Test
    void aRowStampedBeforeAPollAndCommittedAfterItIsSeenByTheNextOne() throws Exception {
        Duration overlap = Duration.ofHours(1);
        Instant mark = NOON.plusSeconds(60);
        try (JdbcSource source = source().query(query()).build();
                Connection writer = connect();
                Statement statement = writer.createStatement()) {
            writer.setAutoCommit(false);
            statement.execute(insertion(1, NOON));
            assertThat(ids(source, NOON.minus(overlap), mark)).isEmpty();
            writer.commit();
            assertThat(ids(source, mark.minus(overlap), mark.plusSeconds(60))).containsExactly("1");
        }
    }

    @Test
    void whatWasCommittedAfterAPollIsSentWithTheNextAndNothingTwice(@TempDir Path outbox) throws Exception {
        JdbcSource source = source().query(query()).build();
        try (SenderRig rig = rig(outbox, source);
                Connection writer = connect();
                Statement statement = writer.createStatement()) {
            insert(1, source.now().minusSeconds(20));
            writer.setAutoCommit(false);
            statement.execute(insertion(2, source.now().minusSeconds(10)));
            assertThat(sendOnce(rig)).succeedsWithin(Duration.ZERO);
            writer.commit();
            insert(3, source.now());
            assertThat(sendOnce(rig)).succeedsWithin(Duration.ZERO);
            assertThat(sendOnce(rig)).succeedsWithin(Duration.ZERO);
            assertThat(rig.receiver.requestIds()).containsExactlyInAnyOrder("1", "2", "3");
        }
    }

    /** Its clock starts at the database's time, which no test can set. */
    static SenderRig rig(Path outbox, JdbcSource source) {
        return new SenderRig(outbox, new VirtualTime(Instant.now()), builder -> builder.source(source)
                .settle(Duration.ZERO));
    }

    static CompletableFuture<SentInterval> sendOnce(SenderRig rig) {
        CompletableFuture<SentInterval> sent = rig.sender.sendOnce();
        rig.time.settle();
        return sent;
    }

    @Test
    void theDatabaseTellsItsOwnTime() throws Exception {
        try (JdbcSource source = source().query(query()).build()) {
            Instant before = Instant.now().minusSeconds(60);
            assertThat(source.now()).isBetween(before, before.plusSeconds(120));
        }
    }

    @Test
    void aQueryWithoutANeededColumnIsRefusedAndToldWhichOne() throws Exception {
        String query = query().replace("service AS service_id", "service");
        assertRefused(query, "no column named service_id", "AS service_id", "request_id, service, opening_date");
        assertPollRefused(query, NOON, NOON.plusSeconds(1), "no column named service_id");
    }

    @Test
    void otherBodiesNeedOtherColumns() throws Exception {
        insert(1, NOON);
        String query = "SELECT ticket AS id, modified AS at, service FROM request WHERE modified >= ? AND modified < ?";
        try (JdbcSource source =
                source().query(query).columns("id", "at", "service").build()) {
            assertThat(ids(source, NOON, NOON.plusSeconds(1))).containsExactly("1");
        }
    }

    @Test
    void aQueryWithOneParameterIsRefused() {
        assertRefused(query().replace(" AND modified < ?", ""), "2 parameters, and has 1");
    }

    @Test
    void parametersInTheWrongOrderAreRefusedAtTheFirstPoll() throws Exception {
        insert(1, NOON);
        String query = query().replace("modified >= ? AND modified < ?", "modified < ? AND modified >= ?");
        for (Instant from : new Instant[] {Instant.MIN, NOON.minusSeconds(1)})
            assertPollRefused(query, from, NOON.plusSeconds(60), "The first ? is the start");
    }

    @Test
    void aQueryThatComparesAnotherColumnThanItReturnsIsRefusedAtTheFirstPoll() throws Exception {
        execute("INSERT INTO request VALUES (1, 'water', " + literal(NOON.minus(Duration.ofDays(5))) + ", 7, "
                + literal(NOON) + ")");
        String query = query().replace("modified AS", "opened AS")
                .replace("opened AS opening_date", "modified AS opening_date");
        assertPollRefused(query, Instant.MIN, NOON.plusSeconds(60), "compares another column than it returns");
    }

    @Test
    void aQueryThatComparesNothingIsRefusedAtTheFirstPoll() throws Exception {
        insert(1, NOON);
        String query = query().replace(
                        "modified >= ? AND modified < ?", "opened IS NOT NULL OR modified >= ? AND modified < ?");
        assertPollRefused(query, Instant.MIN, NOON.plusSeconds(60), "does not compare its parameters");
    }

    @Test
    void aTableThatIsEmptyIsNoFault() throws Exception {
        try (JdbcSource source = source().query(query()).build()) {
            assertThat(ids(source, Instant.MIN, NOON)).isEmpty();
            insert(1, NOON);
            assertThat(ids(source, Instant.MIN, NOON.plusSeconds(1))).containsExactly("1");
        }
    }

    @Test
    void aQueryThatTheDatabaseDoesNotUnderstandIsRefusedWithItsWords() {
        assertRefused(query().replace("FROM request", "FROM requests"), "requests", "The query must be changed");
    }

    @Test
    void aQueryThatWritesChangesNothing() throws Exception {
        insert(1, NOON);
        String deletion = "DELETE FROM request WHERE modified >= ? AND modified < ? RETURNING ticket AS request_id,"
                + " service AS service_id, opened AS opening_date, status AS status_id, modified AS last_modified_date";
        assertThatIllegalArgumentException().isThrownBy(() -> ids(deletion, NOON, NOON.plusSeconds(1)));
        assertThat(ids(query(), NOON, NOON.plusSeconds(1))).containsExactly("1");
    }

    @Test
    void aNeededValueThatIsMissingIsToldWithItsColumn() throws Exception {
        insert(1, NOON);
        String query = query().replace("ticket AS", "NULLIF(ticket, 1) AS");
        assertPollRefused(query, NOON, NOON.plusSeconds(1), "request_id is null");
    }

    @Test
    void rowsAreFetchedSomeAtATimeAndASinkThatFailsEndsThemAtOnce() throws Exception {
        IOException full = new IOException("full");
        List<OutboxRecord> records = new ArrayList<>();
        try (JdbcSource source = endlessSource()) {
            assertThatThrownBy(() -> source.records(NOON, NOON.plusSeconds(1), record -> {
                        if (records.size() == 2_500) throw full;
                        records.add(record);
                    }))
                    .isSameAs(full);
            assertThat(records).hasSize(2_500);
            assertThat(source.now()).isAfter(NOON);
        }
    }

    @Test
    void closingEndsAPollUnderWay() throws Exception {
        List<OutboxRecord> records = new ArrayList<>();
        JdbcSource source = endlessSource();
        assertThatThrownBy(() -> source.records(NOON, NOON.plusSeconds(1), record -> {
                    records.add(record);
                    if (records.size() == 10) source.close();
                }))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("closed");
        assertThat(records).hasSizeLessThan(10_000);
        source.close();
    }
}
