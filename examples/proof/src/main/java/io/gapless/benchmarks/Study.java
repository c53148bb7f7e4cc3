package io.gapless.benchmarks;

import java.io.IOException;

/** Answers one question by measurements. */
@FunctionalInterface
interface Study {
    Chapter run(Effort effort) throws IOException, InterruptedException;
}
