package io.gapless.emulator;

import java.util.Optional;

/** Encodes a position in a paged answer as an opaque token: 16 hexadecimal digits. */
final class PageToken {
    private PageToken() {}

    static String encode(long place) {
        return "%016x".formatted(place);
    }

    static Optional<Long> decode(String token) {
        return token.matches("[0-7][0-9a-f]{15}") ? Optional.of(Long.parseLong(token, 16)) : Optional.empty();
    }
}
