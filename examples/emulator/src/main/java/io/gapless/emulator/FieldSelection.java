package io.gapless.emulator;

import java.util.Set;

/**
 * Which fields a client asked for; the ones that X always sends are added where a post is written.
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
