package io.gapless.recovery.outbox.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Types;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

/** What drivers answer that no test can run here, by their documentation. */
class DatabaseProductTest {
    private static final int DATETIMEOFFSET = -155;
    private static final int TIMESTAMPTZ = -101;
    private static final int TIMESTAMPLTZ = -102;

    @Test
    void typesWithAZoneAreMomentsAlsoUnderAVendorsOwnNumber() {
        assertThat(DatabaseProduct.SQL_SERVER.timeForm(DATETIMEOFFSET, "datetimeoffset"))
                .contains(TimeForm.ZONED);
        assertThat(DatabaseProduct.ORACLE.timeForm(TIMESTAMPTZ, "TIMESTAMP WITH TIME ZONE"))
                .contains(TimeForm.ZONED);
        assertThat(DatabaseProduct.ORACLE.timeForm(TIMESTAMPLTZ, "TIMESTAMP WITH LOCAL TIME ZONE"))
                .contains(TimeForm.ZONED);
        assertThat(DatabaseProduct.POSTGRESQL.timeForm(Types.TIMESTAMP, "timestamptz"))
                .contains(TimeForm.ZONED);
    }

    @Test
    void oraclesDateHasATimeOfDayAndOtherDatesHaveNone() {
        assertThat(DatabaseProduct.ORACLE.timeForm(Types.DATE, "DATE")).contains(TimeForm.LOCAL);
        assertThat(DatabaseProduct.ORACLE.timeForm(Types.TIMESTAMP, "DATE")).contains(TimeForm.LOCAL);
        assertThat(DatabaseProduct.SQL_SERVER.timeForm(Types.DATE, "date")).isEmpty();
    }

    @Test
    void aRowWithinTheRoundingOfADatetimeIsInsideWhatIsAskedFor() {
        // SQL Server compares .8533333 and shows .853.
        Instant from = Instant.parse("2026-11-01T10:00:00.853200Z");
        Instant shown = Instant.parse("2026-11-01T10:00:00.853Z");
        TimeForm.Asked asked = TimeForm.LOCAL.ask(
                from, from.plusSeconds(60), ZoneOffset.UTC, DatabaseProduct.SQL_SERVER.beginning(TimeForm.LOCAL));

        assertThat(asked.earliest()).isBefore(shown);
        assertThat((LocalDateTime) asked.from()).isBefore(LocalDateTime.ofInstant(shown, ZoneOffset.UTC));
    }

    @Test
    void theBeginningIsBeforeWhateverADatabaseHolds() {
        assertThat(DatabaseProduct.POSTGRESQL.beginning(TimeForm.ZONED)).isEqualTo(OffsetDateTime.MIN);
        assertThat(DatabaseProduct.SQL_SERVER.beginning(TimeForm.LOCAL)).isEqualTo(LocalDateTime.of(1, 1, 1, 0, 0));
        assertThat(DatabaseProduct.SQLITE.beginning(TimeForm.TEXT)).isEqualTo("");
    }
}
