package io.gapless.stream.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.stream.rules.RuleSet.WantedRule;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RulePlanTest {
    /** Rules are written {@code tag=value}; X's ids are their places in the list, from 1 on. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                // wanted   | held                      | add     | retag | delete | keep | covered | foreign
                "a=cat      | -                         | cat     | -     | -      | -    | -       | 0",
                "a=cat      | gapless:a=cat             | -       | -     | -      | 1    | -       | 0",
                "a=cat      | gapless:a=dog             | cat     | -     | 1      | -    | -       | 0",
                "a=cat      | gapless:b=cat             | -       | cat   | -      | -    | -       | 0",
                "a=cat      | gapless:b=dog             | cat     | -     | 1      | -    | -       | 0",
                "a=cat,b=dog| gapless:b=cat,gapless:a=dog | -     | cat,dog | -    | -    | -       | 0",
                "a=cat      | other:a=dog               | cat     | -     | -      | -    | -       | 1",
                "a=cat      | other:a=cat               | -       | -     | -      | -    | cat     | 1",
                "a=cat      | =cat                      | -       | -     | -      | -    | cat     | 1",
                "a=cat      | gapless=dog,gaplessx:a=ox | cat     | -     | -      | -    | -       | 2",
                "a=cat      | gapless:a=cat,gapless:a=dog,gapless:a=ox | - | - | 2,3 | 1  | -       | 0",
                "a=cat      | gapless:a=cat,gapless:b=cat | -     | -     | 2      | 1    | -       | 0",
                "a=cat      | other:a=cat,gapless:a=cat | -       | -     | -      | 2    | -       | 1",
                "a=cat,b=dog| gapless:a=Cat             | cat,dog | -     | 1      | -    | -       | 0"
            })
    void thePlanFollowsFromWhatIsWantedAndWhatIsHeld(
            String wanted,
            String held,
            String add,
            String retag,
            String delete,
            String keep,
            String covered,
            int foreign) {
        RulePlan plan = RulePlan.between(wanted(wanted), held(held));

        assertThat(plan.add()).extracting(WantedRule::value).containsExactlyElementsOf(parts(add));
        assertThat(plan.retag()).extracting(match -> match.wanted().value()).containsExactlyElementsOf(parts(retag));
        assertThat(plan.delete()).extracting(Rule::id).containsExactlyElementsOf(parts(delete));
        assertThat(plan.keep()).extracting(Rule::id).containsExactlyElementsOf(parts(keep));
        assertThat(plan.covered())
                .extracting(match -> match.wanted().value())
                .containsExactlyElementsOf(parts(covered));
        assertThat(plan.foreign()).hasSize(foreign);
        assertThat(plan.isEmpty()).isEqualTo(add == null && retag == null && delete == null);
    }

    @Test
    void theDescriptionHasALineForEachRule() {
        RulePlan plan = RulePlan.between(
                wanted("new=cat,tag=dog,same=fish,theirs=ox"),
                held("gapless:old=bird,gapless:gat=dog,gapless:same=fish,other:x=ox,=frog"));

        assertThat(plan.describe()).isEqualTo("""
                        + add     gapless:new  cat
                        ~ retag   gapless:tag  dog  (was gapless:gat)
                        - delete  gapless:old  bird
                        = keep    gapless:same  fish
                        ! covered gapless:theirs  ox  (rule 4 of another owner, with the tag 'other:x', has this value; \
                        its posts carry that tag)
                        2 rules of other owners are not changed.
                        To do: 1 to add, 1 to retag, 1 to delete.""");
    }

    @Test
    void aPlanWithNothingToDoSaysSo() {
        assertThat(RulePlan.between(wanted("a=cat"), held("gapless:a=cat")).describe())
                .endsWith("There is nothing to do.");
    }

    @Test
    void aValueThatXWritesInAnotherWayIsTheSame() {
        RulePlan plan = RulePlan.between(
                wanted("a=cat   has:images,b=cafe\u0301"), held("gapless:a=cat has:images,gapless:b=caf\u00e9"));

        assertThat(plan.isEmpty()).isTrue();
        assertThat(plan.keep()).hasSize(2);
    }

    private static RuleSet wanted(String rules) {
        RuleSet set = null;
        for (String rule : parts(rules)) {
            String[] nameAndValue = rule.split("=", 2);
            set = set == null
                    ? RuleSet.of(nameAndValue[0], nameAndValue[1])
                    : set.and(nameAndValue[0], nameAndValue[1]);
        }
        return set;
    }

    private static List<Rule> held(String rules) {
        List<Rule> held = new ArrayList<>();
        for (String rule : parts(rules)) {
            String[] tagAndValue = rule.split("=", 2);
            held.add(new Rule(String.valueOf(held.size() + 1), tagAndValue[1], tagAndValue[0]));
        }
        return held;
    }

    private static List<String> parts(String list) {
        return list == null ? List.of() : List.of(list.split(","));
    }
}
