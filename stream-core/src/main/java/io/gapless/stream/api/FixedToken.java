package io.gapless.stream.api;

/** Always supplies the same token. Immutable. It has no {@code toString}, which would show the token. */
final class FixedToken implements TokenSource {
    private final String token;

    FixedToken(String token) {
        this.token = token;
    }

    @Override
    public String token(boolean refused) {
        return token;
    }
}
