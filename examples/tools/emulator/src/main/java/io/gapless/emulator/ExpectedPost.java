package io.gapless.emulator;

import java.time.Instant;
import java.util.List;

/**
 * A post that clients should have received, by the rules in force when it was created.
 *
 * @param id the post's id
 * @param createdAt when the post was created, in X's time
 * @param ruleIds the ids of the rules that matched the post
 * @param line the post's line in the stream, with the default fields and without the line end
 */
public record ExpectedPost(long id, Instant createdAt, List<Long> ruleIds, String line) {}
