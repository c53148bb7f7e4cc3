package io.gapless.cli;

/** Plays one act of the demo, which shows one kind of failure and the library's reaction. */
interface DemoAct {
    /** Returns the name of the failure, in a few words. */
    String title();

    /** Returns the library's reaction to the failure, in one sentence. */
    String subtitle();

    /**
     * Plays the act: causes each failure, and prints a row of the act's table for each.
     *
     * @throws InterruptedException if the demo is stopped
     */
    void play(DemoStage stage) throws InterruptedException;
}
