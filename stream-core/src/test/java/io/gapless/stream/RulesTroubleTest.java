package io.gapless.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.stream.ScriptedTransport.Scripted;
import io.gapless.stream.event.StreamEvent;
import io.gapless.stream.event.StreamException;
import io.gapless.stream.rules.RuleSet;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rules endpoint says no, or nothing: the stream goes on with what X holds. */
class RulesTroubleTest {
    private static final String BAD_RULE = """
            {"errors":[{"parameters":{"add":["[Rule(cat from:)]"]},"message":"Rule 'cat from:' at position 5: no viable alternative"}],\
            "title":"Invalid Request","detail":"One or more parameters to your request was invalid.",\
            "type":"https://api.twitter.com/2/problems/invalid-request"}""";
    private static final String CAP = """
            {"title":"RulesCapExceeded","detail":"Rules cap exceeded: 5","type":"https://api.twitter.com/2/problems/rule-cap"}""";

    private final Rig rig = new Rig(builder -> builder.rules(RuleSet.of("cats", "cat")));
    /** Rules on X: tag by value. */
    private final Map<String, String> held = new LinkedHashMap<>();

    private final List<String> calls = new ArrayList<>();

    private static boolean isRules(Scripted exchange) {
        return exchange.request.uri().getPath().endsWith("/rules");
    }

    private List<Scripted> rulesCalls() {
        return rig.x.opened().stream().filter(RulesTroubleTest::isRules).toList();
    }

    /** X's rules endpoint with room for so many rules. */
    private void play(ScriptedTransport x, int room) {
        x.script(exchange -> {
            if (!isRules(exchange)) exchange.answer(200).keepAlive();
            else if (exchange.request.method().equals("GET")) exchange.refuse(200, list());
            else change(exchange, room);
        });
    }

    private String list() {
        String data = held.entrySet().stream()
                .map(rule -> "{\"id\":\"%s\",\"value\":\"%s\",\"tag\":\"%s\"}"
                        .formatted(rule.getKey().hashCode(), rule.getKey(), rule.getValue()))
                .collect(Collectors.joining(","));
        return "{\"data\":[" + data + "],\"meta\":{\"result_count\":" + held.size() + "}}";
    }

    private void change(Scripted exchange, int room) {
        String body = new String(exchange.request.body().orElseThrow(), StandardCharsets.UTF_8);
        calls.add(body.startsWith("{\"delete") ? "delete" : "add");
        if (body.startsWith("{\"delete")) {
            held.keySet().removeIf(value -> body.contains("\"" + value.hashCode() + "\""));
            exchange.refuse(200, "{\"meta\":{\"summary\":{\"deleted\":1,\"not_deleted\":0}}}");
        } else if (held.size() >= room) {
            exchange.refuse(422, CAP);
        } else {
            String value = body.replaceAll(".*\"value\":\"([^\"]*)\".*", "$1");
            String tag = body.replaceAll(".*\"tag\":\"([^\"]*)\".*", "$1");
            held.put(value, tag);
            exchange.refuse(
                    201,
                    "{\"data\":[{\"id\":\"%s\",\"value\":\"%s\",\"tag\":\"%s\"}],\"meta\":{\"summary\":{\"created\":1,\"not_created\":0,\"invalid\":0}}}"
                            .formatted(value.hashCode(), value, tag));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "503 | {} | 5",
                "403 | <html>blocked</html> | 60",
                "404 | <html>nginx</html> | 5",
                "402 | {\"title\":\"CreditsDepleted\"} | 60",
                "403 | {\"title\":\"SpendCapReached\",\"reset_date\":\"2030-01-12\"} | 60",
                "429 | {\"title\":\"Too Many Requests\"} | 5"
            })
    void whateverTheRulesEndpointAnswersTheStreamConnects(int status, String body, long seconds) {
        rig.start().refuse(status, body);
        rig.answered();

        assertThat(rig.state()).isEqualTo(Health.State.LIVE);
        assertThat(rig.events.last(StreamEvent.RulesNotSynced.class).nextTry()).isEqualTo(Duration.ofSeconds(seconds));
        rig.passSeconds(seconds);
        assertThat(rulesCalls()).hasSize(2);
    }

