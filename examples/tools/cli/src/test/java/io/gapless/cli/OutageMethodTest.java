package io.gapless.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.recovery.Access;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutageMethodTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "PT30S  | ENTERPRISE  | backfill on the next connection",
                "PT3M   | ENTERPRISE  | backfill on the next connection",
                "PT5M   | ENTERPRISE  | backfill on the next connection, then a recovery job",
                "PT2H   | ENTERPRISE  | backfill on the next connection, then a recovery job",
                "PT48H  | ENTERPRISE  | backfill on the next connection, then 12 recovery jobs, then recent search",
                "PT30S  | PAY_PER_USE | recent search, paid per post",
                "PT48H  | PAY_PER_USE | recent search, paid per post",
                "PT192H | PAY_PER_USE | recent search, then full-archive search for what is older, where the account has it, paid per post",
                "PT30S  | AUTO        | Enterprise: backfill on the next connection; pay-per-use: recent search, paid per post"
            })
    void theMethodFollowsFromTheLengthAndTheAccess(Duration outage, Access access, String method) {
        assertThat(OutageMethod.of(outage, access)).isEqualTo(method);
    }
}
