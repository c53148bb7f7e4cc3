package io.gapless.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdmissionTest {
    private final Admission open = new Admission(List.of("Stream.Example.com"), Optional.empty());
    private final Admission closed = new Admission(List.of(), Optional.of("correct horse"));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "LOCALHOST:8090",
                "127.0.0.1:8090",
                "192.168.1.20",
                "[::1]:8090",
                "stream.example.com:80"
            })
    void thisMachineAndItsAllowedNamesAreOurs(String host) {
        assertThat(open.isOurs(host)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example.com",
                "127.0.0.1.evil.example.com:8090",
                "localhost.evil.example.com",
                "localhost@evil.example.com",
                "evil.example.com#127.0.0.1",
                "1.2.3.4.5",
                "[::1].evil.example.com",
                "",
                ":8090"
            })
    void aNameThatLeadsHereByRebindingIsRefused(String host) {
        assertThat(open.isOurs(host)).isFalse();
    }

    @Test
    void aRequestWithoutAHostIsRefused() {
        assertThat(open.isOurs(null)).isFalse();
    }

    @Test
    void onlyTheRightPasswordIsAllowedWhateverTheUser() {
        assertThat(closed.isAllowed(basic("anyone:correct horse"))).isTrue();
        assertThat(closed.isAllowed(basic(":correct horse"))).isTrue();
        assertThat(closed.isAllowed(basic("anyone:correct horse "))).isFalse();
        assertThat(closed.isAllowed(basic("correct horse:"))).isFalse();
        assertThat(closed.isAllowed(null)).isFalse();
        assertThat(closed.isAllowed("Basic ***")).isFalse();
        assertThat(closed.isAllowed("Bearer correct horse")).isFalse();
        assertThat(closed.isAllowed("Basic " + "A".repeat(2_000))).isFalse();
    }

    @Test
    void withoutAPasswordNoneIsNeeded() {
        assertThat(open.isAllowed(null)).isTrue();
    }

    @Test
    void thePasswordIsInNoText() {
        assertThat(closed.toString()).doesNotContain("horse");
    }

    private static String basic(String pair) {
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }
}
