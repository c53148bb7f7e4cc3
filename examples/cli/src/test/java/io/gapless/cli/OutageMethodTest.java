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
                "PT30S  | ENTERPRISE  | the next connection asks for the last minutes again",
                "PT3M   | ENTERPRISE  | the next connection asks for the last minutes again",
                "PT5M   | ENTERPRISE  | the next connection asks for the last minutes again, and a recovery job",
                "PT2H   | ENTERPRISE  | the next connection asks for the last minutes again, and a recovery job",
                "PT48H  | ENTERPRISE  | the next connection asks for the last minutes again, and 12 recovery jobs, and recent search",
                "PT30S  | PAY_PER_USE | recent search, paid per post",
                "PT48H  | PAY_PER_USE | recent search, paid per post",
                "PT192H | PAY_PER_USE | recent search, and full-archive search for what is older, where the account has it, paid per post",
                "PT30S  | AUTO        | Enterprise: the next connection asks for the last minutes again; pay-per-use: recent search, paid per post"
            })
    void theMethodFollowsFromTheLengthAndTheAccess(Duration outage, Access access, String method) {
        assertThat(OutageMethod.of(outage, access)).isEqualTo(method);
    }
}
