package io.gapless.stream;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.gapless.stream.rules.RuleSet;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class BuilderTest {
    static Stream<Arguments> outOfRange() {
        return Stream.of(
                setting("stallTimeout", b -> b.stallTimeout(Duration.ofMillis(99))),
                setting("stallTimeout", b -> b.stallTimeout(Duration.ofMinutes(11))),
                setting("stallTimeout", b -> b.stallTimeout(Duration.ofSeconds(Long.MAX_VALUE))),
                setting("healthyAfter", b -> b.healthyAfter(Duration.ZERO)),
                setting("headerTimeout", b -> b.headerTimeout(Duration.ofSeconds(-1))),
                setting("quietAfter", b -> b.quietAfter(Duration.ofMillis(1))),
                setting("connectBudget", b -> b.connectBudget(1)),
                setting("connectBudget", b -> b.connectBudget(100_001)),
                setting("inboxMaxBytes", b -> b.inboxMaxBytes(65_535)),
                setting("lineMaxBytes", b -> b.lineMaxBytes(1_023)),
                setting("seenMaxBytes", b -> b.seenMaxBytes(0)),
                setting("tries", b -> b.retries(1, Duration.ofSeconds(1), Duration.ofSeconds(1))),
                setting("tries", b -> b.retries(101, Duration.ofSeconds(1), Duration.ofSeconds(1))),
                setting("firstPause", b -> b.retries(6, Duration.ZERO, Duration.ofSeconds(1))),
                setting("firstPause", b -> b.retries(6, Duration.ofHours(2), Duration.ofHours(3))),
                setting("longestPause", b -> b.retries(6, Duration.ofSeconds(2), Duration.ofSeconds(1))),
                setting("longestPause", b -> b.retries(6, Duration.ofSeconds(2), Duration.ofMinutes(61))),
                setting("postsMax", b -> b.batchHandler(0, posts -> {})),
                setting("postsMax", b -> b.batchHandler(10_001, posts -> {})));
    }

    private static Arguments setting(String name, UnaryOperator<FilteredStream.Builder> setting) {
        return arguments(name, setting);
    }

    /** The setting, what it is given, and a part of the sentence that says what to change. */
    static Stream<Arguments> cannotWork() {
        return Stream.of(
                refused("bearerToken", "environment variable", b -> b.bearerToken((String) null)),
                refused("bearerToken", "exactly as X shows it", b -> b.bearerToken("")),
                refused("bearerToken", "that was not replaced", b -> b.bearerToken("${X_BEARER_TOKEN}")),
                refused("bearerToken", "exactly as X shows it", b -> b.bearerToken(" \t")),
                refused("bearerToken", "Leave that word out", b -> b.bearerToken("Bearer AAA")),
                refused("bearerToken", "Leave that word out", b -> b.bearerToken("bearer AAA")),
                refused("bearerToken", "exactly as X shows it", b -> b.bearerToken("AAA\n")),
                refused("bearerToken", "exactly as X shows it", b -> b.bearerToken("AA A")),
                refused("bearerToken", "exactly as X shows it", b -> b.bearerToken("AA\u0000A")),
                refused("bearerToken", "exactly as X shows it", b -> b.bearerToken("AA\u00a0")),
                refused("bearerToken", "quotes", b -> b.bearerToken("\"AAA\"")),
                refused("bearerToken", "a supplier", b -> b.bearerToken((Supplier<String>) null)),
                refused("apiKey", "API key is null", b -> b.apiKey(null, "secret")),
                refused("apiKey", "API key is empty", b -> b.apiKey(" ", "secret")),
                refused("apiKey", "API secret is null", b -> b.apiKey("key", null)),
                refused("apiKey", "API secret is empty", b -> b.apiKey("key", "")),
                refused("handler", "a handler", b -> b.handler(null)),
                refused("batchHandler", "a handler", b -> b.batchHandler(10, null)),
                refused("deadLetters", "a hook", b -> b.deadLetters(null)),
                refused("onEvent", "a listener", b -> b.onEvent(null)),
                refused("rules", "a rule set", b -> b.rules(null)),
                refused("rules", "gapless:cats: error at column", b -> b.rules(RuleSet.of("cats", "cat ("))),
                refused("rules", "gapless:b: error", b -> b.rules(RuleSet.of(Map.of("a", "cat", "b", "-cat")))),
                refused("fields", "Fields.standard()", b -> b.fields(null)),
                refused("endpoint", "an endpoint", b -> b.endpoint(null)),
                refused("baseUrl", "an address", b -> b.baseUrl(null)),
                refused("proxy", "a selector", b -> b.proxy(null)),
                refused("proxyAuthenticator", "an authenticator", b -> b.proxyAuthenticator(null)),
                refused("sslContext", "a TLS context", b -> b.sslContext(null)),
                refused("transport", "a transport", b -> b.seams(s -> s.transport(null))),
                refused("time", "clocks", b -> b.seams(s -> s.time(null))),
                refused("chance", "a generator", b -> b.seams(s -> s.chance(null))),
                refused("stallTimeout", "a duration", b -> b.stallTimeout(null)),
                refused("firstPause", "a duration", b -> b.retries(6, null, Duration.ofSeconds(1))),
                refused("longestPause", "a duration", b -> b.retries(6, Duration.ofSeconds(1), null)),
                refused("quietAfter", "a duration", b -> b.quietAfter(null)),
                refused("closeOnShutdown", "between", b -> b.closeOnShutdown(Duration.ofSeconds(-1))),
                refused("No token is set", "apiKey(key, secret)", b -> {
                    b.handler(post -> {}).build();
                    return b;
                }),
                refused("No handler is set", "handler(post", b -> {
                    b.bearerToken("token").build();
                    return b;
                }));
    }

    private static Arguments refused(String name, String advice, UnaryOperator<FilteredStream.Builder> setting) {
        return arguments(name, advice, setting);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("cannotWork")
    void whatCannotWorkIsRefusedByNameWithWhatToChange(
            String name, String advice, UnaryOperator<FilteredStream.Builder> setting) {
        assertThatThrownBy(() -> setting.apply(FilteredStream.builder()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(name)
                .hasMessageContaining(advice)
                .message()
                .doesNotContain("AAA");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("outOfRange")
    void aSettingOutOfItsRangeIsRefusedByName(String name, UnaryOperator<FilteredStream.Builder> setting) {
        assertThatThrownBy(() -> setting.apply(FilteredStream.builder()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(name);
    }
}
