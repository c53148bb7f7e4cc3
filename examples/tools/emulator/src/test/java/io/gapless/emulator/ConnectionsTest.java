package io.gapless.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ConnectionsTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Duration ZOMBIE_TIME = Duration.ofMinutes(1);
    private static final String CONNECTIONS = "/2/connections";

    @RegisterExtension
    final EmulatorExtension emulator = EmulatorExtension.create(builder -> builder.rule("cats", "cat"));

    @Test
    void anOpenConnectionIsListedAndCanBeKilledById(XEmulator x) throws Exception {
        try (StreamClient client = StreamClient.open(x)) {
            JsonNode active = StreamClient.getJson(x, CONNECTIONS);
            String id = active.at("/data/0/id").asText();
            assertThat(active.at("/data/0/endpoint_name").asText()).isEqualTo("filtered_stream");

            JsonNode killed =
                    StreamClient.json(StreamClient.delete(x, CONNECTIONS, "{\"uuids\":[\"" + id + "\",\"nobody\"]}"));

            assertThat(killed.at("/data/successful_kills").asInt()).isEqualTo(1);
            assertThat(killed.at("/data/failed_kills").asInt()).isEqualTo(1);
            assertThat(client.nextLine()).isEmpty();
            assertThat(x.awaitConnectionsOpen(0, SOON)).isTrue();
            JsonNode ended = StreamClient.getJson(x, CONNECTIONS + "?status=inactive");
            assertThat(ended.at("/data/0/disconnect_reason").asText()).isEqualTo("operator_disconnect");
        }
    }

    @Test
    void allConnectionsOfAnEndpointCanBeKilled(XEmulator x) throws Exception {
        try (StreamClient filtered = StreamClient.open(x);
                StreamClient sample = StreamClient.open(x, "/2/tweets/sample/stream")) {
            StreamClient.delete(x, CONNECTIONS + "/sample_stream", "");

            assertThat(sample.nextLine()).isEmpty();
            x.publish("a cat");
            assertThat(filtered.nextIds(1)).hasSize(1);
            StreamClient.delete(x, CONNECTIONS + "/all", "");
            assertThat(filtered.nextLine()).isEmpty();
        }
    }

    @Test
    void aZombieHoldsItsSlotUntilItsTimeIsOver() throws Exception {
        try (XEmulator x = limitedToOne().start()) {
            endByReset(x);

            assertThat(StreamClient.get(x, StreamClient.FILTERED).statusCode()).isEqualTo(429);
            x.shiftTime(ZOMBIE_TIME);
            try (StreamClient client = StreamClient.open(x)) {
                assertThat(client.status()).isEqualTo(200);
            }
        }
    }

    @Test
    void aZombieIsListedAsActiveAndFreesItsSlotWhenKilled() throws Exception {
        try (XEmulator x = limitedToOne().start()) {
            endByReset(x);
            assertThat(StreamClient.getJson(x, CONNECTIONS).path("data")).hasSize(1);

            StreamClient.delete(x, CONNECTIONS + "/all", "");

            try (StreamClient client = StreamClient.open(x)) {
                assertThat(client.status()).isEqualTo(200);
            }
        }
    }

    @Test
    void aHalfOpenConnectionThatIsKilledLeavesNoZombie() throws Exception {
        try (XEmulator x = limitedToOne().start();
                StreamClient half = StreamClient.open(x)) {
            x.inject(Misbehaviour.HALF_OPEN);
            StreamClient.delete(x, CONNECTIONS + "/all", "");
            assertThat(x.awaitConnectionsOpen(0, SOON)).isTrue();
            assertThat(half.nextLine()).isEmpty();

            try (StreamClient client = StreamClient.open(x)) {
                assertThat(client.status()).isEqualTo(200);
            }
        }
    }

    @Test
    void aProperCloseFreesTheSlotAtOnce() throws Exception {
        try (XEmulator x = limitedToOne().start()) {
            StreamClient.open(x).close();
            assertThat(x.awaitConnectionsOpen(0, SOON)).isTrue();

            try (StreamClient client = StreamClient.open(x)) {
                assertThat(client.status()).isEqualTo(200);
            }
        }
    }

    @Test
    void aNewConnectionCanEvictTheOldest() throws Exception {
        try (XEmulator x = limitedToOne()
                        .secondConnection(SecondConnection.EVICTS_OLDEST)
                        .start();
                StreamClient first = StreamClient.open(x);
                StreamClient second = StreamClient.open(x)) {
            x.publish("a cat");

            assertThat(first.nextLine()).isEmpty();
            assertThat(second.nextIds(1)).hasSize(1);
            assertThat(x.connections().get(1).end()).isEqualTo(ConnectionEnd.EVICTED);
        }
    }

    @Test
    void theFiftyFirstConnectIn15MinutesIsLimitedByRate() throws Exception {
        try (XEmulator x = XEmulator.builder().connectsPerWindow(2).start()) {
            assertThat(StreamClient.get(x, StreamClient.FILTERED).statusCode()).isEqualTo(409);
            assertThat(StreamClient.get(x, StreamClient.FILTERED).statusCode()).isEqualTo(409);

            var limited = StreamClient.get(x, StreamClient.FILTERED);
            assertThat(limited.statusCode()).isEqualTo(429);
            assertThat(limited.headers().firstValue("x-rate-limit-remaining")).hasValue("0");

            x.shiftTime(Duration.ofMinutes(15));
            assertThat(StreamClient.get(x, StreamClient.FILTERED).statusCode()).isEqualTo(409);
        }
    }

    private static XEmulator.Builder limitedToOne() {
        return XEmulator.builder().connectionLimit(1).zombieTime(ZOMBIE_TIME).rule("cats", "cat");
    }

    private static void endByReset(XEmulator x) throws Exception {
        try (StreamClient client = StreamClient.open(x)) {
            x.inject(Misbehaviour.RESET);
            assertThat(x.awaitConnectionsOpen(0, SOON)).isTrue();
            assertThat(client.status()).isEqualTo(200);
        }
    }
}
