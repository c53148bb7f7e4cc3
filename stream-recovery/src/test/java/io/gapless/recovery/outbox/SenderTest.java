package io.gapless.recovery.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.gapless.recovery.ledger.StateException;
import io.gapless.recovery.outbox.FakeReceiver.Got;
import io.gapless.recovery.outbox.FakeReceiver.Reply;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A sender with posts of a stream, against a receiver with rules, in virtual time. */
class SenderTest {
    @TempDir
    private Path directory;

    private SenderRig rig() {
        return rig(builder -> builder);
    }

    private SenderRig rig(UnaryOperator<Sender.Builder> settings) {
        return new SenderRig(directory, settings).start();
    }

    @Test
    void atItsSlotEverythingSinceTheMarkIsSentInTheEndpointsForm() throws Exception {
        try (SenderRig rig = rig()) {
            rig.posts(1, 2);
            rig.until("2026-03-02T01:59:59Z");
            assertThat(rig.receiver.got).isEmpty();

            rig.until("2026-03-02T02:00:00Z");

            Got got = rig.receiver.got.get(0);
            assertThat(got.uri()).isEqualTo("http://127.0.0.1:1/services-data/requests");
            assertThat(got.headers()).containsEntry("Content-Type", "application/json");
            assertThat(got.body())
                    .isEqualTo("{\"requests\":[{\"service_id\":\"cats\",\"request_id\":\"1\","
                            + "\"opening_date\":\"2026-03-01T10:00:00Z\",\"status_id\":9,"
                            + "\"last_modified_date\":\"2026-03-02T00:00:00Z\"},{\"service_id\":\"cats\","
                            + "\"request_id\":\"2\",\"opening_date\":\"2026-03-01T10:00:00Z\",\"status_id\":9,"
                            + "\"last_modified_date\":\"2026-03-02T00:00:00Z\"}]}");
            assertThat(rig.sender.status().waitingRecords()).isZero();
            assertThat(rig.sender.history(1).get(0).acknowledged()).isEqualTo(2);
        }
    }

    @Test
    void itSaysItsZoneAndItsNextSlotWhenItStarts() {
        try (SenderRig rig = rig()) {
            assertThat(rig.told(SenderEvent.Scheduled.class))
                    .singleElement()
                    .satisfies(said -> assertThat(said.describe()).contains("Z", "2026-03-02T02:00"));
        }
    }

    @Test
    void aPostThatComesAgainIsNotCollectedTwiceAlsoAfterARestart() throws Exception {
        try (SenderRig rig = rig()) {
            rig.posts(1, 2, 3);
            rig.posts(2, 3, 4);
            rig.until("2026-03-02T02:00:00Z");
            rig.restart();
            rig.posts(3, 4, 5);
            rig.until("2026-03-03T02:00:00Z");

            assertThat(rig.receiver.requestIds()).containsExactly("1", "2", "3", "4", "5");
        }
    }

    @Test
    void whatComesBeforeACrashIsSentAfterIt() throws Exception {
        try (SenderRig rig = rig()) {
            rig.posts(1, 2);
            rig.restart();
            rig.until("2026-03-02T02:00:00Z");

            assertThat(rig.receiver.requestIds()).containsExactly("1", "2");
        }
    }

    @Test
    void aReceiverThatIsDownForThreeSlotsGetsEverythingInTheNextOneInOrderAndOnce() throws Exception {
        try (SenderRig rig = rig(builder -> builder.batch(10, 100_000).tryAgainEvery(Duration.ofDays(30)))) {
            rig.receiver.rule = got -> Reply.NONE;
            for (int day = 0; day < 3; day++) {
                rig.posts(100 * day + 1, 25);
                rig.time.advance(SenderRig.DAY);
            }
            assertThat(rig.sender.status().acknowledgedUntil()).isEmpty();
            rig.posts(301, 25);
            rig.receiver.got.clear();
            rig.receiver.rule = got -> Reply.CREATED;

            rig.until("2026-03-05T02:05:00Z");

            List<String> all = IntStream.of(1, 101, 201, 301)
                    .flatMap(first -> IntStream.range(first, first + 25))
                    .mapToObj(String::valueOf)
                    .toList();
            assertThat(rig.receiver.requestIds()).containsExactlyElementsOf(all);
            assertThat(new HashSet<>(rig.receiver.keys())).hasSize(rig.receiver.got.size());
            assertThat(rig.sender.status().acknowledgedUntil()).contains(Instant.parse("2026-03-05T02:00:00Z"));
        }
    }

