package io.gapless.stream.event;

import io.gapless.stream.api.Answer;
import io.gapless.stream.rules.RulePlan;
import io.gapless.stream.seam.Durations;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** Writes the parts of sentences that the descriptions of several events share. Has no state. */
final class EventText {
    private EventText() {}

    static boolean isSpent(Optional<Disconnection> cause) {
        return cause.filter(how -> how instanceof Disconnection.Refused refused
                        && refused.answer().meaning(true) == Answer.Meaning.SPENT)
                .isPresent();
    }

    static String soon(Duration delay) {
        return delay.compareTo(Duration.ofMillis(1)) < 0 ? "at once" : "in " + Durations.text(delay);
    }

    static String rulesSynced(RulePlan done) {
        int covered = done.covered().size();
        return "The rules on X are synchronised: %d added, %d retagged, %d deleted, %d kept%s."
                .formatted(
                        done.add().size(),
                        done.retag().size(),
                        done.delete().size(),
                        done.keep().size(),
                        covered == 0 ? "" : ", %d covered by rules of other owners".formatted(covered));
    }

    static String more(long count) {
        return "This happened " + count + " times since the last report. The latest case: ";
    }

    static Instant second(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS);
    }

    /** Returns an exception as one line. The message of a user's exception may contain line breaks. */
    static String oneLine(Throwable cause) {
        return cause.toString().replaceAll("\\s+", " ");
    }
}
