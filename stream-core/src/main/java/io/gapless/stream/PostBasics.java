package io.gapless.stream;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What most programs read of a post, found in one pass and without a tree. The values are those that the tree has, oddities
 * included: the last one of two equal names counts, a number is its digits, and what is absent or a container is empty.
 * Immutable.
 */
interface PostBasics {
    /** {@code data.text}. */
    String rawText();

    /** The whole text of a long post; empty if it is not one. */
    String note();

    /** As X wrote it; empty if it did not. */
    String createdAt();

    OptionalLong authorId();

    Optional<String> lang();

    List<MatchingRule> matchingRules();
}
