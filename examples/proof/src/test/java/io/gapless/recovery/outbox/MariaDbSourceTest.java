package io.gapless.recovery.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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
        try (LentConnection lent = new LentConnection(connect());
                JdbcSource source =
                        JdbcSource.builder().dataSource(lent).query(query()).build();
                Statement statement = lent.connection().createStatement()) {
            insert(1, NOON);
            assertThat(ids(source, NOON, NOON.plusSeconds(1))).containsExactly("1");
            assertThat(lent.connection().getAutoCommit()).isTrue();
            assertThat(statement.executeUpdate("DELETE FROM request WHERE modified = " + literal(NOON)))
                    .isOne();
        }
    }
}
