package io.gapless.recovery.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.TimeZone;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.opentest4j.TestAbortedException;

class PostgresSourceTest extends JdbcSourceContract {
    private static final String PASSWORD = "s3cret-of-the-reader";

    private static final String SKIPPED = "NOT TESTED ON POSTGRESQL: Maven Central has no binaries of it for "
            + System.getProperty("os.name") + " on " + System.getProperty("os.arch") + ".";

    private static EmbeddedPostgres postgres;

    @BeforeAll
    static void start() throws IOException {
        try {
            postgres = EmbeddedPostgres.start();
        } catch (IllegalStateException e) {
            // As the library ends its search for binaries; anything else is a failure.
            if (!String.valueOf(e.getMessage()).contains("Missing embedded postgres binaries")) throw e;
            System.err.println(SKIPPED);
            throw new TestAbortedException(SKIPPED, e);
        }
    }

    @AfterAll
    static void stop() throws IOException {
        if (postgres != null) postgres.close();
    }

    @Override
    Connection connect() throws SQLException {
        return postgres.getPostgresDatabase().getConnection();
    }

    @Override
    JdbcSource.Builder source() {
        return JdbcSource.builder()
                .url("jdbc:postgresql://127.0.0.1:" + postgres.getPort() + "/postgres")
                .user("postgres")
                .password(() -> PASSWORD);
    }

    @Override
    String momentType() {
        return "timestamptz";
    }

    @Override
    String literal(Instant at) {
        return "'" + at + "'";
    }

    @Override
    String endless() {
        return "SELECT i AS id, '2026-03-01T12:00:00Z'::timestamptz AS at, repeat('x', 2000) AS filling"
                + " FROM generate_series(1, 1000000) i"
                + " WHERE '2026-03-01T12:00:00Z'::timestamptz >= ? AND '2026-03-01T12:00:00Z'::timestamptz < ?";
    }

    @Test
    void aDatabaseThatGoesAwayInMidPollEndsItWithoutAPassword() throws Exception {
        List<OutboxRecord> records = new ArrayList<>();
        try (JdbcSource source = endlessSource()) {
            assertThatThrownBy(() -> source.records(NOON, NOON.plusSeconds(1), record -> {
                        if (records.isEmpty()) terminateTheOthers();
                        records.add(record);
                    }))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("/postgres failed: ")
                    .hasMessageContaining("No record of this poll is kept")
                    .hasMessageNotContaining(PASSWORD);
            assertThat(records).hasSizeLessThan(1_000_000);
            assertThat(source.now()).isAfter(NOON);
        }
    }

    @Test
    void ofAPollThatWasCutOffNothingIsKeptAndTheNextOneHasIt(@TempDir Path outbox) throws Exception {
        for (int ticket = 1; ticket <= 4; ticket++) insert(ticket, Instant.now().minusSeconds(10 - ticket));
        execute("CREATE TABLE IF NOT EXISTS deadly (ticket integer)");
        execute("INSERT INTO deadly VALUES (3)");
        String query = query().replace(
                        "SELECT",
                        "SELECT CASE WHEN ticket = (SELECT max(ticket) FROM deadly)"
                                + " THEN pg_terminate_backend(pg_backend_pid()) END AS ending,");
        JdbcSource source =
                source().query(query + " ORDER BY ticket").fetchSize(1).build();
        try (SenderRig rig = rig(outbox, source)) {
            assertThat(sendOnce(rig))
                    .failsWithin(Duration.ZERO)
                    .withThrowableThat()
                    .withMessageContaining("No record of this poll is kept");
            assertThat(rig.sender.status().waitingRecords()).isZero();
            assertThat(rig.sender.status().collectedUntil()).isEmpty();
            assertThat(rig.receiver.got).isEmpty();
            execute("DELETE FROM deadly");
            assertThat(sendOnce(rig)).succeedsWithin(Duration.ZERO);
            assertThat(rig.receiver.requestIds()).containsExactly("1", "2", "3", "4");
        }
    }

    private void terminateTheOthers() throws SQLException {
        execute("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
                + " AND backend_type = 'client backend'");
    }

