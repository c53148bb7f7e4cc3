package io.gapless.drill;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gapless.emulator.XEmulator;
import io.gapless.kafka.ConnectRest;
import io.gapless.kafka.TopicReader;
import io.gapless.kafka.Worker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The plugin's zip in real workers, with a real broker; the long run is the program {@link KafkaConnect}. */
@Timeout(300)
class ConnectIT {
    private static final Map<String, String> WITH_ACLS = Map.of(
            "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            "allow.everyone.if.no.acl.found", "true");

    private static XEmulator x;
    private static Cluster cluster;

    @BeforeAll
    static void start() throws Exception {
        x = Drill.emulator(100);
        cluster = new Cluster(x, 2, WITH_ACLS, Map.of(), line -> {});
        cluster.startWorkers();
    }

    @AfterAll
    static void stop() throws Exception {
        if (cluster != null) cluster.close();
        if (x != null) x.close();
    }

    @Test
    void afterAWorkerIsKilledTheOtherOneGoesOnAndNoPostIsLostOrTwice() throws Exception {
        Drill drill = new Drill(cluster);
        drill.start();
        drill.strike(new Blow(Strike.KILL, Blow.Target.OWNER, Duration.ZERO));

        assertThat(drill.judge().misses())
                .filteredOn(miss -> miss.contains("in the topic"))
                .isEmpty();
        cluster.rest().send("DELETE", "/connectors/" + Cluster.CONNECTOR, "");
    }

    // ---- bad input -------------------------------------------------------------------------------------------------

    /** Settings of a connector with topics of its own. */
    private static Map<String, String> settings(String name) {
        Map<String, String> settings = cluster.settings();
        settings.put("topic", name);
        settings.put("topic.creation.ledger.include", Pattern.quote(name + ".ledger"));
        return settings;
    }

    /** Creates a connector, and returns why its task fails. */
    private static String failureOf(String name, Map<String, String> settings) throws Exception {
        cluster.create(name, settings);
        String[] trace = {""};
        cluster.await("the task of " + name + " fails", () -> {
            List<ConnectRest.TaskState> tasks = cluster.rest().tasks(name);
            if (tasks.isEmpty() || !tasks.get(0).state().equals("FAILED")) return false;
            trace[0] = tasks.get(0).trace();
            return true;
        });
        cluster.rest().send("DELETE", "/connectors/" + name, "");
        return trace[0];
    }

    private static void awaitRunning(String name, int count) throws Exception {
        cluster.await("the tasks of " + name + " run", () -> {
            List<ConnectRest.TaskState> tasks = cluster.rest().tasks(name);
            return tasks.size() == count
                    && tasks.stream().allMatch(task -> task.state().equals("RUNNING"));
        });
    }

    @Test
    void aTokenThatXRefusesFailsTheTaskAndIsNotInTheTrace() throws Exception {
        Map<String, String> settings = settings("refused");
        settings.put("x.bearer.token", "AAAAnotthetoken");

        assertThat(failureOf("refused", settings))
                .contains("refused has given up", "X refuses the bearer token")
                .doesNotContain("AAAAnotthetoken");
    }

    @Test
    void aTransformThatDropsTheLedgerFailsTheTask() throws Exception {
        Map<String, String> settings = settings("filtered");
        settings.put("transforms", "drop");
        settings.put("transforms.drop.type", "org.apache.kafka.connect.transforms.Filter");

        assertThat(failureOf("filtered", settings))
                .contains("has dropped a record of the ledger topic filtered.ledger");
    }

    @Test
    void aTransformMayDropPosts() throws Exception {
        Map<String, String> settings = settings("sparse");
        settings.put("transforms", "drop");
        settings.put("transforms.drop.type", "org.apache.kafka.connect.transforms.Filter");
        settings.put("transforms.drop.predicate", "posts");
        settings.put("predicates", "posts");
        settings.put("predicates.posts.type", "org.apache.kafka.connect.transforms.predicates.TopicNameMatches");
        settings.put("predicates.posts.pattern", "sparse");
        cluster.create("sparse", settings);
        try (TopicReader ledger = new TopicReader(cluster.broker().bootstrap(), "sparse.ledger", 1, true)) {
            cluster.await("the ledger goes on", () -> completeUpTo(ledger, "sparse") != null);
        }
        awaitRunning("sparse", 1);
        cluster.rest().send("DELETE", "/connectors/sparse", "");
    }

    private static String completeUpTo(TopicReader ledger, String name) throws IOException {
        return frontier(ledger, name).path("completeUpTo").asText(null);
    }

    private static JsonNode frontier(TopicReader ledger, String name) throws IOException {
        byte[] value = ledger.newest().get(name + "/frontier");
        return new ObjectMapper().readTree(value == null ? "{}".getBytes() : value);
    }

    @Test
    void aConverterThatFailsFailsTheTask() throws Exception {
        Map<String, String> settings = settings("unconverted");
        settings.put("value.converter", "org.apache.kafka.connect.converters.LongConverter");

        assertThat(failureOf("unconverted", settings)).contains("DataException");
    }

    @Test
    void aTransactionalIdThatIsNotAllowedFailsTheTaskWithKafkasWords() throws Exception {
        try (Admin admin = cluster.broker().admin()) {
            admin.createAcls(List.of(new AclBinding(
                            new ResourcePattern(ResourceType.TRANSACTIONAL_ID, "connect-denied-0", PatternType.LITERAL),
                            new AccessControlEntry("User:*", "*", AclOperation.ALL, AclPermissionType.DENY))))
                    .all()
                    .get();
        }

        assertThat(failureOf("denied", settings("denied")))
                .containsIgnoringCase("Transactional Id authorization failed");
    }

    @Test
    void aMissingTopicIsCreatedOrTheConnectorIsRefused() throws Exception {
        Map<String, String> settings = settings("uncreated");
        settings.remove("topic.creation.default.partitions");

        ConnectRest.Answer answer = cluster.rest().put("uncreated", settings);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.message()).contains("topic.creation.default.partitions", "without an error");
    }

