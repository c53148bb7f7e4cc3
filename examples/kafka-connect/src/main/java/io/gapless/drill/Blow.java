package io.gapless.drill;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Describes a strike that is to come.
 *
 * @param strike what happens
 * @param target which worker it hits; without meaning if it hits none
 * @param length how long it lasts; zero if it has no length
 */
public record Blow(Strike strike, Target target, Duration length) {
    /** Says which worker is hit. */
    public enum Target {
        /** The leader of the group of workers. */
        LEADER,
        /** A worker that is not the leader. */
        OTHER,
        /** The worker that runs the task. */
        OWNER
    }

    /** Longer than the session of a worker. */
    static final Duration PAUSE = Duration.ofSeconds(15);

    private static final Duration CUT = Duration.ofSeconds(20);

    /** Every kind of strike once. */
    static final List<Blow> ALL = List.of(
            new Blow(Strike.KILL, Target.LEADER, Duration.ZERO),
            new Blow(Strike.KILL, Target.OTHER, Duration.ZERO),
            new Blow(Strike.CLOSE, Target.LEADER, Duration.ZERO),
            new Blow(Strike.CLOSE, Target.OTHER, Duration.ZERO),
            new Blow(Strike.PAUSE, Target.LEADER, PAUSE),
            new Blow(Strike.PAUSE, Target.OTHER, PAUSE),
            new Blow(Strike.CUT, Target.OWNER, CUT),
            new Blow(Strike.CONNECTOR_RESTART, Target.OTHER, Duration.ZERO),
            new Blow(Strike.BROKER_PAUSE, Target.OTHER, Duration.ofSeconds(5)),
            new Blow(Strike.BROKER_RESTART, Target.OTHER, Duration.ZERO),
            new Blow(Strike.BROKER_PAUSE, Target.OTHER, Duration.ofSeconds(30)),
            new Blow(Strike.BROKER_PAUSE, Target.OTHER, Duration.ofSeconds(130)));

    /**
     * Returns strikes in a random order in which each kind comes as often as any other.
     *
     * @param count how many
     * @param kinds the kinds to choose from; empty for all
     * @param random decides the order
     */
    static List<Blow> shuffled(int count, List<Strike> kinds, Random random) {
        List<Blow> allowed = ALL.stream()
                .filter(blow -> kinds.isEmpty() || kinds.contains(blow.strike()))
                .toList();
        List<Blow> blows = new ArrayList<>();
        while (blows.size() < count) {
            List<Blow> deck = new ArrayList<>(allowed);
            Collections.shuffle(deck, random);
            blows.addAll(deck);
        }
        return List.copyOf(blows.subList(0, count));
    }
}
