package io.gapless.proof.kit;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Runs tasks at the same time. */
public final class Together {
    private Together() {}

    /**
     * Runs all tasks, some of them at a time, and returns their results in the order of the tasks.
     *
     * @param atATime how many tasks run at a time
     */
    public static <T> List<T> run(int atATime, List<Callable<T>> tasks) throws InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(atATime);
        try {
            List<T> results = new ArrayList<>();
            for (Future<T> task : tasks.stream().map(threads::submit).toList()) results.add(task.get());
            return results;
        } catch (ExecutionException e) {
            throw new IllegalStateException("A task failed: " + e.getCause(), e.getCause());
        } finally {
            threads.shutdownNow();
        }
    }
}
