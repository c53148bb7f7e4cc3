package io.gapless.stream;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * Who wrote a post, as far as X was asked.
 *
 * @param id the user's id, which never changes
 * @param username the name after the @, which can change; empty if it was not sent
 * @param name the name for people; empty if it was not sent
 * @param verified whether X calls the user verified; false if that was not sent
 * @param followers how many follow the user; empty if it was not sent
 * @param profileImageUrl where the user's picture is; empty if it was not sent
 */
public record Author(
        long id,
        String username,
        String name,
        boolean verified,
        OptionalLong followers,
        Optional<String> profileImageUrl) {}
