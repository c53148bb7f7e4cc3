package io.gapless.benchmarks;

import java.io.IOException;

/** Answers one question by measurements. */
interface Study {
    /** Returns the word by which the user selects the study on the command line. */
    String name();

    Chapter run(Effort effort) throws IOException, InterruptedException;
}
