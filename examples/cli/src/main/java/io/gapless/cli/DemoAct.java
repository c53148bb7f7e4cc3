package io.gapless.cli;

/** Plays one act of the demo: something fails, and the library copes. */
interface DemoAct {
    /** Returns what fails, in a few words. */
    String title();

    /** Returns what the library does about the failure, in one sentence. */
    String subtitle();

    /**
     * Plays the act: causes each failure, and adds a row to the table for it.
     *
     * @throws InterruptedException if the demo is stopped
     */
    void play(DemoStage stage) throws InterruptedException;
}
