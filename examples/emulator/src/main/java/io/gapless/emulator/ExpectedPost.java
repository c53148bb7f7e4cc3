package io.gapless.emulator;

import java.time.Instant;
import java.util.List;

/**
 * A post that a client with the rules of its moment should have been given.
 *
 * @param id the post's id
 * @param createdAt when it was created, in X's time
 * @param ruleIds the ids of the rules that matched
 * @param line the line of the stream, with the default fields, without its line end
 */
public record ExpectedPost(long id, Instant createdAt, List<Long> ruleIds, String line) {}