    @Test
    void aDatabaseThatIsNotThereIsAFailureAndNoRefusal() {
        try (JdbcSource source = JdbcSource.builder()
                .url("jdbc:postgresql://127.0.0.1:1/postgres")
                .user("postgres")
                .password(() -> PASSWORD)
                .query(query())
                .build()) {
            assertThatThrownBy(source::check)
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("Reading from jdbc:postgresql://127.0.0.1:1/postgres failed")
                    .hasMessageNotContaining(PASSWORD);
        }
    }

    @Test
    void aQueryThatTakesTooLongIsCutOff() throws Exception {
        insert(1, NOON);
        JdbcSource.Builder settings = source().query(query() + " AND pg_sleep(60) IS NOT NULL");
        assertThatThrownBy(() -> first(settings.statementTimeout(Duration.ofSeconds(1))))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("canceling statement");
    }

    @Test
    void momentsToTheMicrosecondAreToldApart() throws Exception {
        insert(1, NOON.plusNanos(1_000));
        assertThat(ids(query(), NOON, NOON.plusNanos(1_000))).isEmpty();
        assertThat(ids(query(), NOON.plusNanos(1_000), NOON.plusNanos(2_000))).containsExactly("1");
    }

    @Test
    void aWallClockNeedsAZoneAndIsThenTheSameWhereverThisRuns() throws Exception {
        execute("ALTER TABLE request ALTER modified TYPE timestamp USING modified AT TIME ZONE 'America/Lima'");
        execute("INSERT INTO request VALUES (1, 'water', now(), 7, '2026-03-01 07:00:00')");
        TimeZone before = TimeZone.getDefault();
        TimeZone.setDefault(TimeZone.getTimeZone("Asia/Tokyo"));
        try (JdbcSource without = source().query(query()).build();
                JdbcSource with =
                        source().query(query()).zone(ZoneId.of("America/Lima")).build()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(without::check)
                    .withMessageContaining("last_modified_date has the type timestamp")
                    .withMessageContaining("zone");
            assertThat(ids(with, NOON, NOON.plusSeconds(1))).containsExactly("1");
            assertThat(ids(with, NOON.minusSeconds(1), NOON)).isEmpty();
        } finally {
            TimeZone.setDefault(before);
        }
    }

    @Test
    void valuesOfOtherTypesBecomeWhatARecordCanHold() throws Exception {
        insert(1, NOON);
        String query = query().replace(
                        "SELECT",
                        "SELECT true AS truth, 1.50::numeric AS price, '2026-03-02'::date AS day, '11:30'::time AS hour,"
                                + " '{\"a\": 1}'::jsonb AS json, NULL::integer AS nothing,"
                                + " '5a5c4fd5-3a0e-4ad0-9d3a-000000000001'::uuid AS uuid,");
        assertThat(first(source().query(query)).fields())
                .containsEntry("truth", true)
                .containsEntry("price", new BigDecimal("1.50"))
                .containsEntry("day", "2026-03-02")
                .containsEntry("hour", "11:30:00")
                .containsEntry("json", "{\"a\": 1}")
                .containsEntry("nothing", null)
                .containsEntry("uuid", "5a5c4fd5-3a0e-4ad0-9d3a-000000000001");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '~',
            delimiter = '|',
            value = {
                "'1234.50'::money | $1,234.50",
                "B'10'::bit(2) | 10",
                "B'1'::bit | 1",
                "B'101'::varbit | 101",
                "true | true",
                "12345678901234567890.123456789::numeric | 12345678901234567890.123456789",
                "array[1,null,2] | {1,NULL,2}",
                "'1 day 02:00'::interval | 1 day 02:00:00",
                "'12:00+02'::timetz | 12:00:00+02",
                "'24:00'::time | 24:00:00",
                "'infinity'::timestamptz | infinity",
                "'-infinity'::timestamptz | -infinity",
                "'infinity'::date | infinity",
                "'0044-03-15 BC'::date | 0044-03-15 BC",
                "'5874897-12-31'::date | 5874897-12-31",
                "'2026-03-02'::date | 2026-03-02",
                "'a'::\"char\" | a",
                "'192.168.0.1/24'::inet | 192.168.0.1/24",
                "'[1,3)'::int4range | [1,3)",
                "'pg_class'::regclass | pg_class"
            })
    void aValueGoesOutAsTheDatabaseShowsIt(String value, String shown) throws Exception {
        insert(1, NOON);
        String query = query().replace("SELECT", "SELECT " + value + " AS x,");
        assertThat(first(source().query(query)).fields().get("x")).hasToString(shown);
    }

