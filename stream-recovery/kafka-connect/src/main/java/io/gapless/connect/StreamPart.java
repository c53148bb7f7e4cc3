package io.gapless.connect;

import io.gapless.stream.post.Endpoint;

/**
 * Describes what one {@code GaplessStream} of a task reads: a stream of X, or one partition of it.
 *
 * @param connector the name of the connector
 * @param endpoint what to read
 * @param number the number of the partition; 0 if X does not divide the stream
 */
record StreamPart(String connector, Endpoint endpoint, int number) {
    static StreamPart of(String connector, Endpoint endpoint, int number) {
        return new StreamPart(connector, number == 0 ? endpoint : endpoint.partition(number), number);
    }

    /** Returns the name for people, and for the keys of the ledger topic. */
    String name() {
        return number == 0 ? connector : connector + "/" + number;
    }
}
