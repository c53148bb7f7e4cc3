package io.gapless.stream;

import io.gapless.stream.api.Answer;
import io.gapless.stream.event.Disconnection;
import io.gapless.stream.pace.Ladders;
import io.gapless.stream.pace.NextStep;
import io.gapless.stream.post.Problem;
import io.gapless.stream.seam.Ending;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * Decides what follows the end of a connection. The decision is a pure function of its arguments. The policy follows
 * X's page "Handling disconnections" and, where that page is silent or wrong, what clients have observed. For an answer
 * 429, the body shows which limit is reached. The headers do not: in all cases but one, they report thousands of
 * remaining requests.
 */
final class ReconnectPolicy {
    private static final Duration RESET_MARGIN = Duration.ofSeconds(1);

    /** Names of X's notices after which each new connection fails, too, until the rules or the app change. */
    private static final Set<String> SLOW_DOWN_NOTICES =
            Set.of("ForceDisconnect", "InvalidRules", "ClientApplicationStateDegraded");

    private ReconnectPolicy() {}

    /**
     * Decides what to do after a connection has ended.
     *
     * @param how the disconnection
     * @param healthy whether the connection was healthy
     * @param ladders the positions on the back-off ladders before this ending
     * @return what to do next; its delay has no jitter
     */
    static NextStep decide(Disconnection how, boolean healthy, Ladders ladders) {
        Ladders from = healthy ? Ladders.BOTTOM : ladders;
        // A server that compresses without being asked will do so again. So the wait follows the ladder of HTTP errors,
        // which is the slower one.
        if (how instanceof Disconnection.Network network && network.kind().equals(Ending.Kind.ENCODING.name())) {
            return NextStep.of(NextStep.Kind.CONNECT, from.climbHttp());
        }
        if (how instanceof Disconnection.Refused refused) return afterRefusal(refused, from);
        if (how instanceof Disconnection.Notice notice) return afterNotice(notice.problem(), healthy, from);
        if (how instanceof Disconnection.NoToken noToken) {
            return switch (noToken.next()) {
                case SOON -> NextStep.of(NextStep.Kind.CONNECT, from.climbHttp());
                case PARKED -> NextStep.of(NextStep.Kind.PARK, from.climbParked());
                case NEVER -> NextStep.at(NextStep.Kind.FAIL, Duration.ZERO, from);
            };
        }
        if (how instanceof Disconnection.ClosedByServer
                || how instanceof Disconnection.Stalled
                || how instanceof Disconnection.NotFromX
                || how instanceof Disconnection.Unreadable
                || how instanceof Disconnection.NoRoom
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
        if (problem.isCap()) return NextStep.of(NextStep.Kind.PARK, from.climbParked());
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

    /** Returns the next step after a refusal. {@link Answer#meaning} decides what the refusal means. */
    private static NextStep afterRefusal(Disconnection.Refused refused, Ladders from) {
        Answer answer = refused.answer();
        return switch (answer.meaning(from.tokenRefused())) {
            case TOKEN -> NextStep.at(NextStep.Kind.REFRESH_TOKEN, Duration.ZERO, from.withTokenRefused());
            case RULES -> NextStep.of(NextStep.Kind.RECONCILE_RULES, from.climbHttp(), answer.retryAfter());
            case BUSY -> NextStep.of(NextStep.Kind.CONNECT, from.climbBusy());
            case RATE -> NextStep.of(NextStep.Kind.CONNECT, from.climbRate(), longer(answer));
            case LADDER -> NextStep.of(NextStep.Kind.CONNECT, from.climbHttp(), answer.retryAfter());
            case SPENT -> NextStep.of(NextStep.Kind.PARK, from.climbParked(answer.untilCapReset()));
            // Recovery.willAskDifferently usually handles a refused backfill, so that this policy is not asked. A
            // refusal of a backfill that still arrives here is parked.
            case PARK, WITHOUT_BACKFILL -> NextStep.of(NextStep.Kind.PARK, from.climbParked(), answer.retryAfter());
            case FINAL -> NextStep.at(NextStep.Kind.FAIL, Duration.ZERO, from);
        };
    }

    /**
     * Replaces giving up by parking, because another connection is up. While X accepts one connection, a refusal of the
     * other one is not final.
     */
    static NextStep besideLive(NextStep next) {
        return next.kind() == NextStep.Kind.FAIL
                ? NextStep.of(NextStep.Kind.PARK, next.ladders().climbParked())
                : next;
    }

    private static Optional<Duration> longer(Answer answer) {
        Duration reset = answer.untilReset()
                .map(rest -> rest.plus(RESET_MARGIN))
                .filter(rest -> rest.compareTo(Answer.ADVICE_MAX) < 0)
                .orElse(answer.untilReset().isPresent() ? Answer.ADVICE_MAX : Duration.ZERO);
        Duration after = answer.retryAfter().orElse(Duration.ZERO);
        return Optional.of(reset.compareTo(after) > 0 ? reset : after);
    }
}
