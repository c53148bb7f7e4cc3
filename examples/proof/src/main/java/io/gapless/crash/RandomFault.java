package io.gapless.crash;

import io.gapless.emulator.Fault;
import io.gapless.emulator.Misbehaviour;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Draws at most one kind of fault, which the emulator plays while a process runs. Several kinds at once would be
 * unrealistic.
 */
final class RandomFault {
    private static final List<Fault> KINDS = List.of(
            Fault.of(Misbehaviour.TOO_MANY_CONNECTIONS),
            Fault.of(Misbehaviour.STATUS_503_HTML).times(2),
            Fault.of(Misbehaviour.STATUS_503_EMPTY),
            Fault.of(Misbehaviour.ACCEPT_AND_CLOSE),
            Fault.of(Misbehaviour.CLOSE_AFTER_200),
            Fault.of(Misbehaviour.EOF).afterPosts(15),
            Fault.of(Misbehaviour.RESET).afterPosts(40),
            Fault.of(Misbehaviour.CUT_MID_LINE).afterPosts(60),
            Fault.of(Misbehaviour.HALF_OPEN).afterPosts(80),
            Fault.of(Misbehaviour.JOB_CUT_EVERY_N).afterPosts(50).times(3),
            Fault.of(Misbehaviour.JOB_ENDS_EARLY),
            Fault.of(Misbehaviour.JOB_EMPTY),
            Fault.of(Misbehaviour.JOB_STALLS).afterPosts(30),
            Fault.of(Misbehaviour.SEARCH_503),
            Fault.of(Misbehaviour.SEARCH_TOKEN_REJECTED));

    private RandomFault() {}

    static List<Fault> draw(RandomGenerator random) {
        return random.nextBoolean() ? List.of() : List.of(KINDS.get(random.nextInt(KINDS.size())));
    }
}
