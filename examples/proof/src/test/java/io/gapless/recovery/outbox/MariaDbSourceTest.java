package io.gapless.recovery.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gapless.recovery.outbox.RecordSink.UnreadableRow;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MariaDbSourceTest extends JdbcSourceContract {
    private static final String SKIPPED =
            "NOT TESTED ON MARIADB: it is not installed on this machine; .ci/install-mariadb installs it.";

    private static final DateTimeFormatter FORM = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS");

    @TempDir
    private static Path directory;

    private static MariaDbServer mariaDb;

    @BeforeAll
    static void start() throws Exception {
        if (!MariaDbServer.isInstalled()) System.err.println(SKIPPED);
        assumeTrue(MariaDbServer.isInstalled(), SKIPPED);
        mariaDb = MariaDbServer.start(directory);
    }

    @AfterAll
    static void stop() throws InterruptedException {
        if (mariaDb != null) mariaDb.close();
    }

    @Override
    Connection connect() throws SQLException {
        return mariaDb.connect();
    }

    @Override
    JdbcSource.Builder source() {
        return JdbcSource.builder().url(mariaDb.url()).user("root");
    }

    @Override
    String momentType() {
        return "TIMESTAMP(6)";
    }

    /** As a session shows it that is five hours ahead of UTC, as the server's default is. */
    @Override
    String literal(Instant at) {
        return "'" + FORM.withZone(ZoneOffset.ofHours(5)).format(at) + "'";
    }

    @Override
    String endless() {
        return "SELECT seq AS id, from_unixtime(1772366400) AS at, repeat('x', 2000) AS filling FROM seq_1_to_10000000"
                + " WHERE from_unixtime(1772366400) >= ? AND from_unixtime(1772366400) < ?";
    }

    @Test
    void aDatabaseThatGoesAwayInMidPollEndsIt() throws Exception {
        List<OutboxRecord> records = new ArrayList<>();
        try (JdbcSource source = endlessSource()) {
            assertThatThrownBy(() -> source.records(NOON, NOON.plusSeconds(1), record -> {
                        if (records.isEmpty()) killTheOthers();
                        records.add(record);
                    }))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("Reading from ");
            assertThat(source.now()).isAfter(NOON);
        }
    }

    private void killTheOthers() throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            List<String> others = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery("SELECT id FROM information_schema.processlist"
                    + " WHERE id <> connection_id() AND info LIKE '%seq_1_to_10000000%'")) {
                while (rows.next()) others.add(rows.getString(1));
            }
            for (String other : others) statement.execute("KILL " + other);
        }
    }

    private static final String ODD = "CREATE OR REPLACE TABLE odd (id BIGINT UNSIGNED PRIMARY KEY, st TINYINT(1),"
            + " b8 BIT(8), b1 BIT(1), y YEAR, z DATETIME, d0 DATE, en ENUM('a','b'), dc DECIMAL(20,4), fl FLOAT,"
            + " tm TIME, at TIMESTAMP(6) NOT NULL)";

    private static JdbcSource odd(JdbcSource.Builder source, String columns) {
        return source.query("SELECT id AS request_id, " + columns + " at AS last_modified_date FROM odd"
                        + " WHERE at >= ? AND at < ?")
                .columns("request_id", "last_modified_date")
                .zone(ZoneId.of("America/Lima"))
                .build();
    }

    @Test
    void valuesGoOutAsTheDatabaseHoldsThemAlsoThroughADataSource() throws Exception {
        execute(ODD);
        execute("INSERT INTO odd VALUES (18446744073709551615, 9, 5, 1, 2026, '2026-03-01 07:00:00', '2026-03-01',"
                + " 'a', 12345678901234.5, 0.1, '-100:30:00', " + literal(NOON) + ")");
        String columns = "st, b8, b1, y, z, d0, en, dc, fl, tm,";
        try (JdbcSource byUrl = odd(source(), columns);
                LentConnection lent = new LentConnection(connect());
                JdbcSource pooled = odd(JdbcSource.builder().dataSource(lent.pool()), columns)) {
            for (JdbcSource source : List.of(byUrl, pooled)) {
                OutboxRecord record = records(source, NOON, NOON.plusSeconds(1)).get(0);
                assertThat(record.id()).isEqualTo("18446744073709551615");
                assertThat(record.fields())
                        .containsEntry("st", 9L)
                        .containsEntry("b8", 5L)
                        .containsEntry("b1", true)
                        .containsEntry("y", 2026L)
                        .containsEntry("z", NOON)
                        .containsEntry("d0", "2026-03-01")
                        .containsEntry("en", "a")
                        .containsEntry("dc", new BigDecimal("12345678901234.5000"))
                        .containsEntry("tm", "-100:30:00");
            }
        }
    }

    @Test
    void aZeroDateCostsItsRowAlone() throws Exception {
        execute(ODD);
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute("SET sql_mode = ''");
            statement.execute("INSERT INTO odd (id, z, d0, y, at) VALUES (1, '2026-03-01 07:00', '2026-03-01', 0, "
                    + literal(NOON) + "), (2, '0000-00-00', '2026-03-01', 1, " + literal(NOON)
                    + "), (3, NULL, '0000-00-00', 1, " + literal(NOON) + "), (4, NULL, NULL, 1, '0000-00-00')");
        }
        try (JdbcSource source = odd(source(), "z, d0, y,")) {
            Rows rows = rows(source, Instant.MIN, NOON.plusSeconds(1));
            assertThat(rows.ids()).containsExactly("1");
            assertThat(rows.unreadable)
                    .extracting(UnreadableRow::key, UnreadableRow::reason)
                    .containsExactlyInAnyOrder(
                            tuple("2", "The column z is 0000-00-00 00:00:00, which is not a time."),
                            tuple("3", "The column d0 is 0000-00-00, which is not a time."),
                            tuple(
                                    "4",
                                    "The column last_modified_date is 0000-00-00 00:00:00.000000, which is not a time."));
        }
    }

    @Test
    void aWallClockNeedsAZone() throws Exception {
        execute("ALTER TABLE request MODIFY modified DATETIME(6) NOT NULL");
        execute("INSERT INTO request VALUES (1, 'water', now(), 7, '2026-03-01 07:00:00')");
        try (JdbcSource without = source().query(query()).build();
                JdbcSource with =
                        source().query(query()).zone(ZoneId.of("America/Lima")).build()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(without::check)
                    .withMessageContaining("last_modified_date has the type DATETIME");
            assertThat(ids(with, NOON, NOON.plusSeconds(1))).containsExactly("1");
        }
    }

    @Test
    void aConnectionOfAPoolIsGivenBackAsItWas() throws Exception {
        assertThatAPoolGetsItsConnectionBackAsItWas();
    }
}
