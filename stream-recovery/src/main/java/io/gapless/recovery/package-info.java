/**
 * Times every outage, regains what it cost, and writes down what could not be regained. {@link
 * io.gapless.recovery.GaplessStream} is the door.
 *
 * <p>The way of a failure, top to bottom:
 *
 * <ol>
 *   <li>{@code GapKeeper} is told of connections and endings, in X's time ({@code XClock}), and opens a {@link
 *       io.gapless.recovery.Gap}
 *   <li>{@code RecoveryPlanner} decides, by the gap's age and by what the account may do ({@code Entitlement}): a {@link
 *       io.gapless.recovery.RecoveryPlan} of {@link io.gapless.recovery.Step}s
 *   <li>a backfill is drained by the keeper itself; {@code JobFetch} walks through a chunk by Recovery jobs; {@code
 *       SearchRoad} goes slice by slice through search, within {@code Money}
 *   <li>what they bring enters the stream's inbox like any post, and counts once it is acknowledged
 *   <li>nothing uncovered left: the {@link io.gapless.recovery.Verdict} falls
 *   <li>{@code StateWriter} has it all remembered, in order, a commit at a time
 * </ol>
 */
@org.jspecify.annotations.NullMarked
package io.gapless.recovery;
