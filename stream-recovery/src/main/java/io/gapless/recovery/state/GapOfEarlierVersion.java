package io.gapless.recovery.state;

import io.gapless.recovery.ledger.DoubtfulSpan;
import io.gapless.recovery.ledger.DoubtfulSpan.Doubt;
import io.gapless.recovery.ledger.Gap;
import io.gapless.recovery.ledger.Gap.StepRun;
import io.gapless.recovery.ledger.Gap.Verdict;
import io.gapless.recovery.ledger.LostSpan;
import java.util.ArrayList;
import java.util.List;

/**
 * Converts a gap that an earlier version of Gapless wrote. That version recorded doubtful spans as lost spans. The
 * texts of the reasons show which spans were doubtful. Pure.
 */
final class GapOfEarlierVersion {
    private static final List<String> LIMITS = List.of(
            "search returns no retweets",
            "search does not look into quoted posts",
            "search ignores accents",
            "search returns no earlier versions");

    private GapOfEarlierVersion() {}

    /**
     * Returns the gap as this version would have written it.
     *
     * @param known the gap as read from the earlier version, without doubtful spans
     * @param reason why the gap is not complete, in the earlier version's words
     */
    static Gap of(Gap known, String reason) {
        List<LostSpan> lost = new ArrayList<>();
        List<DoubtfulSpan> doubtful = new ArrayList<>();
        for (LostSpan part : known.lost()) {
            if (LIMITS.stream().anyMatch(part.reason()::startsWith)) {
                doubtful.add(new DoubtfulSpan(part.span(), Doubt.SEARCH_LIMITS, part.reason()));
            } else if (part.reason().endsWith("walks brought new posts")) {
                doubtful.add(new DoubtfulSpan(part.span(), Doubt.ANSWERS_DIFFER, part.reason()));
            } else {
                lost.add(part);
            }
        }
        if (reason.startsWith("rules changed between")) {
            doubtful.add(new DoubtfulSpan(known.span(), Doubt.RULES_CHANGED, reason));
        }
        for (StepRun run : known.steps()) {
            if (run.state() == StepRun.State.DONE_UNPROVEN && known.verdict() != Verdict.OPEN) {
                doubtful.add(new DoubtfulSpan(run.step().span(), Doubt.UNPROVEN, "nothing came"));
            }
        }
        boolean judged = known.verdict() == Verdict.PARTIAL || known.verdict() == Verdict.UNRECOVERABLE;
        return Gap.of(known.id(), known.span(), known.cause(), known.lastSignalAt(), known.detectedAt())
                .reconnectedAt(known.reconnectedAt())
                .slowReader(known.slowReader())
                .steps(known.steps())
                .lost(lost)
                .doubtful(doubtful)
                .verdict(judged && lost.isEmpty() ? Verdict.DOUBTFUL : known.verdict())
                .closedAt(known.closedAt())
                .build();
    }
}
