package io.gapless.recovery.slot;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Which connection of X's list is ours. Another one must never be ended. */
class StuckSlotTest {
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

    private static String ours(String connections, String meta) throws IOException {
        String list = "{\"data\":[" + connections + "],\"meta\":{" + meta + "}}";
        return StuckSlot.ours(new ObjectMapper().readTree(list), NOON);
    }

    private static String connection(String id, String connectedAt) {
        return "{\"id\":\"" + id + "\",\"endpoint_name\":\"filtered_stream\",\"connected_at\":\"" + connectedAt + "\"}";
    }

    @Test
    void theOnlyOneThatXAcceptedAroundItsAnswerIsOurs() throws IOException {
        String older = connection("older", "2026-11-22T11:59:00.000Z");
        assertThat(ours(older + "," + connection("ours-1", "2026-11-22T11:59:59.200Z"), ""))
                .isEqualTo("ours-1");
    }

    @Test
    void ofTwoAroundTheAnswerNoneIsOursForCertain() throws IOException {
        String one = connection("one", "2026-11-22T11:59:58.000Z");
        assertThat(ours(one + "," + connection("two", "2026-11-22T12:00:01.000Z"), ""))
                .isEmpty();
    }

    @Test
    void aListThatGoesOnAnIdThatCouldBeAnythingAndATimeThatCannotBeReadShowNothing() throws IOException {
        String one = connection("one", "2026-11-22T11:59:58.000Z");
        assertThat(ours(one, "\"next_token\":\"more\"")).isEmpty();
        assertThat(ours(connection("one\\\"]", "2026-11-22T11:59:58.000Z"), "")).isEmpty();
        assertThat(ours(one + "," + connection("two", "lately"), "")).isEmpty();
        assertThat(ours("", "")).isEmpty();
    }
}
