package io.gapless.proof.kit;

import java.time.Clock;
import java.time.LocalDate;

/** Describes the machine and the time of a measurement. */
public final class Machine {
    private Machine() {}

    public static String now() {
        return Text.of(
                "%s, JDK %s, %s, %d processors",
                LocalDate.now(Clock.systemUTC()),
                Runtime.version(),
                System.getProperty("os.name"),
                Runtime.getRuntime().availableProcessors());
    }
}
