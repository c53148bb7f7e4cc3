package io.gapless.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.stream.rules.RuleCounts;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DiagnosisTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

    private static Finding clock(Duration ahead) {
        Instant asked = NOW.plus(ahead);
        return Diagnosis.clock(asked, asked.plusMillis(100), Optional.of(NOW));
    }

    @ParameterizedTest
    @ValueSource(longs = {-1_400, 0, 1_000, 2_400})
    void aClockWithinTwoSecondsIsGood(long aheadMillis) {
        assertThat(clock(Duration.ofMillis(aheadMillis)).grade()).isEqualTo(Finding.Grade.OK);
    }

    @ParameterizedTest
    @ValueSource(longs = {-100_000, -2_000, 3_000, 100_000})
    void aClockFurtherOffIsToldWithWhatToDo(long aheadMillis) {
        Finding finding = clock(Duration.ofMillis(aheadMillis));
        assertThat(finding.grade()).isEqualTo(Finding.Grade.WARN);
        assertThat(finding.sentence())
                .contains(aheadMillis < 0 ? "behind" : "ahead of")
                .contains("NTP");
    }

    @Test
    void anAnswerWithoutATimeIsToldAsSuch() {
        assertThat(Diagnosis.clock(NOW, NOW, Optional.empty()).grade()).isEqualTo(Finding.Grade.WARN);
    }

    @Test
    void noRulesIsAWarning() {
        OptionalInt none = OptionalInt.of(0);
        OptionalInt cap = OptionalInt.of(1_000);
        assertThat(Diagnosis.rules(new RuleCounts(none, cap, none, cap)).grade())
                .isEqualTo(Finding.Grade.WARN);
        assertThat(Diagnosis.rules(new RuleCounts(OptionalInt.of(3), cap, none, cap))
                        .grade())
                .isEqualTo(Finding.Grade.OK);
    }

    @Test
    void anAddressKeptForEverIsAWarning() {
        assertThat(dns(null).grade()).isEqualTo(Finding.Grade.OK);
        assertThat(dns("0").grade()).isEqualTo(Finding.Grade.OK);
        assertThat(dns("-1").grade()).isEqualTo(Finding.Grade.WARN);
        assertThat(dns("86400").grade()).isEqualTo(Finding.Grade.WARN);
        assertThat(dns("forever").grade()).isEqualTo(Finding.Grade.WARN);
    }

    private static Finding dns(@Nullable String ttl) {
        return Diagnosis.dns("api.x.com", Optional.of(true), ttl);
    }

    @Test
    void aNameThatCannotBeResolvedFailsAndWithAProxyNothingIsSaidOfIt() {
        assertThat(Diagnosis.dns("api.x.com", Optional.of(false), null).grade()).isEqualTo(Finding.Grade.FAIL);
        assertThat(Diagnosis.dns("api.x.com", Optional.empty(), null).sentence())
                .contains("The proxy looks up")
                .doesNotContain("resolved");
    }

    @Test
    void whatTheEnvironmentSaysOfAProxyIsNotAnOk() {
        assertThat(Diagnosis.proxy(Optional.empty(), URI.create("https://api.x.com"))
                        .grade())
                .isEqualTo(Finding.Grade.INFO);
    }

    @Test
    void aClockIsNotFoundGoodByAnAnswerThatTookLong() {
        Finding finding = Diagnosis.clock(NOW, NOW.plusSeconds(60), Optional.of(NOW.plusSeconds(10)));
        assertThat(finding.grade()).isEqualTo(Finding.Grade.INFO);
        assertThat(finding.sentence()).contains("give or take 30 s");
    }

    @Test
    void rulesThatXDoesNotCountAreAWarning() {
        OptionalInt unknown = OptionalInt.empty();
        assertThat(Diagnosis.rules(new RuleCounts(unknown, unknown, unknown, unknown))
                        .grade())
                .isEqualTo(Finding.Grade.WARN);
    }

    @Test
    void theProxyIsToldWithoutItsPassword() {
        Optional<EnvironmentProxy> proxy =
                EnvironmentProxy.from(Map.of("HTTPS_PROXY", "http://me:s3cret@p:1", "NO_PROXY", "direct.org"));
        assertThat(Diagnosis.proxy(proxy, URI.create("https://api.x.com")).sentence())
                .isEqualTo("Requests go through p:1 with a password.");
        assertThat(Diagnosis.proxy(proxy, URI.create("https://direct.org")).sentence())
                .contains("directly")
                .doesNotContain("s3cret");
    }
}
