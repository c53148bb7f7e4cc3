package io.gapless.emulator;

import java.time.Instant;
import java.util.List;

/**
 * A post that clients should have received, by the rules in force when it was created.
 *
 * @param id the post's id
 * @param createdAt when it was created, in X's time
 * @param ruleIds the ids of the rules that matched
 * @param line the line of the stream, with the default fields and without its line end
 */
public record ExpectedPost(long id, Instant createdAt, List<Long> ruleIds, String line) {}
