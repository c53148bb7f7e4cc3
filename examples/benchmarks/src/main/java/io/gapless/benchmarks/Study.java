package io.gapless.benchmarks;

import java.io.IOException;

/** One question that is measured. */
interface Study {
    /** One word, by which it is asked for. */
    String name();

    Chapter run(Effort effort) throws IOException, InterruptedException;
}
