package io.gapless.emulator;

import java.util.Set;

/**
 * Holds the fields that a client asked for. {@link PostTemplate} adds the fields that X always sends.
 *
 * @param post the fields of posts, from {@code tweet.fields}
 * @param expansions the expansions, from {@code expansions}
 * @param user the fields of users, from {@code user.fields}
 * @param media the fields of media, from {@code media.fields}
 * @param poll the fields of polls, from {@code poll.fields}
 * @param place the fields of places, from {@code place.fields}
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
