package io.gapless.hosts;

import java.time.Duration;
import java.util.Optional;

/**
 * Describes what came of a strike.
 *
 * @param strike the strike
 * @param struckTerm the term in which posts were handled before it
 * @param term the term in which posts are handled after it
 * @param taken the time from the strike until another host held the stream; empty if the host went on in its term
 * @param takeover the time from the strike to the first post that was handled in the new term; empty if the host went on
 *     in its term
 */
public record Struck(
        Strike strike, long struckTerm, long term, Optional<Duration> taken, Optional<Duration> takeover) {}
