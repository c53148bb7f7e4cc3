package io.gapless.recovery.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SqliteSourceTest extends JdbcSourceContract {
    @TempDir
    private Path directory;

    private String url() {
        return "jdbc:sqlite:" + directory.resolve("a b@c.db");
    }

    @Override
    Connection connect() throws SQLException {
        return DriverManager.getConnection(url());
    }

    @Override
    JdbcSource.Builder source() {
        return JdbcSource.builder().url(url());
    }

    @Override
    String momentType() {
        return "TIMESTAMP";
    }

    @Override
    String literal(Instant at) {
        return "'" + at.toString().replace('T', ' ') + "'";
    }

    @Override
    String endless() {
        return "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000000) SELECT i AS id,"
                + " '2026-03-01 12:00:00' AS at, hex(zeroblob(2000)) AS filling FROM n WHERE '2026-03-01 12:00:00' >= ?"
                + " AND '2026-03-01 12:00:00' < ?";
    }

    private void insertModified(int ticket, String literal) throws SQLException {
        execute("INSERT INTO request VALUES (" + ticket + ", 'water', 1772362800, 7, " + literal + ")");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "'2026-03-01 12:00:00', '2026-03-01 12:00:30.5', '2026-03-01 12:01:00'",
                "'2026-03-01 12:00', '2026-03-01 12:00:59.999999', '2026-03-01 12:01'",
                "'2026-03-01T12:00:00Z', '2026-03-01T12:00:00.001Z', '2026-03-01T12:01:00.000Z'",
                "'2026-03-01T12:00:00', '2026-03-01 12:00:59Z', '2026-03-01 12:01:00Z'",
                "1772366400, 1772366459, 1772366460",
                "1772366400.0, 1772366459.999, 1772366460.0",
                "1772366400000, 1772366459999, 1772366460000"
            })
    void everyFormThatAMomentTakesIsCompared(String first, String inside, String end) throws Exception {
        insertModified(2, first);
        insertModified(3, inside);
        insertModified(4, end);
        assertThat(ids(query(), NOON, NOON.plusSeconds(60))).containsExactlyInAnyOrder("2", "3");
        assertThat(ids(query(), NOON.plusSeconds(60), NOON.plusSeconds(61))).containsExactly("4");
        assertThat(first(source().query(query())).fields())
                .containsEntry("last_modified_date", NOON)
                .containsEntry("opening_date", NOON.minusSeconds(3_600));
    }

    @Test
    void aConditionMayTurnTheParametersIntoNumbers() throws Exception {
        insertModified(1, "1772366400");
        String query = query().replace("?", "unixepoch(?)");
        assertThat(ids(query, NOON, NOON.plusSeconds(1))).containsExactly("1");
        assertThat(ids(query, NOON.plusSeconds(1), NOON.plusSeconds(2))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {"20260301", "2461101.0", "'yesterday'", "'2026-03-01T12:00:00+01:00'", "x'00'", "1772366400000000"
            })
    void whatIsNoMomentIsRefused(String literal) throws Exception {
        insertModified(1, literal);
        Instant until = NOON.plus(Duration.ofDays(365_000));
        assertPollRefused(query(), Instant.EPOCH, until, "last_modified_date", "strftime");
    }

    @Test
    void momentsInTwoFormsAreRefused() throws Exception {
        insertModified(1, "1772366400");
        insertModified(2, "1772366400000");
        assertPollRefused(query(), NOON, NOON.plus(Duration.ofDays(365_000_000)), "more than one form");
    }

    @Test
    void wallClocksThatArePutBackLoseNothing() throws Exception {
        // In Berlin, 02:30 of that night comes twice; it is taken for the first.
        insertModified(1, "'2026-10-25 02:30:00'");
        insertModified(2, "'2026-10-25 03:00:00'");
        Instant first = Instant.parse("2026-10-25T00:30:00Z");
        try (JdbcSource source =
                source().query(query()).zone(ZoneId.of("Europe/Berlin")).build()) {
            assertThat(ids(source, first, Instant.parse("2026-10-25T01:10:00Z")))
                    .containsExactly("1");
            assertThat(ids(source, first.plusSeconds(1), Instant.parse("2026-10-25T02:00:00Z")))
                    .isEmpty();
            assertThat(ids(source, Instant.parse("2026-10-25T01:10:00Z"), Instant.parse("2026-10-25T02:10:00Z")))
                    .containsExactly("2");
        }
    }

    @Test
    void aFileThatIsNotThereIsNotMade() throws Exception {
        Path absent = directory.resolve("absent.db");
        try (JdbcSource source =
                JdbcSource.builder().url("jdbc:sqlite:" + absent).query(query()).build()) {
            assertThatThrownBy(source::now).isInstanceOf(SQLException.class).hasMessageContaining("absent.db");
        }
        assertThat(absent).doesNotExist();
    }
}
