/**
 * Times every outage, recovers what it cost, and writes down what could not be recovered. {@link
 * io.gapless.recovery.GaplessStream} is the door.
 *
 * <p>The way of a failure, top to bottom:
 *
 * <ol>
 *   <li>{@code StreamRecovery} is told of connections and endings, and hands them to the {@code GapKeeper}, which tells
 *       the whole way: it opens a {@link io.gapless.recovery.Gap} among the {@code OpenGaps}, in X's time ({@code
 *       XClock}, {@code Frontier}), unless the {@code SecondConnection} covers it
 *   <li>{@code RecoveryPlanner} decides, by the gap's age and by what the account may do ({@code Entitlement}): a {@link
 *       io.gapless.recovery.RecoveryPlan} of {@link io.gapless.recovery.Step}s
 *   <li>{@code BackfillSteps} drain what a connect has asked for; {@code JobSteps} have each chunk walked through by a
 *       {@code JobFetch}; {@code SearchSteps} go slice by slice along the {@code SearchRecovery}, within {@code Money}
 *   <li>what they bring enters the stream's inbox like any post, and counts once it is acknowledged
 *   <li>nothing uncovered left: the {@link io.gapless.recovery.Verdict} falls
 *   <li>{@code StateWriter} has it all remembered, in order, a commit at a time
 * </ol>
 */
@org.jspecify.annotations.NullMarked
package io.gapless.recovery;
