package io.gapless.recovery.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gapless.recovery.ledger.StateException;
import io.gapless.recovery.outbox.FakeReceiver.Got;
import io.gapless.recovery.outbox.FakeReceiver.Reply;
import io.gapless.stream.seam.VirtualTime;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an outbox is bound to: its endpoint, its source, its beginning, and what was sent under each key. */
class SenderEndsTest {
    @TempDir
    private Path directory;

    private SenderRig rig() {
        return new SenderRig(directory, builder -> builder).start();
    }

    @Test
    void aStateThatIsPutBackFromACopySendsNoNewContentUnderAUsedKey() throws Exception {
        Path copy = directory.resolveSibling("copy");
        Map<String, String> bodies = new HashMap<>();
        try (SenderRig rig = rig()) {
            rig.sender.close();
            copy(directory, copy);
            rig.restart();
            rig.posts(1);
            rig.until("2026-03-02T02:00:00Z");
            rig.receiver.got.forEach(got -> bodies.put(got.key(), got.body()));
        }
        copy(copy, directory);
        try (SenderRig rig = rig()) {
            rig.posts(2);
            rig.until("2026-03-02T02:00:00Z");

            assertThat(rig.receiver.requestIds()).containsExactly("2");
            assertThat(rig.receiver.got).extracting(Got::key).doesNotContainAnyElementsOf(bodies.keySet());
        }
    }

