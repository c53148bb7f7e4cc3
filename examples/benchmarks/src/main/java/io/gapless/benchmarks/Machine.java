package io.gapless.benchmarks;

import java.time.Clock;
import java.time.LocalDate;

/** Where and when numbers were made. */
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
