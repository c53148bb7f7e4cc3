package io.gapless.cli;

/** One act of the demo: something fails, and the library copes with it. */
interface DemoAct {
    /** What fails, in a few words. */
    String title();

    /** What the library does about it, in a sentence. */
    String subtitle();

    /**
     * Plays it: breaks things, and adds a row to the stage's table for each.
     *
     * @throws InterruptedException if the demo is stopped
     */
    void play(DemoStage stage) throws InterruptedException;
}
