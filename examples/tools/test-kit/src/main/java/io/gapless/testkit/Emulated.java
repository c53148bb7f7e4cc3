package io.gapless.testkit;

import io.gapless.emulator.EmulatorExtension;
import io.gapless.stream.StreamBuilder;

/**
 * Connects streams to the emulator of a test. A connected stream runs as it does in production, with its own threads and
 * its own state, but its clock is the emulator's, and its requests reach the emulator without a network.
 *
 * <pre>{@code
 * GaplessStream stream = Emulated.connect(GaplessStream.builder(), x)
 *         .stateDirectory(directory)
 *         .handler(myHandler)
 *         .build();
 * }</pre>
 */
public final class Emulated {
    private Emulated() {}

    /**
     * Connects the streams of a builder to an emulator: sets its address and its token, and makes them share its clock.
     *
     * @param builder the builder, whose other settings stay as they are
     * @param x the extension that runs the emulator
     * @param <B> the kind of the builder
     * @return the builder
     * @throws IllegalStateException if no test is running
     */
    public static <B extends StreamBuilder<B>> B connect(B builder, EmulatorExtension x) {
        SharedTime time = new SharedTime(x.clock());
        return builder.baseUrl(x.emulator().baseUri())
                .bearerToken(x.emulator()::bearerToken)
                .seams(seams -> seams.time(time).transport(new DirectTransport(x.emulator(), time)));
    }
}
