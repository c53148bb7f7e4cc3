package io.gapless.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gapless.emulator.AccessLevel;
import io.gapless.emulator.XEmulator;
import io.gapless.stream.post.Snowflake;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.metrics.JmxReporter;
import org.apache.kafka.common.metrics.KafkaMetricsContext;
import org.apache.kafka.common.metrics.MetricConfig;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.common.metrics.internals.PluginMetricsImpl;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTaskContext;
import org.apache.kafka.connect.storage.OffsetStorageReader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A task in this process, with the emulator; the test calls it as Kafka Connect does. */
@Timeout(60)
class GaplessSourceTaskTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final RecordMetadata STORED = new RecordMetadata(new TopicPartition("posts", 0), 0, 0, 0, 0, 0);

    private static final Map<String, String> TAGS = Map.of("connector", "cats", "task", "0");

    private final XEmulator x = XEmulator.builder()
            .access(AccessLevel.ENTERPRISE)
            .rule("cats", "cat")
            .start();
    private final KeptOffsets offsets = new KeptOffsets();
    private final Metrics metrics = metrics();
    private PluginMetricsImpl pluginMetrics;
    private GaplessSourceTask task;

    /** The metrics of a worker. */
    private static Metrics metrics() {
        JmxReporter jmx = new JmxReporter();
        jmx.contextChange(new KafkaMetricsContext("kafka.connect"));
        return new Metrics(new MetricConfig(), new ArrayList<>(List.of(jmx)), Time.SYSTEM);
    }

    private void start(Map<String, String> more) throws IOException {
        Map<String, String> settings = SettingsTest.good();
        settings.put("x.base.url", x.baseUri().toString());
        settings.put("x.bearer.token", x.bearerToken());
        settings.putAll(more);
        task = new GaplessSourceTask();
        // A worker closes the metrics of a task that has stopped.
        if (pluginMetrics != null) pluginMetrics.close();
        pluginMetrics = new PluginMetricsImpl(metrics, TAGS);
        task.initialize(new Context(settings, offsets, pluginMetrics));
        task.start(settings);
    }

    @AfterEach
    void stop() {
        if (task != null) task.stop();
        metrics.close();
        x.close();
    }

    /** Polls and commits, as a worker with exactly-once support does, until a record fits. */
    private SourceRecord pollUntil(Predicate<SourceRecord> fits) throws InterruptedException {
        long untilNanos = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < untilNanos) {
            List<SourceRecord> records = polled();
            offsets.keep(records);
            for (SourceRecord record : records) task.commitRecord(record, STORED);
            for (SourceRecord record : records) if (fits.test(record)) return record;
        }
        throw new AssertionError("no record fits");
    }

    private List<SourceRecord> polled() throws InterruptedException {
        List<SourceRecord> records = task.poll();
        return records == null ? List.of() : records;
    }

    private static boolean isPost(SourceRecord record) {
        return record.topic().equals("posts");
    }

    private static Predicate<SourceRecord> hasKey(String key) {
        return record -> record.key().equals(key);
    }

    private static List<Object> headers(SourceRecord record, String name) {
        List<Object> values = new ArrayList<>();
        record.headers().allWithName(name).forEachRemaining(header -> values.add(header.value()));
        return values;
    }

    private void awaitConnected() throws InterruptedException {
        // The connect needs transactions: what is noted before it is committed.
        pollUntil(record -> x.connectionsOpen() == 1);
    }

    @Test
    void aPostBecomesARecordWithItsIdItsLineAndWhereItCameFrom() throws Exception {
        start(Map.of());
        awaitConnected();
        long id = x.publish("a cat & a \u00fc");

        SourceRecord record = pollUntil(GaplessSourceTaskTest::isPost);

        assertThat(record.key()).isEqualTo(Long.toString(id));
        String line = new String((byte[]) record.value(), StandardCharsets.UTF_8);
        assertThat(line).startsWith("{\"data\":{").contains("\"" + id + "\"").endsWith("}");
        assertThat(headers(record, RecordMaker.ORIGIN)).hasSize(1).isSubsetOf("LIVE", "BACKFILL");
        assertThat(headers(record, RecordMaker.RULE_TAG)).containsExactly("cats");
        assertThat(headers(record, RecordMaker.PARTITION)).isEmpty();
    }

    /** White space, escapes and fields that nobody knows: nothing of it is written in another way. */
    @Test
    void theValueIsTheLineByteForByte() throws Exception {
        start(Map.of());
        awaitConnected();
        long id = Snowflake.firstId(Instant.now());
        String line = "{ \"data\" : {\"text\":\"a cat \\u00fc \u00fc \\/\",  \"id\":\"" + id
                + "\", \"unheard_of\":[1.50,null] },\t\"matching_rules\":[{\"id\":\"7\",\"tag\":\"one\"},"
                + "{\"id\":\"8\",\"tag\":\"two\"}]}";
        Instant before = Instant.now();
        x.sendLine(line);

        SourceRecord record = pollUntil(hasKey(Long.toString(id)));

        assertThat((byte[]) record.value()).isEqualTo(line.getBytes(StandardCharsets.UTF_8));
        assertThat(record.timestamp()).isEqualTo(Snowflake.time(id).toEpochMilli());
        assertThat(headers(record, RecordMaker.ORIGIN)).containsExactly("LIVE");
        assertThat(headers(record, RecordMaker.RULE_ID)).containsExactly("7", "8");
        assertThat(headers(record, RecordMaker.RULE_TAG)).containsExactly("one", "two");
        assertThat(Instant.parse(headers(record, RecordMaker.RECEIVED_AT).get(0).toString()))
                .isBetween(before, Instant.now());
    }

    @Test
    void aPostOfAPartitionNamesIt() throws Exception {
        start(Map.of("x.stream", "sample10", "gapless.task.partitions", "2"));
        awaitConnected();
        for (int i = 0; i < 40; i++) x.publish("a cat");

        assertThat(headers(pollUntil(GaplessSourceTaskTest::isPost), RecordMaker.PARTITION))
                .containsExactly("2");
    }

    @Test
    void aGapIsReportedAndWhatIsRecoveredHasItsOrigin() throws Exception {
        start(Map.of("x.access", "enterprise"));
        awaitConnected();
        pollUntil(hasKey("cats/frontier"));
        task.stop();
        long missed = x.publish("a cat that nobody hears");
        // X's answers carry whole seconds: a post of the same second would count as live.
        x.shiftTime(Duration.ofSeconds(5));

        start(Map.of("x.access", "enterprise"));
        List<SourceRecord> ofGap = new ArrayList<>();
        List<SourceRecord> ofMissed = new ArrayList<>();
        pollUntil(record -> {
            if (record.key().equals("cats/gap/1")) ofGap.add(record);
            if (hasKey(Long.toString(missed)).test(record)) ofMissed.add(record);
            return !ofMissed.isEmpty() && !ofGap.isEmpty();
        });

        assertThat(ofMissed).singleElement().satisfies(record -> assertThat(headers(record, RecordMaker.ORIGIN))
                .hasSize(1)
                .isSubsetOf("BACKFILL", "RECOVERY_JOB"));
        assertThat(ofGap)
                .extracting(GaplessSourceTaskTest::text)
                .doesNotHaveDuplicates()
                .allSatisfy(text -> assertThat(text).contains("\"verdict\":"));
    }

    @Test
    void theLedgerTopicReportsUpToWhenThePostsAreComplete() throws Exception {
        start(Map.of());
        SourceRecord record =
                pollUntil(one -> one.topic().equals("posts.ledger") && text(one).contains("completeUpTo"));

        assertThat(record.key()).isEqualTo("cats/frontier");
        JsonNode frontier = new ObjectMapper().readTree(text(record));
        assertThat(frontier.path("stream").asText()).isEqualTo("cats");
        assertThat(frontier.path("since").asText())
                .isLessThanOrEqualTo(frontier.path("completeUpTo").asText());
        assertThat(frontier.path("openGaps").isArray()).isTrue();
    }

    private static String text(SourceRecord record) {
        return new String((byte[]) record.value(), StandardCharsets.UTF_8);
    }

    @Test
    void eachPartitionOfXMayHaveTopicsOfItsOwn() throws Exception {
        start(Map.of("x.stream", "sample10", "topic", "posts-{partition}", "gapless.task.partitions", "1,2"));
        pollUntil(record -> record.topic().equals("posts-1.ledger"));
        SourceRecord second = pollUntil(record -> record.topic().equals("posts-2.ledger"));

        assertThat(second.key()).isEqualTo("cats/2/frontier");
    }

    @Test
    void aTaskThatStopsFreesItsConnectionBeforeItReturns() throws Exception {
        start(Map.of());
        awaitConnected();
        task.stop();

        assertThat(x.connectionsOpen()).isZero();
    }

    @Test
    void aTaskThatCannotStartFreesTheConnectionsThatItHas() throws Exception {
        Map<String, String> twoParts = Map.of("x.stream", "sample10", "topic", "posts-{partition}");
        start(twoParts);
        pollUntil(record -> x.connectionsOpen() == 2);
        task.stop();
        offsets.keep(new SourceRecord(
                new OffsetKeys(2).state(), Map.of("position", 7L), "posts", null, null, null, null, null));

        assertThatThrownBy(() -> start(twoParts))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("The offsets of partition 2 of this connector cannot be read");

        assertThat(x.connectionsOpen()).isZero();
    }

    /** A consumer takes the least of all frontiers, so one that no task moves any more would hold it up for ever. */
    @Test
    void theFrontierOfAPartitionThatIsNotReadAnyMoreIsDeleted() throws Exception {
        start(Map.of("x.stream", "sample10"));
        pollUntil(hasKey("cats/1/frontier"));
        pollUntil(hasKey("cats/2/frontier"));
        task.stop();

        start(Map.of("x.stream", "sample10", "x.partitions", "1"));
        SourceRecord record = pollUntil(hasKey("cats/2/frontier"));

        assertThat(record.value()).isNull();
        assertThat(record.topic()).isEqualTo("posts.ledger");
        assertThat(record.sourcePartition()).isEqualTo(new OffsetKeys(1).state());
    }

    @Test
    void declaredRulesAreAddedAndRulesOfOthersStay() throws Exception {
        x.addRule("cats:old", "old cat");
        start(Map.of("x.rules", "kittens = kitten"));
        awaitConnected();
        x.publish("a kitten");
        assertThat(headers(pollUntil(GaplessSourceTaskTest::isPost), RecordMaker.RULE_TAG))
                .containsExactly("cats:kittens");

        x.publish("a cat of another owner");
        assertThat(headers(pollUntil(GaplessSourceTaskTest::isPost), RecordMaker.RULE_TAG))
                .containsExactly("cats");
        x.publish("an old cat");
        assertThat(headers(pollUntil(GaplessSourceTaskTest::isPost), RecordMaker.RULE_TAG))
                .as("the surplus rule of this owner is deleted")
                .containsExactly("cats");
    }

    @Test
    void theNextTaskKnowsThePostsOfThisOneAndBringsNoneTwice() throws Exception {
        start(Map.of());
        awaitConnected();
        // Before the frontier is stored, the next task has nothing to continue from.
        pollUntil(hasKey("cats/frontier"));
        long first = x.publish("first cat");
        pollUntil(hasKey(Long.toString(first)));
        task.stop();
        long missed = x.publish("a cat that nobody hears");

        start(Map.of());
        List<Object> keys = new ArrayList<>();
        pollUntil(record -> {
            if (isPost(record)) keys.add(record.key());
            return hasKey(Long.toString(missed)).test(record);
        });
        long last = x.publish("last cat");
        pollUntil(record -> {
            if (isPost(record)) keys.add(record.key());
            return hasKey(Long.toString(last)).test(record);
        });

        assertThat(keys).contains(Long.toString(missed), Long.toString(last)).doesNotContain(Long.toString(first));
    }

    @Test
    void aPostIsNotAcknowledgedBeforeKafkaHasIt() throws Exception {
        start(Map.of());
        awaitConnected();
        pollUntil(hasKey("cats/frontier"));
        long id = x.publish("a cat");
        List<SourceRecord> records = List.of();
        while (records.stream().noneMatch(GaplessSourceTaskTest::isPost)) {
            for (SourceRecord record : records) task.commitRecord(record, STORED);
            records = polled();
        }
        // The worker dies here: neither the posts nor the offsets of the last poll are committed.
        task.stop();

        start(Map.of());
        pollUntil(hasKey(Long.toString(id)));
    }

    @Test
    void aRefusedTokenFailsTheTaskWithItsSentence() throws Exception {
        start(Map.of("x.bearer.token", "AAAAwrong"));

        assertThatThrownBy(() -> pollUntil(record -> false))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("cats has given up")
                .hasMessageContaining("token")
                .hasMessageNotContaining("AAAAwrong");
    }

    @Test
    void aTransformThatDropsTheLedgerFailsTheTask() throws Exception {
        start(Map.of());
        List<SourceRecord> records = List.of();
        while (records.isEmpty()) records = polled();
        for (SourceRecord record : records) task.commitRecord(record, null);

        assertThatThrownBy(() -> task.poll())
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("posts.ledger")
                .hasMessageContaining("predicate");
    }

    /** Kafka Connect reports no record if a transform has dropped all that a poll returned. */
    @Test
    void recordsThatAreNeverReportedCountAsDropped() throws Exception {
        start(Map.of());
        awaitConnected();
        x.publish("a cat");
        List<SourceRecord> records = List.of();
        while (records.stream().noneMatch(GaplessSourceTaskTest::isPost)) {
            for (SourceRecord record : records) task.commitRecord(record, STORED);
            records = polled();
        }
        for (SourceRecord record : records) if (!isPost(record)) task.commitRecord(record, STORED);
        task.commit();

        long next = x.publish("the next cat");
        pollUntil(hasKey(Long.toString(next)));
        assertThat(metric("posts-dropped")).isPositive();
    }

    private static long metric(String name) throws JMException {
        MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
        for (ObjectName bean : beans.queryNames(new ObjectName("kafka.connect:type=plugins,*"), null)) {
            for (MBeanAttributeInfo attribute : beans.getMBeanInfo(bean).getAttributes())
                if (attribute.getName().equals(name)) return (long) beans.getAttribute(bean, name);
        }
        throw new AssertionError("no metric " + name);
    }

    @Test
    void aWorkerWithoutExactlyOnceSupportIsNoticed() throws Exception {
        start(Map.of());
        commitOnAnotherThread();

        assertThatThrownBy(() -> task.poll())
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("exactly.once.source.support=enabled");
    }

    @Test
    void withAtLeastOnceThatWorkerIsAccepted() throws Exception {
        start(Map.of("delivery", "at-least-once", "exactly.once.support", "requested"));
        commitOnAnotherThread();

        task.poll();
    }

    private void commitOnAnotherThread() throws InterruptedException {
        List<SourceRecord> records = List.of();
        while (records.isEmpty()) records = polled();
        List<SourceRecord> sent = records;
        Thread producer = new Thread(() -> sent.forEach(record -> task.commitRecord(record, STORED)));
        producer.start();
        producer.join();
    }

    @Test
    void offsetsOfAnotherStreamAreRefused() throws Exception {
        start(Map.of());
        awaitConnected();
        task.stop();
        task = null;

        assertThatThrownBy(() -> start(Map.of("x.stream", "sample")))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("/2/tweets/search/stream")
                .hasMessageContaining("/2/tweets/sample/stream");
    }

    /** As the worker registers them with JMX. */
    @Test
    void eachMetricOfTheTaskIsInTheDocumentAndTheOtherWayRound() throws Exception {
        start(Map.of());

        Set<String> served = new TreeSet<>();
        MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
        for (ObjectName name : beans.queryNames(new ObjectName("kafka.connect:type=plugins,*"), null)) {
            assertThat(name.getKeyPropertyList()).containsKeys("connector", "task", "partition");
            for (MBeanAttributeInfo attribute : beans.getMBeanInfo(name).getAttributes()) {
                served.add(attribute.getName());
                assertThat(beans.getAttribute(name, attribute.getName())).isInstanceOf(Long.class);
            }
        }

        String document = Files.readString(Path.of("../../docs/kafka.md"));
        String table =
                document.substring(document.indexOf("| metric | alert when |"), document.indexOf("## Operating"));
        Set<String> documented = new TreeSet<>();
        Pattern.compile("`([a-z]+-[a-z-]+|connected)`")
                .matcher(table.split("\n\n")[0])
                .results()
                .forEach(found -> documented.add(found.group(1)));
        assertThat(served).isEqualTo(documented);
    }

    /** What Kafka Connect gives to a task. */
    private record Context(
            Map<String, String> configs, OffsetStorageReader offsetStorageReader, PluginMetrics pluginMetrics)
            implements SourceTaskContext {}
}
