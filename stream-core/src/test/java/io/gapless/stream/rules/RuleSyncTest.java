package io.gapless.stream.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Plan and apply against an account that holds rules. */
class RuleSyncTest {
    @AutoClose
    private final FakeX x = new FakeX();

    private final Rules rules = x.rules();

    @Test
    void whatIsNewIsAddedBeforeWhatIsOldIsDeleted() {
        x.hold("bird", "gapless:birds");

        sync(RuleSet.of("cats", "cat"));

        assertThat(x.changes()).containsExactly("add cat", "delete bird");
    }

    @Test
    void applyingTwiceChangesNothingMore() {
        RuleSet wanted = RuleSet.of("cats", "cat").and("dogs", "dog");
        x.hold("bird", "gapless:birds");
        sync(wanted);
        int changes = x.changes().size();

        RulePlan second = rules.plan(wanted);
        rules.apply(second);

        assertThat(second.isEmpty()).isTrue();
        assertThat(x.changes()).hasSize(changes);
    }

    @Test
    void theSamePlanAppliedTwiceIsHarmless() {
        x.hold("bird", "gapless:birds");
        RulePlan plan = rules.plan(RuleSet.of("cats", "cat"));

        rules.apply(plan);
        rules.apply(plan);

        assertThat(x.held()).extracting(Rule::value).containsExactly("cat");
    }

    @Test
    void aRuleOfOthersIsLeftAlone() {
        Rule plain = x.hold("bird", "");
        Rule other = x.hold("fish", "other:fish");
        Rule alike = x.hold("frog", "gaplessish:frog");

        sync(RuleSet.of("cats", "cat"));

        assertThat(x.held()).contains(plain, other, alike);
        assertThat(x.changes()).containsExactly("add cat");
    }

    @Test
    void aValueThatSomeoneElseHoldsIsNeitherAddedNorDeleted() {
        Rule other = x.hold("cat", "other:cats");

        assertThat(sync(RuleSet.of("cats", "cat"))).containsExactly(other);
        assertThat(x.changes()).isEmpty();
    }

    @Test
    void aNewTagTakesTheOldRuleAwayFirst() {
        x.hold("cat", "gapless:pets");

        List<Rule> now = sync(RuleSet.of("cats", "cat"));

        assertThat(x.changes()).containsExactly("delete cat", "add cat");
        assertThat(now).extracting(Rule::tag).containsExactly("gapless:cats");
    }

    @Test
    void tagsAreChangedOneRuleAtATime() {
        x.hold("cat", "gapless:b");
        x.hold("dog", "gapless:a");

        sync(RuleSet.of("a", "cat").and("b", "dog"));

        assertThat(x.changes()).containsExactly("delete cat", "add cat", "delete dog", "add dog");
    }

    @Test
    void aRetagThatFailsOnceIsTriedAgain() {
        x.hold("cat", "gapless:pets");
        RulePlan plan = rules.plan(RuleSet.of("cats", "cat"));
        x.answerAsHeld().answer(503, "");

        rules.apply(plan);

        assertThat(x.held()).extracting(Rule::tag).containsExactly("gapless:cats");
    }

    @Test
    void aDeletedRuleThatXStillTakesForADuplicateIsNotTakenForTheNewOne() {
        Rule old = x.hold("cat", "gapless:pets");
        RulePlan plan = rules.plan(RuleSet.of("cats", "cat"));
        x.answerAsHeld()
                .answer(
                        201,
                        "{\"meta\":{\"summary\":{\"created\":0,\"not_created\":1}},\"errors\":[{\"value\":\"cat\","
                                + "\"id\":\"" + old.id() + "\",\"title\":\"DuplicateRule\"}]}")
                .answer(200, "{\"data\":[{\"id\":\"" + old.id() + "\",\"value\":\"cat\"}],\"meta\":{}}");

        rules.apply(plan);

        assertThat(x.held()).extracting(Rule::tag).containsExactly("gapless:cats");
    }

    @Test
    void aRetagThatFailsTwiceSaysThatTheRuleIsMissing() {
        x.hold("cat", "gapless:pets");
        RulePlan plan = rules.plan(RuleSet.of("cats", "cat"));
        x.answerAsHeld().answer(503, "").answer(503, "");

        assertThatThrownBy(() -> rules.apply(plan))
                .isInstanceOf(RulesException.class)
                .hasMessageContaining("'gapless:cats' is missing on X");
        assertThat(rules.plan(RuleSet.of("cats", "cat")).add()).hasSize(1);
    }

    @Test
    void nothingIsDeletedAfterAnAdditionThatFailed() {
        Rule bird = x.hold("bird", "gapless:birds");

        assertThatThrownBy(() -> sync(RuleSet.of("bad", "-b"))).isInstanceOf(RulesException.class);

        assertThat(x.held()).containsExactly(bird);
    }

    @Test
    void aRuleThatXOnlyWritesInAnotherWayIsNotDeleted() {
        Rule held = x.hold("cat  dog", "gapless:pets");
        RulePlan plan = rules.plan(RuleSet.of("pets", "cat dog"));
        x.answer(
                201,
                "{\"meta\":{\"summary\":{\"created\":0,\"not_created\":1}},\"errors\":[{\"value\":\"cat dog\",\"id\":\""
                        + held.id() + "\",\"title\":\"DuplicateRule\"}]}");

        rules.apply(plan);

        assertThat(x.held()).containsExactly(held);
    }

    @Test
    void ownersDoNotSeeEachOther() {
        sync(RuleSet.of("cats", "cat").ownedBy("one"));
        sync(RuleSet.of("dogs", "dog").ownedBy("two"));

        assertThat(x.held()).extracting(Rule::tag).containsExactly("one:cats", "two:dogs");
    }

    private List<Rule> sync(RuleSet wanted) {
        return rules.apply(rules.plan(wanted));
    }
}
