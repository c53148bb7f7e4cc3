package io.gapless.recovery.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.stream.rules.RuleSet;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a process that stands by says about rules that the holder does not declare. */
class DeclaredRulesTest {
    private static final String CATS = DeclaredRules.note(Optional.of(RuleSet.of("cats", "cat")));
    private static final String NONE = DeclaredRules.note(Optional.empty());

    @Test
    void theOrderOfRulesIsNoDifference() {
        String oneWay = DeclaredRules.note(Optional.of(RuleSet.of("cats", "cat").and("dogs", "dog")));
        String otherWay =
                DeclaredRules.note(Optional.of(RuleSet.of("dogs", "dog").and("cats", "cat")));
        assertThat(DeclaredRules.difference(oneWay, otherWay)).isEmpty();
        assertThat(DeclaredRules.difference(NONE, NONE)).isEmpty();
    }

    @Test
    void aChangedValueIsNamedOnBothSides() {
        String changed = DeclaredRules.note(Optional.of(RuleSet.of("cats", "kitten")));
        assertThat(DeclaredRules.difference(CATS, changed))
                .contains(
                        "only that one declares 'gapless:cats = cat'; only this one declares 'gapless:cats = kitten'");
    }

    @Test
    void rulesOnOneSideOnlyAreNamed() {
        assertThat(DeclaredRules.difference(CATS, NONE)).contains("that one declares rules, and this one does not");
        assertThat(DeclaredRules.difference(NONE, CATS)).contains("that one declares no rules, and this one does");
    }

    @Test
    void manyAndLongRulesAreCut() {
        RuleSet many = RuleSet.of("cats", "cat");
        for (int i = 0; i < 10; i++) many = many.and("rule" + i, "cat " + "kitten ".repeat(50) + i);
        assertThat(DeclaredRules.difference(CATS, DeclaredRules.note(Optional.of(many))))
                .hasValueSatisfying(difference ->
                        assertThat(difference).contains("…' and 7 more").hasSizeLessThan(400));
    }
}
