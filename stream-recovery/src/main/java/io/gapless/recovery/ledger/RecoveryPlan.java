package io.gapless.recovery.ledger;

import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Lists the steps that are to close gaps. Immutable.
 *
 * @param steps the steps, oldest first
 * @param lost the spans that no method reaches
 */
public record RecoveryPlan(List<Step> steps, List<LostSpan> lost) {
    /**
     * Creates a plan with copies of the lists.
     *
     * @param steps the steps, oldest first
     * @param lost the spans that no method reaches
     */
    public RecoveryPlan {
        steps = List.copyOf(steps);
        lost = List.copyOf(lost);
    }

    /**
     * Returns the plan in one line for people.
     *
     * @return its steps and what is lost
     */
    public String describe() {
        Stream<String> todo = steps.stream()
                .map(step -> step.method().words() + " of " + step.span().describe());
        Stream<String> givenUp =
                lost.stream().map(part -> "certainly lost " + part.span().describe() + " (" + part.reason() + ")");
        return Stream.concat(todo, givenUp).collect(Collectors.joining("; "));
    }

    /**
     * Describes one part of a plan: a span, and the method that is to recover it.
     *
     * @param method the method
     * @param span the span to recover, in X's time; whole seconds for recovery jobs and searches
     * @param notBefore the earliest time to begin, in X's time, because X does not serve the newest posts at once
     */
    public record Step(RecoveryMethod method, Span span, Instant notBefore) {}
}