    @Test
    void aDeadEndpointIsTriedAtMostOnceAMinuteAfterSixFailures() throws Exception {
        try (SenderRig rig = rig(builder -> builder.batch(1, 1_000))) {
            rig.posts(1, 50);
            rig.receiver.rule = got -> Reply.of(503, "");
            rig.until("2026-03-02T03:00:00Z");

            assertThat(rig.receiver.got).hasSizeBetween(50, 70);
        }
    }

    @Test
    void aFailedBatchIsTriedThreeTimesWithTheSameBytesAfter2And4Seconds() throws Exception {
        try (SenderRig rig = rig()) {
            rig.posts(1, 2);
            rig.receiver.rule = got -> Reply.of(500, "");
            rig.until("2026-03-02T02:01:00Z");

            assertThat(rig.receiver.got)
                    .extracting(Got::at)
                    .containsExactly(
                            Instant.parse("2026-03-02T02:00:00Z"),
                            Instant.parse("2026-03-02T02:00:02Z"),
                            Instant.parse("2026-03-02T02:00:06Z"));
            assertThat(new HashSet<>(rig.receiver.keys())).hasSize(1);
            assertThat(rig.receiver.got)
                    .extracting(Got::body)
                    .containsOnly(rig.receiver.got.get(0).body());
            assertThat(rig.told(SenderEvent.BatchGivenUp.class)).singleElement().matches(SenderEvent::isAlarming);
        }
    }

    @Test
    void aBatchKeepsItsKeyAndItsBytesOverARestart() throws Exception {
        try (SenderRig rig = rig()) {
            rig.posts(1, 2);
            rig.receiver.rule = got -> Reply.NONE;
            rig.until("2026-03-02T02:00:01Z");
            rig.restart(builder -> builder.statusId(post -> 1).batch(1, 1_000));
            rig.receiver.rule = got -> Reply.CREATED;
            rig.until("2026-03-02T02:10:00Z");

            assertThat(rig.receiver.got).hasSize(3);
            assertThat(new HashSet<>(rig.receiver.keys())).hasSize(1);
            assertThat(rig.receiver.got)
                    .extracting(Got::body)
                    .containsOnly(rig.receiver.got.get(0).body());
        }
    }

    @Test
    void retryAfterIsHonoured() throws Exception {
        try (SenderRig rig = rig()) {
            rig.posts(1);
            rig.receiver.rule = got ->
                    rig.receiver.got.size() == 1 ? new Reply(429, Map.of("Retry-After", "90"), "") : Reply.CREATED;
            rig.until("2026-03-02T02:10:00Z");

            assertThat(rig.receiver.got)
                    .extracting(Got::at)
                    .containsExactly(Instant.parse("2026-03-02T02:00:00Z"), Instant.parse("2026-03-02T02:01:30Z"));
        }
    }

    @Test
    void silenceIsAFailedTryAfter30Seconds() throws Exception {
        try (SenderRig rig = rig()) {
            rig.posts(1);
            rig.receiver.rule = got -> rig.receiver.got.size() == 1 ? Reply.SILENCE : Reply.CREATED;
            rig.until("2026-03-02T02:00:29Z");
            assertThat(rig.told(SenderEvent.BatchRetried.class)).isEmpty();
            rig.until("2026-03-02T02:00:32Z");

            assertThat(rig.told(SenderEvent.BatchRetried.class))
                    .singleElement()
                    .satisfies(told -> assertThat(told.answer()).contains("30 s"));
            assertThat(rig.told(SenderEvent.BatchAcknowledged.class)).hasSize(1);
        }
    }

    @Test
    void aBadRecordIsFoundByHalvingAndSetAsideAndTheRestGoesOn() throws Exception {
        try (SenderRig rig = rig()) {
            rig.posts(1, 100);
            rig.receiver.rule = got -> got.requestIds().contains("37")
                    ? Reply.of(422, "{\"success\":false,\"message\":\"37 is bad\"}")
                    : Reply.CREATED;
            rig.until("2026-03-02T02:10:00Z");

            assertThat(acknowledged(rig)).hasSize(99).doesNotContain("37").doesNotHaveDuplicates();
            assertThat(rig.sender.quarantined(10)).singleElement().satisfies(one -> assertThat(one.reason())
                    .contains("422", "37 is bad"));
            SentInterval interval = rig.sender.history(1).get(0);
            assertThat(interval.acknowledgedAt()).isPresent();
            assertThat(interval.acknowledged()).isEqualTo(99);
            assertThat(interval.quarantined()).isEqualTo(1);
            assertThat(new HashSet<>(rig.receiver.keys())).hasSize(rig.receiver.got.size());
        }
    }

