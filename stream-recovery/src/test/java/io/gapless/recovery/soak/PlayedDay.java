package io.gapless.recovery.soak;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * What came of a simulated day.
 *
 * @param <F> the faults that it may know
 */
public interface PlayedDay<F extends Enum<F>> {
    /** Most days take less than a second; a mutant may never end one. */
    long MAX_MINUTES = 5;

    /** What repeats the day. */
    long seed();

    /** What was drawn, in words. */
    String day();

    /** Broken promises, in the order in which they were noticed. */
    List<?> failures();

    /** The kinds of broken promises. */
    Set<?> kinds();

    /** The lines that matter to whoever looks into it. */
    List<String> story();

    /** How much virtual time has passed. */
    Duration length();

    /** How often each fault really struck. */
    Map<F, Long> strikes();

    /** What else is counted, by its name, in the order in which it is told. */
    Map<String, Long> counts();

    /** The profile that lives through such days. */
    String profile();

    default boolean isGood() {
        return failures().isEmpty();
    }

    /** All that is needed to look into it. */
    default String describe() {
        String broken =
                failures().stream().limit(10).map(Object::toString).collect(Collectors.joining("\n  ", "  ", "\n"));
        return "seed %d: %d failures, %s%n%s%n%s%nThe lines that matter:%n  %s%nRepeat it: %s%n"
                .formatted(
                        seed(),
                        failures().size(),
                        kinds(),
                        broken,
                        day(),
                        String.join("\n  ", story()),
                        "mvn verify -P" + profile() + " -Dseeds=1 -Dseed.from=" + seed());
    }

    /** Plays a day; returns what it has shown to be wrong, or nothing. A day that does not end keeps its thread. */
    static String judge(Supplier<? extends PlayedDay<?>> play) throws InterruptedException, ExecutionException {
        try {
            PlayedDay<?> day = CompletableFuture.supplyAsync(play).get(MAX_MINUTES, TimeUnit.MINUTES);
            return day.isGood() ? "" : day.kinds().toString();
        } catch (TimeoutException e) {
            return "the day does not end";
        }
    }
}
