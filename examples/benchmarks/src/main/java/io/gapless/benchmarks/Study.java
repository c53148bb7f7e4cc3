package io.gapless.benchmarks;

import java.io.IOException;

/** Measures one question. */
interface Study {
    /** Returns the word by which the study is selected. */
    String name();

    Chapter run(Effort effort) throws IOException, InterruptedException;
}