    private static List<String> acknowledged(SenderRig rig) {
        List<String> keys = rig.told(SenderEvent.BatchAcknowledged.class).stream()
                .map(SenderEvent.BatchAcknowledged::key)
                .toList();
        return rig.receiver.got.stream()
                .filter(got -> keys.contains(got.key()))
                .flatMap(got -> got.requestIds().stream())
                .toList();
    }

    @Test
    void whoLooksAtAnOutboxWithoutAnOwnerWritesNothing() throws Exception {
        try (SenderRig rig = rig()) {
            rig.posts(1);
            rig.until("2026-03-02T02:10:00Z");
        }
        Map<String, String> before = files();
        try (OutboxClient client = OutboxClient.open(directory)) {
            assertThat(client.status().waitingRecords()).isZero();
            assertThat(client.history(10)).isNotEmpty();
            assertThat(client.quarantined(10)).isEmpty();
            assertThat(client.owner()).isEmpty();
        }
        assertThat(files()).isEqualTo(before);
    }

    private Map<String, String> files() throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> list = Files.list(directory)) {
            for (Path file : list.toList())
                files.put(
                        file.getFileName().toString(),
                        Files.getLastModifiedTime(file) + " " + Arrays.hashCode(Files.readAllBytes(file)));
        }
        return files;
    }

    @Test
    void aRecordThatWasSetAsideIsSentAgainWhenAskedFor() throws Exception {
        try (SenderRig rig = rig()) {
            rig.posts(1);
            rig.receiver.rule = got -> Reply.of(400, "");
            rig.until("2026-03-02T02:10:00Z");
            try (OutboxClient client = OutboxClient.open(directory)) {
                assertThat(client.resend(List.of(client.quarantined(1).get(0).number())))
                        .isEqualTo(1);
                assertThat(client.quarantined(1).get(0).resending()).isTrue();
            }
            rig.receiver.rule = got -> Reply.CREATED;
            rig.until("2026-03-03T02:10:00Z");

            assertThat(acknowledged(rig)).containsExactly("1");
            assertThat(rig.sender.status().quarantined()).isZero();
        }
    }

    @Test
    void aBatchThatIsTooLargeIsSentInParts() throws Exception {
        try (SenderRig rig = rig()) {
            rig.posts(1, 100);
            rig.receiver.rule = got -> got.requestIds().size() > 30 ? Reply.of(413, "") : Reply.CREATED;
            rig.until("2026-03-02T02:10:00Z");

            assertThat(acknowledged(rig)).hasSize(100).doesNotHaveDuplicates();
            assertThat(rig.sender.status().quarantined()).isZero();
            assertThat(rig.sender.history(1).get(0).batches()).isEqualTo(4);
        }
    }

    @Test
    void aWrongKeyOrAddressSetsNoRecordAsideAndEndsTheSlot() throws Exception {
        for (int status : new int[] {302, 401, 404}) {
            try (SenderRig rig = new SenderRig(directory.resolve("" + status), builder -> builder.batch(1, 1_000))) {
                rig.start();
                rig.posts(1, 3);
                rig.receiver.rule = got -> new Reply(status, Map.of("Location", "https://elsewhere.example"), "");
                rig.until("2026-03-02T02:10:00Z");

                assertThat(rig.receiver.got).hasSize(1);
                assertThat(rig.told(SenderEvent.BatchGivenUp.class)).hasSize(1);
                assertThat(rig.sender.status().quarantined()).isZero();
                assertThat(rig.sender.status().waitingRecords()).isEqualTo(3);
            }
        }
    }

    @Test
    void aSuccessThatSaysFalseAndMalformedJsonAcknowledgeNothing() throws Exception {
        try (SenderRig rig = rig()) {
            rig.posts(1);
            List<Reply> replies = new ArrayList<>(
                    List.of(Reply.of(200, "{\"success\":false}"), Reply.of(200, "{\"success\":tr"), Reply.CREATED));
            rig.receiver.rule = got -> replies.remove(0);
            rig.until("2026-03-02T02:10:00Z");

            assertThat(rig.told(SenderEvent.BatchRetried.class)).hasSize(2);
            assertThat(rig.told(SenderEvent.BatchAcknowledged.class)).hasSize(1);
        }
    }

    @Test
    void aRecordThatTheEncoderRefusesIsSetAsideAloneAndSentOnceItCanBe() throws Exception {
        boolean[] picky = {true};
        RecordEncoder plain = new ServiceRequests();
        RecordEncoder encoder = new RecordEncoder() {
            @Override
            public Envelope envelope() {
                return plain.envelope();
            }

            @Override
            public Encoded encode(OutboxRecord record) throws Exception {
                if (picky[0] && record.id().equals("2")) throw new IllegalArgumentException("2 is odd");
                return plain.encode(record);
            }
        };
        try (SenderRig rig = rig(builder -> builder.encoder(encoder))) {
            rig.posts(1, 3);
            rig.until("2026-03-02T02:10:00Z");
            assertThat(rig.receiver.requestIds()).containsExactly("1", "3");
            assertThat(rig.sender.quarantined(10)).singleElement().satisfies(one -> assertThat(one.reason())
                    .contains("2 is odd"));

            rig.sender.resendAll();
            rig.until("2026-03-03T02:10:00Z");
            assertThat(rig.sender.status().quarantined()).isEqualTo(1);

            picky[0] = false;
            rig.sender.resendAll();
            rig.until("2026-03-04T02:10:00Z");
            assertThat(rig.receiver.requestIds()).containsExactly("1", "3", "2");
            assertThat(rig.receiver.got.get(1).body()).contains("\"opening_date\":\"2026-03-01T10:00:00Z\"");
        }
    }

    @Test
    void anEmptyIntervalIsRecordedAsNoRecords() {
        try (SenderRig rig = rig()) {
            rig.until("2026-03-02T02:00:00Z");

            assertThat(rig.receiver.got).isEmpty();
            assertThat(rig.sender.history(9)).singleElement().satisfies(interval -> {
                assertThat(interval.records()).isZero();
                assertThat(interval.acknowledgedAt()).isPresent();
            });
        }
    }

    @Test
    void aMissedSlotIsCaughtUpAtOnceInsideTheWindowAndNotOutsideIt() throws Exception {
        Schedule window = SenderRig.at2().withWindow(LocalTime.of(1, 0), LocalTime.of(5, 0));
        try (SenderRig rig = rig(builder -> builder.schedule(window))) {
            rig.posts(1);
            rig.sender.close();
            rig.until("2026-03-02T03:00:00Z");
            rig.restart();
            assertThat(rig.receiver.requestIds()).containsExactly("1");

            rig.posts(2);
            rig.sender.close();
            rig.until("2026-03-03T12:00:00Z");
            rig.restart();
            rig.until("2026-03-04T00:59:00Z");
            assertThat(rig.receiver.requestIds()).containsExactly("1");
            rig.until("2026-03-04T01:00:00Z");
            assertThat(rig.receiver.requestIds()).containsExactly("1", "2");
        }
    }

    @Test
    void nothingIsSentAfterTheWindowHasClosed() throws Exception {
        Schedule window = SenderRig.at2().withWindow(LocalTime.of(1, 0), LocalTime.of(2, 10));
        try (SenderRig rig = rig(builder -> builder.schedule(window).batch(1, 1_000))) {
            rig.posts(1, 60);
            rig.receiver.rule = got -> new Reply(503, Map.of("Retry-After", "60"), "");
            rig.until("2026-03-02T20:00:00Z");

            assertThat(rig.receiver.got).isNotEmpty().allMatch(got -> window.isOpen(got.at()));
        }
    }

    @Test
    void anIntervalThatIsNotAcknowledgedIn26HoursIsToldOnceWithItsCause() throws Exception {
        try (SenderRig rig = rig()) {
            rig.until("2026-03-02T02:00:00Z");
            rig.posts(1);
            rig.receiver.rule = got -> Reply.of(503, "");
            rig.until("2026-03-04T03:59:00Z");
            assertThat(rig.told(SenderEvent.Overdue.class)).hasSize(1);
            assertThat(rig.told(SenderEvent.Overdue.class).get(0).at())
                    .isBetween("2026-03-03T04:00:00Z", "2026-03-03T04:00:30Z");
            assertThat(rig.told(SenderEvent.Overdue.class).get(0).describe()).contains("503");
        }
    }

    @Test
    void aWindowThatKeepsSendingBackIsTheCauseOfBeingOverdue() {
        Schedule window =
                Schedule.hourly().withZone(SenderRig.at2().zone()).withWindow(LocalTime.of(1, 0), LocalTime.of(3, 0));
        try (SenderRig rig = rig(builder -> builder.schedule(window))) {
            rig.until("2026-03-02T20:00:00Z");

            assertThat(rig.told(SenderEvent.Overdue.class))
                    .singleElement()
                    .satisfies(told -> assertThat(told.describe()).contains("window"));
        }
    }

    @Test
    void oneRequestPerServiceHasThatServicesRecordsOnly() throws Exception {
        try (SenderRig rig = rig(builder -> builder.oneRequestPerService().batch(2, 100_000))) {
            rig.sender.onPosts(List.of(
                    rig.post(1, "cats"),
                    rig.post(2, "dogs"),
                    rig.post(3, "cats"),
                    rig.post(4, "cats"),
                    rig.post(5, "dogs")));
            rig.receiver.rule = got -> got.requestIds().contains("5") ? Reply.of(422, "") : Reply.CREATED;
            rig.until("2026-03-02T02:10:00Z");

            assertThat(rig.receiver.got)
                    .extracting(Got::requestIds)
                    .containsExactly(List.of("1", "3"), List.of("2", "5"), List.of("2"), List.of("4"), List.of("5"));
            assertThat(rig.sender.status().quarantined()).isEqualTo(1);
        }
    }

    @Test
    void batchesAreCutByCountAndByBytes() throws Exception {
        try (SenderRig rig = rig(builder -> builder.batch(4, 1_000))) {
            rig.posts(1, 20);
            rig.until("2026-03-02T02:00:00Z");

            assertThat(rig.receiver.got)
                    .allSatisfy(got -> assertThat(got.body().length()).isLessThanOrEqualTo(1_000))
                    .allSatisfy(got -> assertThat(got.requestIds().size()).isLessThanOrEqualTo(4));
            assertThat(rig.receiver.requestIds()).hasSize(20);
        }
    }

    @Test
    void sendOnceSendsNowAndTellsWhatBecameOfIt() throws Exception {
        Schedule window = SenderRig.at2().withWindow(LocalTime.of(1, 0), LocalTime.of(5, 0));
        try (SenderRig rig = rig(builder -> builder.schedule(window))) {
            rig.posts(1, 2);
            rig.until("2026-03-02T12:00:00Z");
            rig.posts(3);
            CompletableFuture<SentInterval> good = rig.sender.sendOnce();
            rig.time.settle();
            assertThat(good.join().acknowledgedAt()).isPresent();
            assertThat(good.join().records()).isEqualTo(1);

            rig.posts(4);
            rig.receiver.rule = got -> Reply.NONE;
            CompletableFuture<SentInterval> bad = rig.sender.sendOnce();
            rig.time.advance(Duration.ofMinutes(1));
            assertThat(bad.join().acknowledgedAt()).isEmpty();
            assertThat(bad.join().answer()).contains("nobody listens");
        }
    }

    @Test
    void aPreviewShowsTheBodiesAndChangesNothing() throws Exception {
        try (SenderRig rig = rig()) {
            rig.posts(1, 2);
            List<String> bodies = new ArrayList<>();
            rig.sender.preview(body -> bodies.add(new String(body)));
            assertThat(bodies).singleElement().asString().contains("\"request_id\":\"2\"");
            assertThat(rig.sender.history(9)).isEmpty();

            rig.until("2026-03-02T02:00:00Z");
            assertThat(rig.receiver.got.get(0).body()).isEqualTo(bodies.get(0));
        }
    }

    @Test
    void theKeyIsAskedForBeforeEachTryAndNeverTold() throws Exception {
        List<String> keys = new ArrayList<>(List.of("k-first", "k-second"));
        try (SenderRig rig = rig(builder -> builder.apiKey(() -> keys.remove(0)))) {
            rig.posts(1);
            rig.receiver.rule =
                    got -> Reply.of(500, "{\"message\":\"" + got.headers().get("api-key") + "\"}");
            rig.until("2026-03-02T02:10:00Z");

            assertThat(rig.receiver.got)
                    .extracting(got -> got.headers().get("api-key"))
                    .containsExactly("k-first", "k-second");
            assertThat(rig.events).extracting(SenderEvent::describe).noneMatch(text -> text.contains("k-"));
            assertThat(rig.told(SenderEvent.BatchGivenUp.class).get(0).answer()).contains("API key");
        }
    }

    @Test
    void anEndpointWithoutHttpsIsRefusedUnlessItIsThisMachineOrAllowed() {
        Sender.Builder builder = Sender.builder().stateDirectory(directory).to(URI.create("http://example.org"));

        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("https");
        assertThatThrownBy(() -> builder.to(URI.create("https://user:s3cret@example.org"))
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("s3cret");
        builder.to(URI.create("http://example.org")).allowPlainHttp().build().close();
        Sender.builder()
                .stateDirectory(directory)
                .to(URI.create("http://[::1]:9/base/"))
                .build()
                .close();
    }

    @Test
    void aWholeAddressIsTakenAsItIs() {
        assertThat(Endpoint.address(URI.create("https://example.org/api"), Endpoint.PATH, false))
                .hasToString("https://example.org/api/services-data/requests");
        assertThat(Endpoint.address(URI.create("https://example.org/services-data/requests/"), Endpoint.PATH, false))
                .hasToString("https://example.org/services-data/requests");
        assertThat(Endpoint.address(URI.create("https://example.org/in/"), "", false))
                .hasToString("https://example.org/in/");
        assertThatThrownBy(() -> Sender.builder().path("in?a=b")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aScheduleThatCanNeverFireIsRefusedAtBuild() {
        Schedule never = SenderRig.at2().withWindow(LocalTime.of(12, 0), LocalTime.of(13, 0));

        assertThatThrownBy(() -> new SenderRig(directory, builder -> builder.schedule(never)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no slot lies between");
    }

    @Test
    void oneProcessOwnsAnOutboxAndItsFilesAreItsUsersOnly() throws Exception {
        try (SenderRig rig = rig()) {
            assertThatThrownBy(() -> new SenderRig(directory, builder -> builder))
                    .isInstanceOf(StateException.class)
                    .hasMessageStartingWith("The outbox in ");
            assumeFalse(OS.WINDOWS.isCurrentOs(), "SKIPPED: Windows has no POSIX permissions");
            for (String name : List.of("outbox.db", "outbox.db-wal", "outbox.lock"))
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve(name))))
                        .isEqualTo("rw-------");
        }
    }

    @Test
    void aDamagedOutboxIsRefusedAndLeftAsItIs() throws Exception {
        Files.writeString(
                directory.resolve("outbox.db"), "not a database, but long enough to look like a page".repeat(99));

        assertThatThrownBy(() -> new SenderRig(directory, builder -> builder))
                .isInstanceOf(StateException.class)
                .hasMessageContaining("is damaged")
                .hasMessageContaining("quarantine");
    }

    @Test
    void closingLeavesATransportToWhoeverBroughtItAndALaterStartIsRefused() {
        SenderRig rig = rig();
        rig.close();
        rig.close();

        assertThat(rig.receiver.closed).isFalse();
        assertThatThrownBy(() -> rig.sender.start()).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void theDeathOfItsThreadIsToldAndLeavesWhatWaitsToANewSender() throws Exception {
        Error deadly = new OutOfMemoryError("on purpose");
        try (SenderRig rig = rig()) {
            rig.posts(1, 2);
            rig.receiver.rule = got -> {
                throw deadly;
            };
            CompletableFuture<SentInterval> asked = rig.sender.sendOnce();
            assertThatThrownBy(rig.time::settle).isSameAs(deadly);

            assertThat(asked).isCompletedExceptionally();
            assertThatThrownBy(rig.sender::awaitClose)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("died")
                    .hasCause(deadly);
            assertThatThrownBy(rig.sender::sendOnce).hasCause(deadly);
            assertThat(rig.told(SenderEvent.Failed.class)).singleElement().satisfies(event -> {
                assertThat(event.cause()).isSameAs(deadly);
                assertThat(event.isAlarming()).isTrue();
            });

            rig.receiver.rule = got -> Reply.CREATED;
            rig.receiver.got.clear();
            rig.restart();
            rig.until("2026-03-02T02:00:00Z");
            assertThat(rig.receiver.requestIds()).containsExactly("1", "2");
        }
    }
}
