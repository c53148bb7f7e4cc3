package io.gapless.recovery;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How gaps are to be closed.
 *
 * @param steps what to do, oldest first
 * @param lost what no road reaches
 */
public record RecoveryPlan(List<Step> steps, List<LostSpan> lost) {
    /**
     * Keeps copies.
     *
     * @param steps what to do, oldest first
     * @param lost what no road reaches
     */
    public RecoveryPlan {
        steps = List.copyOf(steps);
        lost = List.copyOf(lost);
    }

    /**
     * The plan in one line for people.
     *
     * @return its steps and what it gives up
     */
    public String describe() {
        Stream<String> todo = steps.stream()
                .map(step -> step.road() + " " + step.span().from() + " to "
                        + step.span().until());
        Stream<String> givenUp = lost.stream()
                .map(part -> "lost " + part.span().from() + " to " + part.span().until() + " (" + part.reason() + ")");
        return Stream.concat(todo, givenUp).collect(Collectors.joining("; "));
    }
}
