package io.gapless.stream.rules;

import io.gapless.stream.api.ApiAnswer;
import io.gapless.stream.post.Problem;
import io.gapless.stream.rules.syntax.RuleSyntax;
import io.gapless.stream.rules.syntax.RuleText;
import io.gapless.stream.seam.Ending;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Thrown when a rule operation fails. The message describes what happened, what that means, and what to change. */
public final class RulesException extends RuntimeException {
    private static final long serialVersionUID = 1;
    private static final int REFUSALS_SHOWN = 10;
    private static final String CAP_ADVICE =
            "X accepts no more rules for this app or project. Delete some, or join some with"
                    + " OR. A rule sync makes room by itself only by deleting surplus rules of its own owner.";
    private static final String REFUSED_ADVICE = "Change the rule that X names.";
    private static final String CREDITS_ADVICE =
            "X accepts no request because of credits or a usage cap. Buy credits or"
                    + " raise the cap in the developer portal.";
    private static final String NOT_X_ADVICE =
            "X does not document such an answer. Check the base URL, and whether a proxy answers instead of X.";

    /** What must change before the operation can succeed. */
    public enum Reason {
        /** The rules file cannot be read, or one of its lines is wrong. */
        FILE,
        /** X refuses at least one rule, see {@link RulesException#refusals}. */
        RULES_REFUSED,
        /** X's cap on the number of rules is reached. */
        CAP_REACHED,
        /** There is no token, or X refuses it (401). */
        TOKEN,
        /** The account has no access or no credits (402, 403). */
        ACCESS,
        /** X's rate limit is reached (429). Try again later. */
        RATE_LIMIT,
        /** There was no answer, or X has trouble (5xx). Try again later. */
        UNAVAILABLE,
        /** X does not document such an answer. Perhaps another server wrote it. */
        UNEXPECTED
    }

    /** What must change before the operation can succeed. */
    private final Reason reason;

    private final transient @Nullable ApiAnswer answer;
    private final transient List<RuleRefusal> refusals;

    private RulesException(Reason reason, String message, @Nullable ApiAnswer answer, List<RuleRefusal> refusals) {
        super(message);
        this.reason = reason;
        this.answer = answer;
        this.refusals = List.copyOf(refusals);
    }

    /** Returns the exception for a rules file that cannot be read or has errors. */
    static RulesException file(String message) {
        return new RulesException(Reason.FILE, message, null, List.of());
    }

    /** Returns the exception for an answer that is not a success. */
    static RulesException of(String aim, ApiAnswer answer) {
        if (answer instanceof ApiAnswer.Failed failed) return failed(aim, failed);
        if (answer instanceof ApiAnswer.Received received) return received(aim, received);
        throw new AssertionError("not a kind of answer: " + answer);
    }

    private static RulesException failed(String aim, ApiAnswer.Failed failed) {
        if (failed.ending().kind() == Ending.Kind.NO_TOKEN || failed.ending().kind() == Ending.Kind.KEYS_REFUSED) {
            return new RulesException(
                    Reason.TOKEN, "Could not " + aim + ": " + failed.ending().detail(), failed, List.of());
        }
        return new RulesException(
                Reason.UNAVAILABLE,
                "Could not " + aim + ": there was no answer (" + failed.describe()
                        + "). Check the network and the proxy, then try again.",
                failed,
                List.of());
    }

    private static RulesException received(String aim, ApiAnswer.Received received) {
        Advice advice = advice(aim, received);
        return new RulesException(
                advice.reason,
                "Could not " + aim + ": " + received.describe().replaceFirst("[.]$", "") + ". " + advice.change,
                received,
                List.of());
    }

    private record Advice(Reason reason, String change) {}

    private static Advice advice(String aim, ApiAnswer.Received received) {
        Problem problem = received.problem();
        if (isCap(problem)) return new Advice(Reason.CAP_REACHED, CAP_ADVICE);
        if (problem.isCap()) {
            return new Advice(Reason.ACCESS, CREDITS_ADVICE);
        }
        int status = received.head().status();
        boolean aboutRules = aim.startsWith("add") || aim.startsWith("check");
        if (problem.isOfX() && status == 400) {
            return aboutRules
                    ? new Advice(Reason.RULES_REFUSED, REFUSED_ADVICE)
                    : new Advice(Reason.UNEXPECTED, "X does not accept the request.");
        }
        return switch (status) {
            case 401 ->
                new Advice(
                        Reason.TOKEN,
                        "X does not accept the bearer token. Copy it once more from the developer portal, or make a new one.");
            case 402 -> new Advice(Reason.ACCESS, CREDITS_ADVICE);
            case 403 ->
                new Advice(
                        Reason.ACCESS,
                        "The app may not use the filtered stream. Attach it to a project with access, and use its app-only"
                                + " bearer token.");
            case 429 ->
                new Advice(
                        Reason.RATE_LIMIT,
                        "X allows 450 listings and 100 changes of rules in 15 min. Try again "
                                + received.head()
                                        .rateLimitReset()
                                        .map(reset -> "after " + reset)
                                        .orElse("in 15 min")
                                + ". Completed changes are kept.");
            default ->
                status / 100 == 5
                        ? new Advice(Reason.UNAVAILABLE, "X has trouble. Try again later. Completed changes are kept.")
                        : new Advice(Reason.UNEXPECTED, NOT_X_ADVICE);
        };
    }

