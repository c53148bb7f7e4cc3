package io.gapless.stream.post;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * Holds the data of the user who wrote a post: the fields that {@code Fields} requests and that X sends.
 *
 * @param id the user's id, which never changes
 * @param username the name after the @, which can change; empty if X did not send it
 * @param name the display name; empty if X did not send it
 * @param verified whether X calls the user verified; false if X did not send this field
 * @param followers the number of followers; empty if X did not send the number
 * @param profileImageUrl the address of the user's picture; empty if X did not send the address
 */
public record Author(
        long id,
        String username,
        String name,
        boolean verified,
        OptionalLong followers,
        Optional<String> profileImageUrl) {}
