package io.gapless.recovery.scorecard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MutantsTest {
    static List<Mutant> mutants() {
        return Stream.of(Mutants.ALL, SenderMutants.ALL).flatMap(List::stream).toList();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("mutants")
    void whatIsToBeMadeWrongStandsInTheSourcesOnce(Mutant mutant) throws IOException {
        assertThat(mutant.places(MutationScorecard.repository())).isNotEmpty().containsOnly(1);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("mutants")
    void whatIsMadeWrongCompiles(Mutant mutant, @TempDir Path work) throws IOException {
        assertThat(new Trial(MutationScorecard.repository(), work, 0).compile(mutant))
                .isNotEmptyDirectory();
    }

    @Test
    void eachMutantHasANameOfItsOwn() {
        Set<String> names = new HashSet<>();
        assertThat(mutants()).allMatch(mutant -> names.add(mutant.name()));
    }
}
