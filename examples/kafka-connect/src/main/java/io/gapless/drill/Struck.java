package io.gapless.drill;

import java.time.Duration;

/**
 * Describes what came of a strike.
 *
 * @param blow the strike
 * @param hitOwner whether the worker that was hit ran the task
 * @param leader whether the worker that was hit was the group's leader
 * @param back the time from the strike, or from the end of a strike at the broker, to the next post that a reader has
 * @param restarted how many failed tasks had to be restarted by hand
 */
record Struck(Blow blow, boolean hitOwner, boolean leader, Duration back, int restarted) {}