    static boolean isCap(Problem problem) {
        return problem.isNamed("RulesCapExceeded") || problem.isNamed("rule-cap");
    }

    /** Returns the exception for rules that X did not create. */
    static RulesException refused(List<RuleRefusal> refusals) {
        boolean cap = refusals.stream().anyMatch(RuleRefusal::isCap);
        StringBuilder message = new StringBuilder("Could not add rules: X refuses ")
                .append(refusals.size() == 1 ? "1 rule" : refusals.size() + " rules")
                .append(cap ? ". " + CAP_ADVICE : ".");
        refusals.stream().limit(REFUSALS_SHOWN).forEach(refusal -> message.append('\n')
                .append(refusal.describe()));
        if (refusals.size() > REFUSALS_SHOWN) {
            message.append("\n… and ").append(refusals.size() - REFUSALS_SHOWN).append(" more");
        }
        return new RulesException(cap ? Reason.CAP_REACHED : Reason.RULES_REFUSED, message.toString(), null, refusals);
    }

    /** Returns the exception for an answer with a success status and an unexpected body. */
    static RulesException unclear(String aim, ApiAnswer answer, String why) {
        return new RulesException(
                Reason.UNEXPECTED,
                "Could not " + aim + ": " + why + " (" + answer.describe() + "). " + NOT_X_ADVICE,
                answer,
                List.of());
    }

    /** Returns the same failure, with a sentence about the consequence at the end of its message. */
    RulesException withConsequence(String consequence) {
        RulesException same = new RulesException(reason, getMessage() + " " + consequence, answer, refusals);
        same.initCause(this);
        return same;
    }

    /**
     * Returns what must change.
     *
     * @return the reason
     */
    public Reason reason() {
        return reason;
    }

    /**
     * Returns the answer to the call that failed.
     *
     * @return the answer; empty if no call was made, or if several failed
     * @hidden
     */
    @SuppressWarnings("exports") // For the rule sync, which judges the answer; programs use the reason.
    public Optional<ApiAnswer> answer() {
        return Optional.ofNullable(answer);
    }

    /**
     * Returns the wanted rules that X has refused, and so does not have.
     *
     * @return one entry for each wanted rule that X does not have
     */
    public List<RuleRefusal> refusals() {
        return refusals;
    }

    /**
     * Holds the reason why X refuses one rule.
     *
     * @param value the rule's value; empty if X does not name the rule
     * @param name X's name for the problem, such as {@code UnprocessableEntity} or {@code RulesCapExceeded}
     * @param details X's sentences; may be empty
     */
    public record RuleRefusal(String value, String name, List<String> details) {
        /** The name of the problem when the cap is reached, whichever title X uses. */
        static final String CAP = "RulesCapExceeded";

        private static final int FINDINGS_SHOWN = 3;

        /**
         * Copies the list of sentences.
         * @param value the rule's value
         * @param name X's name for the problem
         * @param details X's sentences
         */
        public RuleRefusal {
            details = List.copyOf(details);
        }

        boolean isCap() {
            return name.equals(CAP);
        }

        /**
         * Describes the refusal for people: X's text, and below it what a check finds in the rule, with a caret
         * at the place.
         *
         * @return one or more lines without a line break at the end
         */
        public String describe() {
            StringBuilder text = new StringBuilder(
                            value.isEmpty() ? "(X does not name the rule)" : RuleText.shown(value))
                    .append(": ")
                    .append(RuleText.shown(name));
            details.forEach(detail -> text.append(" · ").append(detail));
            if (!value.isEmpty()) {
                RuleSyntax.check(value, RuleSyntax.ENTERPRISE_MAX_LENGTH).stream()
                        .limit(FINDINGS_SHOWN)
                        .forEach(finding -> text.append('\n').append(finding.pointAt(value)));
            }
            return text.toString();
        }
    }
}
