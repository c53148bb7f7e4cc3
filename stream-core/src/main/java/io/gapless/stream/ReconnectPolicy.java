package io.gapless.stream;

import io.gapless.stream.api.Problem;
import io.gapless.stream.seam.Ending;
import java.time.Duration;
import java.util.Set;

/**
 * An ending decides what comes next: a pure function. It follows X's page "Handling disconnections" and, where that is
 * silent or wrong, what clients have observed. A 429 is told by its body: its headers report thousands of requests left
 * in all cases but one.
 */
final class ReconnectPolicy {
    static final Duration PROBE_EVERY = Duration.ofMinutes(15);
    private static final Duration RESET_MARGIN = Duration.ofSeconds(1);
    private static final Duration RESET_MAX = Duration.ofMinutes(16);

    /** Types of in-band notices after which the rules or the app must change before it goes better. */
    private static final Set<String> SLOW_DOWN_NOTICES =
            Set.of("ForceDisconnect", "InvalidRules", "ClientApplicationStateDegraded");

    private ReconnectPolicy() {}

    /**
     * Decides.
     *
     * @param how the ending
     * @param healthy whether the connection was up for long enough to believe in it
     * @param ladders where the ladders stood before
     * @return what next; without jitter
     */
    static NextStep decide(Disconnection how, boolean healthy, Ladders ladders) {
        Ladders from = healthy ? Ladders.BOTTOM : ladders;
        // Whatever compresses without being asked will do so again.
        if (how instanceof Disconnection.Network network && network.ending().kind() == Ending.Kind.ENCODING) {
            return NextStep.of(NextStep.Kind.CONNECT, from.climbHttp());
        }
        if (how instanceof Disconnection.Refused refused) return afterRefusal(refused, from);
        if (how instanceof Disconnection.Notice notice) return afterNotice(notice.problem(), healthy, from);
        if (how instanceof Disconnection.NoToken noToken) {
            return noToken.isFinal()
                    ? NextStep.at(NextStep.Kind.FAIL, Duration.ZERO, from)
                    : NextStep.of(NextStep.Kind.CONNECT, from.climbHttp());
        }
        if (how instanceof Disconnection.ClosedByServer
                || how instanceof Disconnection.Stalled
                || how instanceof Disconnection.NotFromX
                || how instanceof Disconnection.Unreadable
                || how instanceof Disconnection.Network
                || how instanceof Disconnection.ClosedByUs) {
            return afterDrop(healthy, from);
        }
        throw new AssertionError("not a kind of disconnection: " + how);
    }

    private static NextStep afterDrop(boolean healthy, Ladders from) {
        return healthy
                ? NextStep.at(NextStep.Kind.CONNECT, Duration.ZERO, from)
                : NextStep.of(NextStep.Kind.CONNECT, from.climbNetwork());
    }

    private static NextStep afterNotice(Problem problem, boolean healthy, Ladders from) {
        if (problem.isNamed("TooManyConnections")) return NextStep.of(NextStep.Kind.CONNECT, from.climbBusy());
        if (isUsageCap(problem)) return NextStep.at(NextStep.Kind.PARK, PROBE_EVERY, from);
        if (problem.isNamed("RuleConfigurationIssue") || problem.isNamed("RulesInvalidIssue")) {
            return NextStep.of(NextStep.Kind.RECONCILE_RULES, from.climbHttp());
        }
        if (SLOW_DOWN_NOTICES.stream().anyMatch(problem::isNamed)) {
            NextStep.Kind kind =
                    problem.isNamed("ForceDisconnect") ? NextStep.Kind.CONNECT : NextStep.Kind.RECONCILE_RULES;
            return NextStep.of(kind, from.climbHttp());
        }
        return afterDrop(healthy, from);
    }

    private static NextStep afterRefusal(Disconnection.Refused refused, Ladders from) {
        Problem problem = refused.problem();
        switch (refused.status()) {
            case 401:
                return from.tokenRefused()
                        ? NextStep.at(NextStep.Kind.FAIL, Duration.ZERO, from)
                        : NextStep.at(NextStep.Kind.REFRESH_TOKEN, Duration.ZERO, from.withTokenRefused());
            case 402:
                return NextStep.at(NextStep.Kind.PARK, PROBE_EVERY, from);
            case 409:
                return NextStep.of(NextStep.Kind.RECONCILE_RULES, from.climbHttp());
            case 420:
            case 429:
                return afterTooMany(refused, problem, from);
            case 408:
            case 425:
                return NextStep.of(NextStep.Kind.CONNECT, from.climbHttp());
            default:
                return refused.status() / 100 == 5 || isPassing(problem)
                        ? NextStep.of(NextStep.Kind.CONNECT, from.climbHttp())
                        : NextStep.at(NextStep.Kind.FAIL, Duration.ZERO, from);
        }
    }

    private static NextStep afterTooMany(Disconnection.Refused refused, Problem problem, Ladders from) {
        if (problem.isNamed("TooManyConnections")) return NextStep.of(NextStep.Kind.CONNECT, from.climbBusy());
        if (isUsageCap(problem)) return NextStep.at(NextStep.Kind.PARK, PROBE_EVERY, from);
        Ladders.Step step = from.climbRate();
        Duration untilReset = refused.untilReset().orElse(Duration.ZERO).plus(RESET_MARGIN);
        if (untilReset.compareTo(RESET_MAX) > 0) untilReset = RESET_MAX;
        return untilReset.compareTo(step.delay()) > 0
                ? NextStep.at(NextStep.Kind.CONNECT, untilReset, step.ladders())
                : NextStep.of(NextStep.Kind.CONNECT, step);
    }

    private static boolean isUsageCap(Problem problem) {
        return problem.isNamed("UsageCapExceeded")
                || problem.isNamed("usage-capped")
                || problem.isNamed("CreditsDepleted");
    }

    private static boolean isPassing(Problem problem) {
        return problem.isNamed("ProvisioningSubscription");
    }
}
