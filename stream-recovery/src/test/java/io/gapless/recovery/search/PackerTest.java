package io.gapless.recovery.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.recovery.search.Packer.Packed;
import io.gapless.stream.rules.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PackerTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "from:a                   | 12 | from:a",
                "from:a; from:b           | 16 | from:a OR from:b",
                "from:a; from:b           | 15 | from:a; from:b",
                "from:a has:links; from:b | 80 | from:a has:links OR from:b",
                "cat OR dog; bird         | 80 | cat OR dog OR bird",
                "from:aaaaaaaa; from:bbb; from:c | 18 | from:aaaaaaaa; from:bbb OR from:c",
                "from:aaaaaaaa; from:bbb; from:c | 24 | from:aaaaaaaa OR from:c; from:bbb",
                "from:🐈🐈; from:b        | 17 | from:🐈🐈 OR from:b"
            })
    void queriesAreJoinedUpToTheLimit(String rules, int maxLength, String queries) {
        assertThat(packed(maxLength, rules.split("; ")).packs())
                .extracting(Pack::query)
                .containsExactly(queries.split("; "));
    }

    @Test
    void wordsAndOthersAreKeptApartSoThatWordsDoNotCostTheOthersTheirRetweets() {
        assertThat(packed(512, "from:a", "cat", "#dog", "bird").packs())
                .extracting(Pack::query)
                .containsExactly("from:a OR #dog", "cat OR bird");
    }

    @Test
    void aRuleThatIsTooLongIsNamedAndTheOthersArePacked() {
        Packed packed = packed(10, "from:abcdefgh", "from:a");
        assertThat(packed.packs()).extracting(Pack::query).containsExactly("from:a");
        assertThat(packed.losses())
                .containsExactly(new Unsearchable(rule(0, "from:abcdefgh"), false, "the rule is too long for search"));
    }

    @Test
    void whatARuleLosesIsNamedWithTheRule() {
        Packed packed = packed(512, "bio:a", "bio:b", "bio:c", "bio:d", "from:e");
        assertThat(packed.packs()).hasSize(1);
        assertThat(packed.notSearched()).isEqualTo("search lacks 'bio:' (tag0, tag1, tag2 and 1 more)");
    }

    @Test
    void eachRuleIsInOnePackOfAllowedLengthOrNamed() {
        Random random = new Random(3);
        for (int run = 0; run < 200; run++) {
            String[] values = IntStream.range(0, random.nextInt(60))
                    .mapToObj(i -> "from:" + "x".repeat(1 + random.nextInt(70)) + i)
                    .toArray(String[]::new);
            Packed packed = packed(64, values);
            List<String> found = new ArrayList<>();
            packed.packs().forEach(pack -> {
                assertThat(pack.query().length()).isLessThanOrEqualTo(64);
                pack.rules().forEach(rule -> found.add(rule.rule().value()));
            });
            packed.losses().forEach(loss -> found.add(loss.rule().value()));
            assertThat(found).containsExactlyInAnyOrder(values);
        }
    }

    private static Packed packed(int maxLength, String... values) {
        return Packer.pack(
                IntStream.range(0, values.length)
                        .mapToObj(i -> rule(i, values[i]))
                        .toList(),
                maxLength);
    }

    private static Rule rule(int id, String value) {
        return new Rule(Integer.toString(id), value, "tag" + id);
    }
}
