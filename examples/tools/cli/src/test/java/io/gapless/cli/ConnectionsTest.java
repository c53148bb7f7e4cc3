package io.gapless.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.emulator.ConnectionEnd;
import io.gapless.emulator.SeenConnection;
import io.gapless.emulator.XEmulator;
import io.gapless.stream.FilteredStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ConnectionsTest {
    private XEmulator x;

    @BeforeEach
    void start() {
        x = XEmulator.builder().rule("cats", "cat").start();
    }

    @AfterEach
    void stop() {
        x.close();
    }

    private Program.Ended connections(String... arguments) {
        String[] all = new String[arguments.length + 3];
        all[0] = "connections";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        all[all.length - 2] = "--base-url";
        all[all.length - 1] = x.baseUri().toString();
        return Program.with(x).run(all);
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
