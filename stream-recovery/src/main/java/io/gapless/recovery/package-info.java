/**
 * Recovers the posts of every outage, and records what could not be recovered. Start with {@link
 * io.gapless.recovery.GaplessStream}.
 *
 * <p>An outage passes through these classes, in this order:
 *
 * <ol>
 *   <li>{@code StreamRecovery} receives connections and endings and passes them to the {@code GapKeeper}, which runs
 *     the whole sequence. The {@code GapKeeper} opens a {@link io.gapless.recovery.ledger.Gap} in {@code OpenGaps}, unless
 *     the other connection covers the gap ({@code SecondConnection}). The gap's times are X's ({@code XClock}, {@code
 *     Frontier})
 *   <li>{@code RecoveryPlanner} makes a {@link io.gapless.recovery.ledger.RecoveryPlan} of {@link io.gapless.recovery.ledger.RecoveryPlan.Step}s,
 *     by the gap's age and by what the account may use ({@code Entitlement})
 *   <li>{@code BackfillSteps} follow the backfill that a connect has requested. {@code JobSteps} fetch each chunk with
 *     a {@code JobFetch}. {@code SearchSteps} fetch slice by slice with {@code SearchRecovery}, within the limits of
 *     {@code Money}
 *   <li>The posts enter the stream's inbox like any other, and count once they are acknowledged
 *   <li>When nothing is left to fetch, the gap gets its {@link io.gapless.recovery.ledger.Gap.Verdict}
 *   <li>{@code StateWriter} writes all of this to the state directory, in order
 * </ol>
 *
 * <p>The packages below this one, from the ground up: {@code ledger} holds the values of the account, {@code storage}
 * the files, {@code state} what is kept in them, {@code plan} decides, and {@code search} fetches by search. {@code
 * outbox} stands beside them and sends records on.
 */
@org.jspecify.annotations.NullMarked
package io.gapless.recovery;
