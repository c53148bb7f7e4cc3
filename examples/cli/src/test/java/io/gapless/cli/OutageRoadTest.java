package io.gapless.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.recovery.Access;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutageRoadTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "PT30S | ENTERPRISE  | sent again on the next connection (backfill_minutes=2)",
                "PT3M  | ENTERPRISE  | sent again on the next connection (backfill_minutes=4)",
                "PT4M  | ENTERPRISE  | sent again on the next connection (backfill_minutes=5)",
                "PT5M  | ENTERPRISE  | sent again on the next connection (backfill_minutes=5), and the rest by a recovery job",
                "PT6M  | ENTERPRISE  | a recovery job",
                "PT2H  | ENTERPRISE  | 2 recovery jobs",
                "PT48H | ENTERPRISE  | 12 recovery jobs for the last 24 h, and for what is older recent search",
                "PT30S | PAY_PER_USE | recent search, paid per post",
                "PT48H | PAY_PER_USE | recent search, paid per post",
                "PT192H | PAY_PER_USE | recent search for the last 7 days, nothing beyond, paid per post",
                "PT30S | AUTO        | Enterprise: sent again on the next connection (backfill_minutes=2); pay-per-use: recent search, paid per post"
            })
    void theRoadFollowsFromTheLengthAndTheAccess(Duration outage, Access access, String road) {
        assertThat(OutageRoad.of(outage, access)).isEqualTo(road);
    }
}
