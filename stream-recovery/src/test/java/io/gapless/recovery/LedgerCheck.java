package io.gapless.recovery;

import io.gapless.recovery.PostTimeline.XPost;
import io.gapless.recovery.ledger.DoubtfulSpan;
import io.gapless.recovery.ledger.DoubtfulSpan.Doubt;
import io.gapless.recovery.ledger.Gap;
import io.gapless.recovery.ledger.Gap.Verdict;
import io.gapless.recovery.ledger.LostSpan;
import io.gapless.recovery.ledger.Span;
import io.gapless.recovery.plan.RecoveryPlanner;
import io.gapless.recovery.state.DeadLetter;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The account at the end of the day: each post was delivered, or lies in a lost span of the ledger; and each lost span is
 * owed to something that X has refused.
 */
final class LedgerCheck {
    private static final Duration SEARCH_WINDOW = Duration.ofDays(7);
    /** The planner's margin, and what a clock may be wrong until X tells. */
    private static final Duration WINDOW_MARGIN = Duration.ofMinutes(2);
    /** By how much this machine's clock may be wrong. */
    private static final Duration CLOCK_ERROR_MAX = Duration.ofMinutes(30);
    /** A page of search is not bought for less than ten posts. */
    private static final int PAGE_MIN = 10;

    private static final Pattern BETWEEN_LOOKS = Pattern.compile("between (\\S+Z) and ");
    /** No slice of search is shorter than a second, or holds more. */
    private static final int SECOND_MAX = 10_000;

    private static final String LINE_OF_POST = "the line of post ";

    private final BadDay day;
    private final TroubledX x;
    private final Handover handover;
    private final FragileStore store;
    private final RunLog log;

    LedgerCheck(BadDay day, TroubledX x, Handover handover, FragileStore store, RunLog log) {
        this.day = day;
        this.x = x;
        this.handover = handover;
        this.store = store;
        this.log = log;
    }

    /** Of all that was created between the first connect, or {@code since}, and a moment. */
    void check(Instant covered, Instant until) {
        List<Gap> gaps = store.disk().ledger(Instant.MIN, Integer.MAX_VALUE);
        for (Gap gap : gaps) {
            if (gap.verdict() == Verdict.OPEN && !handover.waitsForAnotherPost(gap.span())) {
                log.fail(Failure.Kind.NOT_CONVERGED, "gap " + gap.id() + " is still open: " + gap.span());
            }
            for (LostSpan lost : gap.lost()) justify(gap, lost);
            for (DoubtfulSpan doubtful : gap.doubtful()) justify(gap, doubtful);
        }
        Set<Long> deadLetters = deadLetters();
        for (XPost post : x.x.posts.created(covered, until)) {
            if (handover.isDelivered(post.id()) || deadLetters.contains(post.id())) continue;
            if (handover.waitsForAnotherPost(post.id())) continue;
            if (day.has(Fault.RULES_CHANGED) && !day.declaresRules && !x.x.ruleBook.promise(post)) continue;
            if (gaps.stream().noneMatch(gap -> isWrittenDown(gap, post))) {
                log.fail(
                        Failure.Kind.LOST_SILENTLY,
                        "post %d of %s, which arrived %s".formatted(post.id(), post.createdAt(), post.arrivesAt()),
                        post.createdAt());
            }
        }
    }

    private Set<Long> deadLetters() {
        Set<Long> ids = new HashSet<>();
        for (DeadLetter letter : store.disk().deadLetters(Integer.MAX_VALUE)) {
            ids.add(letter.id());
            if (!handover.mayBeDeadLetter(letter.id())) {
                log.fail(Failure.Kind.DEAD_LETTER_UNFAIR, "post " + letter.id(), letter.at());
            }
        }
        return ids;
    }

    private boolean isWrittenDown(Gap gap, XPost post) {
        return gap.lost().stream().anyMatch(lost -> lost.span().contains(post.createdAt()))
                || gap.doubtful().stream()
                        .filter(doubtful -> doubtful.doubt() == Doubt.LINE_UNREADABLE
                                || doubtful.doubt() == Doubt.RULES_CHANGED && day.has(Fault.RULES_CHANGED))
                        .anyMatch(doubtful -> doubtful.span().contains(post.createdAt()));
    }

    private void justify(Gap gap, LostSpan lost) {
        Instant closedAt = gap.closedAt().orElse(x.x.time.instant());
        if (isJustified(gap, lost, closedAt)) return;
        log.fail(
                Failure.Kind.LOST_NEEDLESSLY,
                "%s of gap %d: %s".formatted(lost.span(), gap.id(), lost.reason()),
                lost.span().from());
    }

    /** Search finds all that these rules match, and X's answers agree in the end. */
    private void justify(Gap gap, DoubtfulSpan doubtful) {
        boolean justified = doubtful.doubt() == Doubt.UNPROVEN
                || doubtful.doubt() == Doubt.RULES_CHANGED && mayHaveChanged(gap, doubtful)
                || doubtful.doubt() == Doubt.ANSWERS_DIFFER && mayHaveChanged(gap, doubtful)
                || doubtful.doubt() == Doubt.LINE_UNREADABLE && x.brokeWithin(widened(doubtful.span()));
        if (justified) return;
        log.fail(
                Failure.Kind.LOST_NEEDLESSLY,
                "%s of gap %d is doubtful: %s".formatted(doubtful.span(), gap.id(), doubtful.reason()),
                doubtful.span().from());
    }

    /** A look tells only that they changed since the look before, which may have been long before the gap. */
    private boolean mayHaveChanged(Gap gap, DoubtfulSpan doubtful) {
        Instant closedAt = gap.closedAt().orElse(x.x.time.instant());
        Instant from = gap.span().from();
        Matcher looks = BETWEEN_LOOKS.matcher(doubtful.reason());
        if (looks.find()) from = Span.earlier(from, Instant.parse(looks.group(1)));
        Span near = widened(new Span(from, Span.later(closedAt, gap.span().until())));
        return day.has(Fault.RULES_DELETED) || x.x.ruleBook.changedWithin(near);
    }

    private static Span widened(Span span) {
        return new Span(span.from().minus(CLOCK_ERROR_MAX), span.until().plus(CLOCK_ERROR_MAX));
    }

    private boolean isJustified(Gap gap, LostSpan lost, Instant closedAt) {
        Span whileOpen = new Span(
                Span.earlier(gap.detectedAt(), closedAt).minus(CLOCK_ERROR_MAX), closedAt.plus(CLOCK_ERROR_MAX));
        if (lost.reason().equals(RecoveryPlanner.WINDOW_PASSED)) {
            return !lost.span().until().isAfter(closedAt.minus(SEARCH_WINDOW).plus(WINDOW_MARGIN));
        }
        if (lost.reason().startsWith("cost")) {
            return x.soldOnDaysOf(whileOpen) > day.postsMax - PAGE_MIN;
        }
        if (lost.reason().startsWith(LINE_OF_POST)) {
            String id =
                    lost.reason().substring(LINE_OF_POST.length(), lost.reason().indexOf(" could not"));
            return x.isBroken(Long.parseLong(id));
        }
        if (lost.reason().startsWith("search cannot return the more than")) {
            // A burst may bring as many; search is asked for whole seconds.
            return x.x.posts.created(lost.span().from(), lost.span().until()).size() > SECOND_MAX;
        }
        if (lost.reason().startsWith("the recovery job broke off")) return x.cutsNear(lost.span()) > 1;
        if (lost.reason().startsWith("search could not read all pages")) return x.tokensRefusedWithin(whileOpen) > 3;
        return false;
    }
}
