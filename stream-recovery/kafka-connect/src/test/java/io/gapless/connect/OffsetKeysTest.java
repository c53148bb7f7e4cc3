package io.gapless.connect;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.kafka.connect.json.JsonConverter;
import org.junit.jupiter.api.Test;

class OffsetKeysTest {
    /** If this text changes, no running connector finds its state again. */
    @Test
    void aKeyHasTheSameBytesInEveryJvmAndEveryVersion() {
        OffsetKeys keys = new OffsetKeys(3);

        assertThat(json(keys.state())).isEqualTo("{\"partition\":\"3\",\"kind\":\"state\"}");
        assertThat(json(keys.ledger())).isEqualTo("{\"partition\":\"3\",\"kind\":\"ledger\"}");
        assertThat(json(keys.deadLetters())).isEqualTo("{\"partition\":\"3\",\"kind\":\"dead-letters\"}");
        assertThat(json(keys.ids(3_519))).isEqualTo("{\"partition\":\"3\",\"kind\":\"ids\",\"slot\":\"3519\"}");
    }

    @Test
    void keysOfOthersAreNotOurs() {
        assertThat(OffsetKeys.isOurs(new OffsetKeys(20).state())).isTrue();
        assertThat(OffsetKeys.isOurs(new OffsetKeys(0).ids(7))).isTrue();
        assertThat(OffsetKeys.isOurs(Map.of("filename", "a.txt"))).isFalse();
        assertThat(OffsetKeys.isOurs(Map.of("partition", "3"))).isFalse();
        assertThat(OffsetKeys.isOurs(Map.of("partition", "x", "kind", "state"))).isFalse();
        assertThat(OffsetKeys.isOurs(Map.of("partition", "1", "kind", "state", "slot", "7")))
                .isFalse();
        assertThat(OffsetKeys.isOurs(Map.of("partition", "1", "kind", "ids"))).isFalse();
    }

    private static String json(Map<String, String> key) {
        JsonConverter converter = new JsonConverter();
        converter.configure(Map.of("schemas.enable", "false"), true);
        return new String(converter.fromConnectData("", null, key), StandardCharsets.UTF_8);
    }
}
