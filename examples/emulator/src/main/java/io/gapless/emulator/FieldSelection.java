package io.gapless.emulator;

import java.util.Set;

/**
 * Holds the fields that a client asked for. {@link PostTemplate} adds the fields that X always sends.
 *
 * @param post {@code tweet.fields}
 * @param expansions {@code expansions}
 * @param user {@code user.fields}
 * @param media {@code media.fields}
 * @param poll {@code poll.fields}
 * @param place {@code place.fields}
 */
record FieldSelection(
        Set<String> post,
        Set<String> expansions,
        Set<String> user,
        Set<String> media,
        Set<String> poll,
        Set<String> place) {

    static final FieldSelection DEFAULT =
            new FieldSelection(Set.of(), Set.of(), Set.of(), Set.of(), Set.of(), Set.of());
}
