package io.gapless.recovery.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.stream.seam.Seams;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens when the disk is the limit. */
class OutboxRoomTest {
    @TempDir
    private Path directory;

    /** A blocked handler needs a time that passes by itself. */
    @Test
    void aFullOutboxBlocksTheHandlerUntilSomethingIsAcknowledged() throws Exception {
        FakeReceiver receiver = new FakeReceiver(Seams.system().time());
        List<SenderEvent> events = new CopyOnWriteArrayList<>();
        try (SenderRig posts = new SenderRig(directory.resolve("posts"), builder -> builder);
                Sender sender = Sender.builder()
                        .stateDirectory(directory)
                        .to(URI.create("http://127.0.0.1:1"))
                        .diskMaxBytes(1 << 20)
                        .seams(s -> s.transport(receiver))
                        .onEvent(events::add)
                        .build()) {
            long id = 1;
            while (sender.status().diskBytes() < 1 << 20) {
                sender.onPosts(
                        LongStream.range(id, id + 100).mapToObj(posts::post).toList());
                id += 100;
            }
            long last = id;
            CompletableFuture<Void> handler = CompletableFuture.runAsync(() -> take(sender, posts, last));

            SentInterval sent = sender.sendOnce().get(30, TimeUnit.SECONDS);
            handler.get(30, TimeUnit.SECONDS);

            assertThat(sent.records()).isEqualTo(last - 1);
            assertThat(receiver.requestIds()).doesNotContain(Long.toString(last));
            assertThat(sender.status().waitingRecords()).isEqualTo(1);
            assertThat(events)
                    .filteredOn(SenderEvent.OutboxFilled.class::isInstance)
                    .extracting(event -> ((SenderEvent.OutboxFilled) event).percent())
                    .containsExactly(50, 80, 100);
        }
    }

    private static void take(Sender sender, SenderRig posts, long id) {
        try {
            sender.onPosts(List.of(posts.post(id)));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void anOutboxThatCannotBeWrittenIsToldOnceAndSendingGoesOnWhenItCan() throws Exception {
        try (SenderRig rig = new SenderRig(directory, builder -> builder).start()) {
            rig.posts(1);
            try (Connection browser = OutboxTables.in(directory).openToWrite()) {
                browser.createStatement().execute("BEGIN IMMEDIATE");
                rig.until("2026-03-02T02:00:00Z");
                assertThat(rig.told(SenderEvent.OutboxUnwritable.class))
                        .singleElement()
                        .satisfies(told -> assertThat(told.why()).contains("outbox.db"));
            }
            rig.time.advance(Duration.ofSeconds(2));

            assertThat(rig.told(SenderEvent.OutboxWritable.class)).hasSize(1);
            assertThat(rig.receiver.requestIds()).containsExactly("1");
        }
    }
}
