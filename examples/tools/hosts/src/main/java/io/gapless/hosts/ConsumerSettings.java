package io.gapless.hosts;

import java.net.URI;
import java.time.Duration;

/**
 * Holds the arguments on the command line of a consumer.
 *
 * @param x where X is
 * @param token the token for X
 * @param stateUrl the JDBC URL of the database that holds the state
 * @param sinkUrl the JDBC URL of the database that holds the sink
 * @param stream the name of the stream, which all consumers share
 * @param options how it runs
 */
public record ConsumerSettings(
        URI x, String token, String stateUrl, String sinkUrl, String stream, HostOptions options) {
    public static ConsumerSettings of(String[] words) {
        return new ConsumerSettings(
                URI.create(words[0]),
                words[1],
                words[2],
                words[3],
                words[4],
                new HostOptions(Duration.parse(words[5]), Integer.parseInt(words[6]), Boolean.parseBoolean(words[7])));
    }

    Object[] words() {
        return new Object[] {
            x, token, stateUrl, sinkUrl, stream, options.lease(), options.connectBudget(), options.warm()
        };
    }
}
