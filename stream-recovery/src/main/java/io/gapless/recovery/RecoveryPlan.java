package io.gapless.recovery;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The steps that are to close gaps. Immutable.
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
     * Returns how a running stream would recover an outage, with the usual overlap.
     *
     * @param outage the length of the outage, more than 0
     * @param access what the account may use; {@link Access#AUTO} stands for an account of which nothing is known yet
     * @param now when the outage ends
     * @return the plan; a step by backfill is part of the connect that ends the outage
     */
    public static RecoveryPlan ofOutage(Duration outage, Access access, Instant now) {
        Abilities abilities = new Abilities(access != Access.PAY_PER_USE, access == Access.ENTERPRISE, true, false);
        return RecoveryPlanner.planOutage(outage, RecoverySettings.OVERLAP, abilities, now);
    }

    /**
     * Returns the plan in one line for people.
     *
     * @return its steps and what is lost
     */
    public String describe() {
        Stream<String> todo = steps.stream()
                .map(step ->
                        GapText.method(step.method()) + " of " + step.span().describe());
        Stream<String> givenUp =
                lost.stream().map(part -> "certainly lost " + part.span().describe() + " (" + part.reason() + ")");
        return Stream.concat(todo, givenUp).collect(Collectors.joining("; "));
    }
}
