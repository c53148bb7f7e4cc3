package io.gapless.benchmarks;

import java.time.Clock;
import java.time.LocalDate;

/** Describes where and when numbers were measured. */
final class Machine {
    private Machine() {}

    static String now() {
        return Text.of(
                "%s, JDK %s, %s, %d processors",
                LocalDate.now(Clock.systemUTC()),
                Runtime.version(),
                System.getProperty("os.name"),
                Runtime.getRuntime().availableProcessors());
    }
}
