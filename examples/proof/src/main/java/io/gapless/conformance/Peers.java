package io.gapless.conformance;

import java.util.List;

/**
 * Lists the other clients in the conformance table. Their cells were measured once, earlier. This program does not
 * measure them.
 */
final class Peers {
    static final List<String> NAMES = List.of(
            "hbc 2.2.0",
            "twitter-api-java-sdk 2.0.3 (sample executor)",
            "twittered 2.23",
            "tweepy 4.16",
            "twarc 2.14.1",
            "node-twitter-api-v2 1.28",
            "xdk-python 0.10.6",
            "xdk-ts 0.6.6");

    static final String SOURCE =
            "The other columns were measured on 2026-11-22 in our lab, in one run: a small fault server on loopback,"
                    + " chunked HTTP/1.1, 150 s per scenario, each client in its default configuration (node-twitter-api-v2 with"
                    + " autoReconnect unlimited and over TLS; hbc with RawEndpoint and LineStringProcessor). The counts of loops"
                    + " without a pause depend on the machine; the pattern does not. n is the number of connects that the server"
                    + " received; – means not measured.";

    private Peers() {}

    static List<String> onlyHbc(String cell) {
        return List.of(cell, "–", "–", "–", "–", "–", "–", "–");
    }

    static List<String> notMeasured() {
        return onlyHbc("–");
    }
}
