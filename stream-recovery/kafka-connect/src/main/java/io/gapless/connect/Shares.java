package io.gapless.connect;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Shares out what X allows an account, among the partitions of its stream. The shares depend on the partitions only, not on
 * where their tasks run. So they add up to no more than X allows, also while tasks move.
 *
 * @param partitions the partitions that the connector reads, smallest first
 */
record Shares(List<Integer> partitions) {
    /** How many recovery jobs X runs for an account at a time. */
    private static final int JOBS_MAX = 2;
    /** For how long a partition may begin jobs before it is the next one's turn. */
    private static final Duration TURN = Duration.ofMinutes(2);

    /** Deals the partitions out over tasks, one after the other: no task has more than one more than another. */
    List<List<Integer>> deal(int tasksMax) {
        int tasks = Math.max(1, Math.min(tasksMax, partitions.size()));
        List<List<Integer>> dealt = new ArrayList<>();
        for (int task = 0; task < tasks; task++) dealt.add(new ArrayList<>());
        for (int i = 0; i < partitions.size(); i++) dealt.get(i % tasks).add(partitions.get(i));
        return dealt;
    }

    /** Returns how many of the connects of the whole app a partition may make. The first partitions get the rest. */
    int connects(int all, int partition) {
        int rest = all % partitions.size();
        return all / partitions.size() + (partitions.indexOf(partition) < rest ? 1 : 0);
    }

    /**
     * Returns how many recovery jobs a partition may run. With more than two partitions, two of them have their turn at a
     * time, and a partition whose turn is over begins no further job. If one of its jobs still runs then, X refuses the
     * next partition's job, which is retried.
     *
     * @param now the time, which must be about the same on all workers
     */
    int jobs(int partition, Instant now) {
        if (partitions.size() <= JOBS_MAX) return JOBS_MAX / partitions.size();
        int pairs = (partitions.size() + 1) / JOBS_MAX;
        long turn = Math.floorMod(now.getEpochSecond() / TURN.toSeconds(), (long) pairs);
        return partitions.indexOf(partition) / JOBS_MAX == turn ? 1 : 0;
    }
}