    /** What was refused as too large before it decides no key: else an old record would follow a newer one, as if new. */
    @Test
    void aStateThatIsPutBackSendsTheSameBatchUnderTheSameKeyHoweverItWasSplit() throws Exception {
        Path copy = directory.resolveSibling("copy");
        UnaryOperator<Sender.Builder> batches = builder -> builder.batch(2, 100_000);
        Map<List<String>, String> keys = new HashMap<>();
        try (SenderRig rig = new SenderRig(directory, batches).start()) {
            rig.posts(1, 2, 3, 4);
            rig.sender.close();
            copy(directory, copy);
            rig.restart();
            rig.receiver.rule = got -> got.requestIds().size() > 1 ? Reply.of(413, "") : Reply.CREATED;
            rig.until("2026-03-02T02:00:00Z");
            rig.receiver.got.forEach(got -> keys.put(got.requestIds(), got.key()));
        }
        assertThat(keys).containsKeys(List.of("1"), List.of("3"));
        copy(copy, directory);
        try (SenderRig rig = new SenderRig(directory, batches).start()) {
            rig.receiver.rule = got -> got.requestIds().contains("1")
                    ? Reply.of(503, "")
                    : got.requestIds().size() > 1 ? Reply.of(413, "") : Reply.CREATED;
            rig.until("2026-03-02T03:00:00Z");

            assertThat(rig.receiver.got).allSatisfy(got -> assertThat(got.key()).isEqualTo(keys.get(got.requestIds())));
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        for (String name : List.of("outbox.db", "outbox.db-wal", "outbox.db-shm")) {
            Files.deleteIfExists(to.resolve(name));
            if (Files.exists(from.resolve(name))) Files.copy(from.resolve(name), to.resolve(name));
        }
    }

    @Test
    void anotherEndpointIsRefusedWithBothAddressesAndTheWayOut() throws Exception {
        try (SenderRig rig = rig()) {
            rig.posts(1);
            rig.until("2026-03-02T02:00:00Z");
        }
        UnaryOperator<Sender.Builder> other = builder -> builder.to(URI.create("http://127.0.0.1:2"));

        assertThatThrownBy(() -> new SenderRig(directory, other))
                .isInstanceOf(StateException.class)
                .hasMessageContaining("endpoint http://127.0.0.1:1/services-data/requests")
                .hasMessageContaining("endpoint http://127.0.0.1:2/services-data/requests")
                .hasMessageContaining("another state directory")
                .satisfies(thrown ->
                        assertThat(((StateException) thrown).reason()).isEqualTo(StateException.Reason.OTHER_SENDER));
        new SenderRig(directory, builder -> other.apply(builder).moved())
                .start()
                .close();
        new SenderRig(directory, other).close();
    }

    @Test
    void anotherSourceIsRefused() throws Exception {
        VirtualTime time = new VirtualTime(SenderRig.MIDNIGHT);
        try (SenderRig rig =
                new SenderRig(directory, time, builder -> builder.source(new FakeTable(time, "shop/request")))) {
            rig.start().until("2026-03-02T02:00:00Z");
        }

        assertThatThrownBy(() ->
                        new SenderRig(directory, time, builder -> builder.source(new FakeTable(time, "shop/other"))))
                .isInstanceOf(StateException.class)
                .hasMessageContaining("source shop/request")
                .hasMessageContaining("source shop/other");
        assertThatThrownBy(() -> new SenderRig(directory, time, builder -> builder))
                .isInstanceOf(StateException.class);
        new SenderRig(directory, time, builder -> builder.source(new FakeTable(time, "shop/request"))).close();
    }

    @Test
    void whatNeverWorkedCanBeCorrected() throws Exception {
        VirtualTime time = new VirtualTime(SenderRig.MIDNIGHT);
        FakeTable mistyped = new FakeTable(time, "shpo/request");
        mistyped.failAfter = 0;
        mistyped.put("any", "2026-03-01T00:00:00Z");
        try (SenderRig rig = new SenderRig(
                directory, time, builder -> builder.source(mistyped).since(Instant.parse("2026-02-28T00:00:00Z")))) {
            rig.start().until("2026-03-02T02:00:00Z");
        }
        FakeTable table = new FakeTable(time, "shop/request");
        table.put("old", "2026-02-10T00:00:00Z");
        UnaryOperator<Sender.Builder> sourceCorrected =
                builder -> builder.source(table).since(Instant.parse("2026-02-01T00:00:00Z"));
        try (SenderRig rig = new SenderRig(directory, time, sourceCorrected)) {
            rig.receiver.rule = got -> Reply.of(404, "no such page");
            rig.start().until("2026-03-03T02:00:00Z");
            assertThat(rig.receiver.requestIds()).contains("old");
        }
        try (SenderRig rig = new SenderRig(
                directory, time, builder -> sourceCorrected.apply(builder).to(URI.create("http://127.0.0.1:2")))) {
            rig.start().until("2026-03-04T02:00:00Z");
            assertThat(rig.receiver.requestIds()).containsExactly("old");
        }
    }

    @Test
    void sinceIsHonouredOrRefusedAndNeverIgnored() {
        VirtualTime time = new VirtualTime(SenderRig.MIDNIGHT);
        FakeTable table = new FakeTable(time, "shop/request");
        SenderRig rig = new SenderRig(
                directory, time, builder -> builder.source(table).since(Instant.parse("2026-02-01T00:00:00Z")));
        rig.start().until("2026-03-02T02:00:00Z");
        rig.close();

        assertThatThrownBy(() -> since(table, time, "2026-01-01T00:00:00Z"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("since is 2026-01-01T00:00:00Z")
                .hasMessageContaining("send again");
        assertThatThrownBy(() -> since(table, time, "2026-03-02T12:00:00Z"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("collected up to 2026-03-02T01:55:00Z");
        since(table, time, "2026-02-01T00:00:00Z");
        since(table, time, "2026-02-10T00:00:00Z");
    }

    @Test
    void theSinceThatAnOutboxBeganWithIsHonouredAlsoAfterAClockHasMovedTheMarkBeforeIt() {
        VirtualTime time = new VirtualTime(SenderRig.MIDNIGHT);
        FakeTable table = new FakeTable(time, "shop/request");
        String since = "2026-03-01T22:00:00Z";
        SenderRig rig =
                new SenderRig(directory, time, builder -> builder.source(table).since(Instant.parse(since)));
        table.clockAhead = Duration.ofHours(-10);
        rig.start().until("2026-03-02T02:00:00Z");
        rig.close();

        since(table, time, since);
    }

    private void since(FakeTable table, VirtualTime time, String since) {
        new SenderRig(directory, time, builder -> builder.source(table).since(Instant.parse(since))).close();
    }

    @Test
    void aPreviewLeavesNoTraceForTheRealRun() {
        VirtualTime time = new VirtualTime(SenderRig.MIDNIGHT);
        FakeTable table = new FakeTable(time, "shop/request");
        table.put("old", "2026-02-10T00:00:00Z");
        table.put("new", "2026-03-01T00:00:00Z");
        List<String> bodies = new ArrayList<>();
        SenderRig trial = new SenderRig(
                directory, time, builder -> builder.source(table).since(Instant.parse("2026-02-28T00:00:00Z")));
        trial.sender.preview(body -> bodies.add(new String(body)));
        trial.close();
        assertThat(bodies).singleElement().asString().contains("new").doesNotContain("old");

        try (SenderRig rig = new SenderRig(directory, time, builder -> builder.source(table)
                .to(URI.create("http://127.0.0.1:2"))
                .since(Instant.parse("2026-02-01T00:00:00Z")))) {
            rig.start().until("2026-03-02T02:00:00Z");
            assertThat(rig.receiver.requestIds()).containsExactlyInAnyOrder("old", "new");
        }
    }

    @Test
    void theKeyOfABatchIsItsOutboxItsFirstRecordAndItsContent() throws Exception {
        try (SenderRig rig = new SenderRig(directory, builder -> builder.batch(1, 1_000)).start()) {
            rig.posts(1, 2);
            rig.receiver.rule = got -> Reply.CREATED;
            rig.until("2026-03-02T02:00:00Z");

            assertThat(rig.receiver.keys()).allMatch(key -> key.matches("[0-9a-f]{16}-[0-9]+-[0-9a-f]{32}"));
            assertThat(Stream.of(0, 1)
                            .map(i -> rig.receiver.keys().get(i).substring(0, 16))
                            .distinct())
                    .hasSize(1);
        }
    }
}