    @Test
    void theNextCallIsNotMadeBeforeXsReset() {
        rig.start()
                .refuse(
                        429,
                        Map.of(
                                "x-rate-limit-reset",
                                String.valueOf(Rig.START.plusSeconds(90).getEpochSecond())),
                        "{\"title\":\"Too Many Requests\"}");
        assertThat(rig.events.last(StreamEvent.RulesNotSynced.class).nextTry()).isEqualTo(Duration.ofSeconds(91));
        rig.answered();
        rig.passSeconds(90);
        assertThat(rulesCalls()).hasSize(1);
        rig.passSeconds(2);
        assertThat(rulesCalls()).hasSize(2);
    }

    @Test
    void aRuleThatXRefusesToANewConfigurationEndsTheStreamWithXsReason() {
        rig.start().refuse(200, list());
        rig.refuse(400, BAD_RULE);
        rig.refuse(200, list());

        StreamException failure = rig.events.last(StreamEvent.Failed.class).failure();
        assertThat(failure.reason()).isEqualTo(StreamException.Reason.RULES_REFUSED);
        assertThat(failure).hasMessageContaining("no viable alternative").hasMessageNotContaining("proxy");
    }

    @Test
    void withOtherRulesOfOursOnXARefusedRuleKeepsNothingDown() {
        held.put("dog", "gapless:dogs");
        rig.start().refuse(200, list());
        rig.refuse(400, BAD_RULE);
        rig.refuse(200, list());
        rig.answered();

        assertThat(rig.state()).isEqualTo(Health.State.LIVE);
        StreamEvent.RulesNotSynced told = rig.events.last(StreamEvent.RulesNotSynced.class);
        assertThat(told.parked()).isTrue();
        assertThat(told.why()).contains("no viable alternative");
    }

    @Test
    void atTheCapOneRuleIsDeletedBeforeAnotherIsAddedAndTheSpanIsReported() {
        for (int i = 0; i < 4; i++) held.put("w" + i, "gapless:r" + i);
        held.put("w4", "gapless:r4");
        Rig full = new Rig(builder -> builder.rules(RuleSet.of("r0", "w0")
                .and("r1", "w1")
                .and("r2", "w2")
                .and("r3", "w3")
                .and("r4", "w4 has:images")));
        play(full.x, 5);
        full.start();
        full.passSeconds(1);

        assertThat(full.state()).isEqualTo(Health.State.LIVE);
        assertThat(calls).containsExactly("add", "delete", "add");
        assertThat(held.keySet()).containsExactlyInAnyOrder("w0", "w1", "w2", "w3", "w4 has:images");
        assertThat(full.events.last(StreamEvent.RulesReplaced.class).rules()).containsExactly("gapless:r4");
    }

    @Test
    void withoutAnUnwantedRuleTheCapIsReportedAndTheStreamGoesOnWithWhatThereIs() {
        held.put("w0", "gapless:r0");
        Rig full = new Rig(builder -> builder.rules(RuleSet.of("r0", "w0").and("r1", "w1")));
        play(full.x, 1);
        full.start();
        full.passSeconds(1);

        assertThat(full.state()).isEqualTo(Health.State.LIVE);
        assertThat(full.events.last(StreamEvent.RulesNotSynced.class).why()).contains("RulesCapExceeded");
        assertThat(held).hasSize(1);
    }

    @Test
    void rulesThatCannotBeListedWhileConnectedAreReportedOnce() {
        held.put("cat", "gapless:cats");
        boolean[] down = {false};
        Rig watched =
                new Rig(builder -> builder.rules(RuleSet.of("cats", "cat")).rulesCheckEvery(Duration.ofMinutes(5)));
        watched.x.script(exchange -> {
            if (!isRules(exchange)) exchange.answer(200).keepAlives(Duration.ofSeconds(20), Duration.ofHours(1));
            else if (down[0]) exchange.refuse(503, "{}");
            else exchange.refuse(200, list());
        });
        watched.start();
        down[0] = true;
        watched.passSeconds(600);

        assertThat(watched.events.all(StreamEvent.RulesNotSynced.class)).hasSize(1);
    }
}
