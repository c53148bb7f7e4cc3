package io.gapless.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.emulator.ConnectionEnd;
import io.gapless.emulator.SeenConnection;
import io.gapless.emulator.XEmulator;
import io.gapless.stream.FilteredStream;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ConnectionsTest {
    @AutoClose
    private final XEmulator x = XEmulator.builder().rule("cats", "cat").start();

    private Program.Ended connections(String command, String... more) {
        return Program.with(x).runAt(x, List.of("connections", command), more);
    }

    private FilteredStream openStream() throws InterruptedException {
        FilteredStream stream = FilteredStream.builder()
                .baseUrl(x.baseUri())
                .bearerToken(x.bearerToken())
                .handler(post -> {})
                .build();
        stream.start();
        assertThat(x.awaitConnectionsOpen(1, Said.PATIENCE)).isTrue();
        return stream;
    }

    @Test
    void withoutAConnectionItSaysSo() {
        Program.Ended ended = connections("list");
        assertThat(ended.status()).isZero();
        assertThat(ended.out()).contains("no connection");
    }

    @Test
    void aConnectionIsListedAndKilledByItsId() throws InterruptedException {
        try (FilteredStream stream = openStream()) {
            String id = x.connections().get(0).id();
            assertThat(connections("list").out()).contains(id).contains("filtered_stream");
            assertThat(connections("kill", id).status()).isZero();
            assertThat(x.connections())
                    .filteredOn(connection -> connection.id().equals(id))
                    .extracting(SeenConnection::end)
                    .containsExactly(ConnectionEnd.KILLED);
            assertThat(connections("list", "--all").out()).contains(id);
            assertThat(stream.health().connectsLeft()).isPositive();
        }
    }

    @Test
    void killingWhatXDoesNotKnowIsStatus1() {
        Program.Ended ended = connections("kill", "00000000-0000-0000-0000-000000000000");
        assertThat(ended.status()).isEqualTo(1);
        assertThat(ended.out()).contains("ended no connection");
    }

    @Test
    void aRefusedTokenIsStatus3() {
        Program.Ended ended = Program.withToken("wrong")
                .run("connections", "list", "--base-url", x.baseUri().toString());
        assertThat(ended.status()).isEqualTo(3);
        assertThat(ended.err()).contains("401").contains("developer portal");
    }
}
