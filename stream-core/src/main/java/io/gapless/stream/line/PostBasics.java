package io.gapless.stream.line;

import io.gapless.stream.post.Post.MatchingRule;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Provides the fields of a post that most programs read. An implementation finds them in one scan of the line, without
 * building a tree. The values equal those in the tree of {@code Post#json}, also for unusual input: of two equal names
 * the last one counts, a number reads as its digits, and an absent value or a container reads as empty. Does not change
 * after creation.
 */
public interface PostBasics {
    /** Returns {@code data.text}; empty if X did not send it. */
    String rawText();

    /** Returns the whole text of a long post; empty for other posts. */
    String note();

    /** Returns {@code data.created_at} as X wrote it; empty if X did not send it. */
    String createdAt();

    OptionalLong authorId();

    Optional<String> lang();

    List<MatchingRule> matchingRules();
}
