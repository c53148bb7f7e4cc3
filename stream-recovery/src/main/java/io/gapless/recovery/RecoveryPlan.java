package io.gapless.recovery;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How gaps are to be closed.
 *
 * @param steps what to do, oldest first
 * @param lost what no method reaches
 */
public record RecoveryPlan(List<Step> steps, List<LostSpan> lost) {
    /**
     * Keeps copies.
     *
     * @param steps what to do, oldest first
     * @param lost what no method reaches
     */
    public RecoveryPlan {
        steps = List.copyOf(steps);
        lost = List.copyOf(lost);
    }

    /**
     * How an outage would be closed that ends at a moment, with the usual overlap: the decision that a running stream
     * makes, for whoever wants to know beforehand.
     *
     * @param outage how long it was, more than nothing
     * @param access what the account may do; for {@link Access#AUTO}, as long as X has shown nothing of it
     * @param now when it ends
     * @return the plan; the connect that ends the outage asks for the minutes since the beginning of the step by backfill
     */
    public static RecoveryPlan ofOutage(Duration outage, Access access, Instant now) {
        Abilities abilities = new Abilities(access != Access.PAY_PER_USE, access == Access.ENTERPRISE, false);
        return RecoveryPlanner.planOutage(outage, RecoverySettings.OVERLAP, abilities, now);
    }

    /**
     * The plan in one line for people.
     *
     * @return its steps and what it gives up
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
