package io.gapless.recovery.outbox.source;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SourceNameTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "jdbc:postgresql://db/shop?connectTimeout=5 | jdbc:postgresql://db/shop, table request",
                "jdbc:sqlserver://db;encrypt=true;databaseName=shop;user=me"
                        + " | jdbc:sqlserver://db;shop, table request",
            })
    void anAddressIsNamedWithoutItsSettings(String url, String name) {
        assertThat(SourceName.of(url, "SELECT a FROM request WHERE b >= ? AND b < ?"))
                .isEqualTo(name);
    }

    @Test
    void aRepairedQueryOfTheSameTablesIsTheSameSource() {
        String before = "SELECT a FROM Shop.\"request\" r JOIN service s ON s.id = r.s WHERE b >= ? AND b < ?";
        String after =
                "-- not FROM other\nSELECT a, 'from there' AS c FROM shop.request r\nLEFT JOIN service s ON s.id = r.s";

        assertThat(SourceName.of(null, after))
                .isEqualTo(SourceName.of(null, before))
                .isEqualTo("table service, shop.request");
        assertThat(SourceName.of(null, "SELECT 1")).isEmpty();
    }
}