    @Test
    void rowsOfTheYear1AndBeforeItAreFoundFromTheBeginning() throws Exception {
        String[] stamps = {
            "0001-01-01T00:00Z", "1900-01-01T00:00Z", "1969-12-31T23:59:59Z", "0044-03-15 BC", "-infinity"
        };
        for (int i = 0; i < stamps.length; i++)
            execute("INSERT INTO request VALUES (" + i + ", 'water', now(), 7, '" + stamps[i] + "')");
        try (JdbcSource source = source().query(query()).build()) {
            List<OutboxRecord> records = records(source, Instant.MIN, NOON);
            assertThat(records).hasSize(5);
            assertThat(records.stream()
                            .map(record -> String.valueOf(record.fields().get("last_modified_date"))))
                    .contains("0001-01-01T00:00:00Z", "1900-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "-infinity");
        }
        execute("ALTER TABLE request ALTER modified TYPE timestamp USING modified AT TIME ZONE 'UTC'");
        try (JdbcSource source =
                source().query(query()).zone(ZoneId.of("America/Lima")).build()) {
            assertThat(ids(source, Instant.MIN, NOON)).hasSize(5);
        }
    }

    @Test
    void whatTheEndpointCannotTakeIsQuarantinedAloneAndNamed(@TempDir Path outbox) throws Exception {
        insert(1, Instant.now().minusSeconds(60));
        execute(
                "INSERT INTO request VALUES (2, 'water', now(), 7, '0044-03-15 BC'), (3, 'water', 'infinity', 7, now() - interval '1 minute'),"
                        + " (4, NULL, now(), 7, now() - interval '1 minute')");
        try (SenderRig rig = rig(outbox, source().query(query()).build())) {
            assertThat(sendOnce(rig)).succeedsWithin(Duration.ZERO);
            assertThat(rig.receiver.requestIds()).containsExactly("1");
            assertThat(rig.sender.quarantined(9)).hasSize(3);
            String told = rig.told(SenderEvent.RowsQuarantined.class).get(0).describe();
            assertThat(told)
                    .contains("2: ", "last_modified_date", "3: ", "opening_date", "infinity", "service_id is null/4 #");
        }
    }

    @Test
    void ofOverlappingTransactionsWhatTheTableHasIsSentLast(@TempDir Path outbox) throws Exception {
        execute("INSERT INTO request VALUES (1, 'water', now(), 1, now())");
        String update = "UPDATE request SET modified = now(), status = ";
        try (SenderRig rig = rig(outbox, source().query(query()).build());
                Connection late = connect();
                Statement inLate = late.createStatement()) {
            late.setAutoCommit(false);
            inLate.execute("SELECT now()");
            execute(update + "2");
            assertThat(sendOnce(rig)).succeedsWithin(Duration.ZERO);
            inLate.execute(update + "7");
            late.commit();
            for (int poll = 0; poll < 2; poll++) assertThat(sendOnce(rig)).succeedsWithin(Duration.ZERO);
            assertThat(rig.receiver.got).hasSize(2);
            assertThat(rig.receiver.got.get(1).body()).contains("\"status_id\":7");
        }
    }

    @Test
    void castsAndToCharShowTheTimesOfTheZoneThatIsSet() throws Exception {
        insert(1, Instant.parse("2026-03-02T02:15:00Z"));
        String query = query().replace("opened AS", "modified::timestamp AS")
                .replace("SELECT", "SELECT modified::date AS day, to_char(modified, 'HH24:MI') AS shown,");
        for (String zone : new String[] {"America/Santo_Domingo", "-04:00"}) {
            try (JdbcSource source = source().query(query).zone(ZoneId.of(zone)).build()) {
                List<OutboxRecord> records = records(source, NOON, NOON.plus(Duration.ofDays(1)));
                assertThat(records.get(0).fields())
                        .containsEntry("day", "2026-03-01")
                        .containsEntry("shown", "22:15")
                        .containsEntry("opening_date", Instant.parse("2026-03-02T02:15:00Z"));
            }
        }
    }

    @Test
    void aRowThatTheDatabaseItselfRefusesIsSetAsideAloneAndNamed(@TempDir Path outbox) throws Exception {
        execute("ALTER TABLE request ADD word text DEFAULT '7'");
        execute("INSERT INTO request SELECT i, 'water', now(), 1, now() - interval '1 minute', CASE WHEN i IN (50, 777)"
                + " THEN 'x' ELSE '7' END FROM generate_series(1, 1000) i");
        JdbcSource source =
                source().query(query().replace("status AS", "word::int AS")).build();
        try (SenderRig rig = rig(outbox, source)) {
            assertThat(sendOnce(rig)).succeedsWithin(Duration.ZERO);
            assertThat(rig.receiver.requestIds()).hasSize(998).doesNotHaveDuplicates();
            assertThat(rig.sender.quarantined(9))
                    .extracting(QuarantinedRecord::id)
                    .containsExactlyInAnyOrder("water/50", "water/777");
            assertThat(rig.sender.quarantined(9).get(0).reason()).contains("invalid input syntax for type integer");

            execute("UPDATE request SET word = '3' WHERE ticket = 50");
            assertThat(sendOnce(rig)).succeedsWithin(Duration.ZERO);
            assertThat(rig.receiver.requestIds()).hasSize(999).contains("50");
            assertThat(rig.sender.quarantined(9)).hasSize(2);
        }
    }

    @Test
    void whatFailsWhateverTheRowEndsThePoll() throws Exception {
        insert(1, NOON);
        assertThatThrownBy(() -> ids(query() + " AND 'x'::text::int = 1", NOON, NOON.plusSeconds(1)))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("invalid input syntax");
    }

    @Test
    void anOperatorWithAQuestionMarkIsWrittenWithTwo() throws Exception {
        insert(1, NOON);
        String query = query() + " AND '{\"a\":1}'::jsonb ?? 'a'";
        assertThat(ids(query, NOON, NOON.plusSeconds(1))).containsExactly("1");
        assertRefused(query.replace("??", "?"), "is written with ??");
    }

    @Test
    void aStampThatIsCutToTheDayIsRefusedAtTheFirstPoll() throws Exception {
        insert(1, NOON);
        String query = query().replace("modified AS", "date_trunc('day', modified) AS");
        assertPollRefused(query, Instant.MIN, NOON.plusSeconds(1), "to the hour or the day");
    }

    @Test
    void aStampMayBeCutToTheSecondInTheResultAlone() throws Exception {
        String query = query().replace("modified AS", "date_trunc('second', modified) AS");
        insert(1, NOON.plusMillis(700));
        assertThat(ids(query, NOON.plusMillis(500), NOON.plusSeconds(60))).isEmpty();
        assertThat(ids(query, NOON.minusSeconds(60), NOON.plusMillis(500))).containsExactly("1");
    }

    @Test
    void columnsThatCannotBeUsedAreRefused() {
        assertRefused(query().replace("service AS", "'\\x00'::bytea AS"), "service_id has the type bytea");
        assertRefused(query().replace("status AS", "status AS service_id, status AS"), "two columns named service_id");
        assertRefused(query().replace("modified AS", "modified::date AS"), "has the type date");
        assertRefused(query().replace("modified AS", "extract(epoch FROM modified) AS"), "is not a time");
    }

    @Test
    void aQueryThatComparesAnotherColumnThanItGivesIsRefused() throws Exception {
        insert(1, NOON);
        String query = query().replace("modified >= ? AND modified < ?", "opened >= ? AND opened < ?");
        assertPollRefused(query, NOON.minusSeconds(3_600), NOON.minusSeconds(3_599), "the same column");
    }

    @Test
    void aConnectionOfAPoolIsGivenBackAsItWas() throws Exception {
        assertThatAPoolGetsItsConnectionBackAsItWas();
    }
}
