package io.gapless.emulator;

import java.util.Optional;

/** Which room answers which request. */
final class Rooms {
    private static final String CONTROL = "/emulator/";

    private final StreamEndpoint stream;

    Rooms(World world, RecoverySwitch recovery) {
        this.stream = new StreamEndpoint(world, recovery);
    }

    boolean isControl(String path) {
        return path.startsWith(CONTROL);
    }

    Answer control(Request request) {
        return Answer.problem(404, Problems.notFound());
    }

    /** How the request is counted; empty if it is not, and needs no token. */
    Optional<RateLimits.Kind> kind(Request request) {
        boolean get = request.method().equals("GET");
        return switch (request.path()) {
            case StreamEndpoint.FILTERED, StreamEndpoint.SAMPLE ->
                get ? Optional.of(RateLimits.Kind.STREAM) : Optional.empty();
            default -> Optional.empty();
        };
    }

    Answer answerUnlimited(Request request) {
        return Answer.problem(404, Problems.notFound());
    }

    Answer answer(Request request, boolean compressed) {
        return stream.answer(request, compressed);
    }
}
