/**
 * Holds the values of the account that the library gives of each outage. A {@link io.gapless.recovery.ledger.Gap} is an
 * entry of the ledger: its {@link io.gapless.recovery.ledger.Span}, the {@link io.gapless.recovery.ledger.Gap.StepRun steps}
 * that recovered it by a {@link io.gapless.recovery.ledger.RecoveryMethod}, what is
 * {@link io.gapless.recovery.ledger.LostSpan lost} or {@link io.gapless.recovery.ledger.DoubtfulSpan doubtful}, and the
 * {@link io.gapless.recovery.ledger.Gap.Verdict}. The package knows nothing of the rest of the library.
 */
@org.jspecify.annotations.NullMarked
package io.gapless.recovery.ledger;