    /** The setting is one of Kafka Connect's own, which takes a finding about it all the same. */
    @Test
    void anUnsuitableConverterIsRefusedUnderItsOwnName() throws Exception {
        Map<String, String> settings = settings("unsuitable");
        settings.put("name", "unsuitable");
        settings.put("value.converter", "org.apache.kafka.connect.json.JsonConverter");

        JsonNode answer = cluster.rest()
                .send("PUT", "/connector-plugins/GaplessSourceConnector/config/validate", settings)
                .body();
        assertThat(answer.path("error_count").asInt()).isOne();
        assertThat(answer.path("configs"))
                .filteredOn(config -> !config.path("value").path("errors").isEmpty())
                .singleElement()
                .satisfies(config ->
                        assertThat(config.path("value").path("name").asText()).isEqualTo("value.converter"));
    }

    @Test
    void aSecondConnectorOfTheSameNameIsRefused() throws Exception {
        cluster.create("only", settings("only"));
        ConnectRest.Answer second =
                cluster.rest().send("POST", "/connectors", Map.of("name", "only", "config", settings("other")));

        assertThat(second.status()).isEqualTo(409);
        cluster.rest().send("DELETE", "/connectors/only", "");
    }

    /** As docs/kafka.md promises: Kafka Connect creates it with the workers' settings for their own. */
    @Test
    void theOffsetsTopicIsCreatedWithSmallSegments() throws Exception {
        cluster.create("small", settings("small"));
        awaitRunning("small", 1);
        ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, Cluster.OFFSETS_TOPIC);
        try (Admin admin = cluster.broker().admin()) {
            Config config = admin.describeConfigs(List.of(topic)).all().get().get(topic);
            assertThat(config.get("segment.bytes").value()).isEqualTo("1048576");
            assertThat(config.get("delete.retention.ms").value()).isEqualTo("3600000");
            assertThat(config.get("cleanup.policy").value()).isEqualTo("compact");
        }
        cluster.rest().send("DELETE", "/connectors/small", "");
    }

    @Test
    void aStreamOfTwoPartitionsHasTwoTasksHoweverManyAreAllowed() throws Exception {
        Map<String, String> settings = settings("parts");
        settings.put("x.stream", "sample10");
        settings.put("tasks.max", "5");
        cluster.create("parts", settings);

        awaitRunning("parts", 2);
        cluster.rest().send("DELETE", "/connectors/parts", "");
    }

    @Test
    void offsetsOfAnotherStreamAndOffsetsOfAnotherConnectorAreRefused() throws Exception {
        cluster.create("moved", settings("moved"));
        cluster.await("the stream is noted", () -> cluster.rest()
                .get("/connectors/moved/offsets")
                .body()
                .toString()
                .contains("/2/tweets/search/stream"));
        Map<String, String> settings = settings("moved");
        settings.put("x.stream", "sample");
        cluster.create("moved", settings);
        cluster.await("the connector fails", () -> cluster.rest()
                .get("/connectors/moved/status")
                .body()
                .toString()
                .contains("the stream to read is /2/tweets/sample/stream"));

        cluster.rest().send("PUT", "/connectors/moved/stop", "");
        cluster.await("the connector has stopped", () -> cluster.rest()
                .get("/connectors/moved/status")
                .body()
                .path("tasks")
                .isEmpty());
        ConnectRest.Answer patched = cluster.rest()
                .send(
                        "PATCH",
                        "/connectors/moved/offsets",
                        "{\"offsets\":[{\"partition\":{\"filename\":\"a\"},\"offset\":{\"position\":7}}]}");
        assertThat(patched.isGood()).isFalse();
        assertThat(patched.message()).contains("is not one of this connector's");
        cluster.rest().send("DELETE", "/connectors/moved", "");
    }

    private static Set<String> topics(Admin admin) throws InterruptedException {
        try {
            return admin.listTopics().names().get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("The broker does not list its topics.", e);
        }
    }

    /** Deletes the state of a connector that has stopped. */
    private interface Deletion {
        void run() throws Exception;
    }

    private static void assertBeginsAgain(String name, Map<String, String> settings, Deletion deletion)
            throws Exception {
        cluster.create(name, settings);
        try (TopicReader ledger = new TopicReader(cluster.broker().bootstrap(), name + ".ledger", 1, true)) {
            cluster.await("the ledger begins", () -> completeUpTo(ledger, name) != null);
            String since = frontier(ledger, name).path("since").asText();
            cluster.rest().send("PUT", "/connectors/" + name + "/stop", "");
            cluster.await("the connector has stopped", () -> cluster.rest()
                    .get("/connectors/" + name + "/status")
                    .body()
                    .path("tasks")
                    .isEmpty());
            deletion.run();
            cluster.rest().send("PUT", "/connectors/" + name + "/resume", "");
            cluster.await(
                    "the ledger begins again",
                    () -> frontier(ledger, name).path("since").asText(since).compareTo(since) > 0);
        }
        cluster.rest().send("DELETE", "/connectors/" + name, "");
    }

    /** A connector that was stopped keeps its reader of the topic that is gone, so it is restarted. */
    @Test
    void afterTheOffsetsTopicWasDeletedTheLedgerReportsANewBeginning() throws Exception {
        Map<String, String> settings = settings("forgetful");
        settings.put("offsets.storage.topic", "forgetful-offsets");
        assertBeginsAgain("forgetful", settings, () -> {
            try (Admin admin = cluster.broker().admin()) {
                admin.deleteTopics(List.of("forgetful-offsets")).all().get();
                cluster.await("the topic is gone", () -> !topics(admin).contains("forgetful-offsets"));
            }
            cluster.rest().send("POST", "/connectors/forgetful/restart", "");
        });
    }

    @Test
    void withAnotherOffsetsTopicTheConnectorBeginsAgain() throws Exception {
        Map<String, String> settings = settings("moving");
        settings.put("offsets.storage.topic", "moving-offsets");
        assertBeginsAgain("moving", settings, () -> {
            ConnectRest.Answer refused = cluster.rest().send("DELETE", "/connectors/moving/offsets", "");
            assertThat(refused.isGood()).isFalse();
            assertThat(refused.message()).contains("a topic of its own, moving-offsets", "to a new name");
            settings.put("offsets.storage.topic", "moving-offsets-2");
            assertThat(cluster.rest().put("moving", settings).isGood()).isTrue();
        });
    }

    @Test
    void afterItsOffsetsWereDeletedTheConnectorBeginsAgain() throws Exception {
        Map<String, String> settings = settings("renewed");
        settings.remove("offsets.storage.topic");
        assertBeginsAgain("renewed", settings, () -> assertThat(cluster.rest()
                        .send("DELETE", "/connectors/renewed/offsets", "")
                        .isGood())
                .isTrue());
    }

    @Test
    void aWorkerWithoutExactlyOnceSupportIsRefusedUnlessAtLeastOnceIsAskedFor(@TempDir Path directory)
            throws Exception {
        Map<String, String> other = new HashMap<>();
        other.put("group.id", "other");
        other.put("config.storage.topic", "other-configs");
        other.put("offset.storage.topic", "other-offsets");
        other.put("status.storage.topic", "other-status");
        other.put("exactly.once.source.support", "disabled");
        Files.createDirectories(directory);
        try (Worker worker = new Worker("C", directory, cluster.broker().cable(0), cluster.plugins(), other)) {
            worker.start();
            cluster.await("the worker answers", () -> worker.rest().isUp());
            ConnectRest.Answer refused = worker.rest().put("lax", settings("lax"));
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.message()).contains("exactly-once");

            Map<String, String> asked = settings("lax");
            asked.put("delivery", "at-least-once");
            asked.put("exactly.once.support", "requested");
            assertThat(worker.rest().put("lax", asked).isGood()).isTrue();
            try (TopicReader posts = new TopicReader(cluster.broker().bootstrap(), "lax", 1, false)) {
                cluster.await("posts arrive", () -> posts.records() > 0);
            }
        }
    }

    /** The token comes by a ConfigProvider, so neither REST nor a log nor a topic of the workers may have it. */
    @Test
    void theTokenIsInNoLogAndInNoAnswer() throws Exception {
        cluster.create("discreet", settings("discreet"));
        awaitRunning("discreet", 1);
        String token = x.bearerToken();

        assertThat(cluster.rest().get("/connectors/discreet").body().toString()).doesNotContain(token);
        assertThat(cluster.rest().get("/connectors/discreet/offsets").body().toString())
                .doesNotContain(token);
        for (Worker worker : cluster.workers())
            try (Stream<String> log = Files.lines(worker.log())) {
                assertThat(log.filter(line -> line.contains(token))).isEmpty();
            }
        cluster.rest().send("DELETE", "/connectors/discreet", "");
    }
}
