package io.gapless.stream.seam;

/**
 * Runs an action when the JVM shuts down, for example after SIGTERM or Ctrl-C. The JVM waits for the action, so the
 * action must end. Thread-safe.
 */
public final class ShutdownHook {
    private final Thread thread;

    private ShutdownHook(Thread thread) {
        this.thread = thread;
    }

    /**
     * Registers an action.
     *
     * @param name the name of its thread
     * @param action what to run, once
     * @return the hook, to be removed when there is nothing left to do
     * @throws IllegalStateException if the JVM is shutting down already
     */
    public static ShutdownHook register(String name, Runnable action) {
        Thread thread = new Thread(action, name);
        Runtime.getRuntime().addShutdownHook(thread);
        return new ShutdownHook(thread);
    }

    /**
     * Removes the hook and its action.
     *
     * @return false if the hook was removed before, or if the JVM is shutting down and runs the action
     */
    public boolean remove() {
        try {
            return Runtime.getRuntime().removeShutdownHook(thread);
        } catch (IllegalStateException e) {
            return false;
        }
    }
}
