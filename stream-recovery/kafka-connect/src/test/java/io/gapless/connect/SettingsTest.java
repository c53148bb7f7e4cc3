package io.gapless.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.source.ExactlyOnceSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What the validation of a connector finds, before anything runs. */
class SettingsTest {
    private static final String SECRET = "AAAAsecret";
    private final GaplessSourceConnector connector = new GaplessSourceConnector();

    /** What a user needs. */
    static Map<String, String> good() {
        Map<String, String> settings = new HashMap<>();
        settings.put("name", "cats");
        settings.put("connector.class", "io.gapless.connect.GaplessSourceConnector");
        settings.put("exactly.once.support", "required");
        settings.put("topic", "posts");
        settings.put("x.bearer.token", SECRET);
        settings.put("key.converter", "org.apache.kafka.connect.storage.StringConverter");
        settings.put("value.converter", "org.apache.kafka.connect.converters.ByteArrayConverter");
        settings.put("topic.creation.default.replication.factor", "3");
        settings.put("topic.creation.default.partitions", "6");
        settings.put("topic.creation.groups", "ledger");
        settings.put("topic.creation.ledger.include", "posts(-\\d+)?\\.ledger");
        settings.put("topic.creation.ledger.cleanup.policy", "compact");
        settings.put("topic.creation.ledger.partitions", "1");
        return settings;
    }

    private void assertOneError(Map<String, String> settings, String name, String... words) {
        assertThat(errors(settings)).singleElement().satisfies(error -> {
            assertThat(error.name()).isEqualTo(name);
            assertThat(error.errorMessages()).first().asString().contains(words);
        });
    }

    private List<ConfigValue> errors(Map<String, String> settings) {
        return connector.validate(settings).configValues().stream()
                .filter(value -> !value.errorMessages().isEmpty())
                .toList();
    }

    @Test
    void theSettingsOfTheQuickStartAreAccepted() {
        assertThat(errors(good())).isEmpty();
        assertThat(connector.exactlyOnceSupport(good())).isEqualTo(ExactlyOnceSupport.SUPPORTED);
    }

    @Test
    void theSettingsOfTheDocsAreAccepted() throws IOException {
        String docs = Files.readString(Path.of("../../docs/kafka.md"));
        Matcher json = Pattern.compile("```json\n(\\{\n  \"connector.class\".*?})\n```", Pattern.DOTALL)
                .matcher(docs);
        assertThat(json.find()).isTrue();
        Map<String, String> settings = new ObjectMapper().readValue(json.group(1), new TypeReference<>() {});
        settings.put("name", "cats");
        settings.put("x.bearer.token", SECRET);
        assertThat(errors(settings)).isEmpty();

        settings.put("x.stream", "firehose");
        settings.remove("x.rules");
        settings.put("topic", "posts-{partition}");
        assertThat(errors(settings)).as("a pair of topics for each partition").isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"partitions, 6", "cleanup.policy, delete", "include, posts.ledgers", "exclude, posts.*"})
    void aLedgerTopicThatWouldNotBeCompactedIsRefused(String property, String value) {
        Map<String, String> settings = good();
        settings.put("topic.creation.ledger." + property, value);

        assertThat(errors(settings)).hasSize(1);
        assertThat(errors(settings).get(0).name()).isEqualTo("topic.ledger");
        assertThat(errors(settings).get(0).errorMessages()).first().asString().contains("posts.ledger", "compact");
    }

    @Test
    void theLedgerTopicOfEachPartitionIsCompacted() {
        Map<String, String> settings = good();
        settings.put("x.stream", "firehose-en");
        settings.put("topic", "posts-{partition}");
        assertThat(errors(settings)).isEmpty();

        settings.put("topic.creation.ledger.include", "posts\\.ledger");
        assertThat(errors(settings).get(0).errorMessages()).first().asString().contains("posts-1.ledger");
    }

    @Test
    void whatNeedsEnterpriseAccessIsRefusedWithoutIt() {
        Map<String, String> settings = good();
        settings.put("x.access", "pay-per-use");
        settings.put("x.connections", "2");
        assertOneError(settings, "x.connections", "x.connections is 2");

        settings.put("x.connections", "1");
        settings.put("x.stream", "firehose-en");
        assertOneError(settings, "x.stream", "x.stream is firehose-en");
    }

    @Test
    void twoConnectionsOfEachPartitionNeedThreeConnectsEach() {
        Map<String, String> settings = good();
        settings.put("x.stream", "firehose");
        settings.put("x.connections", "2");

        assertThat(errors(settings).get(0).errorMessages()).first().asString().contains("need 3 each");
        settings.put("x.connect.budget", "60");
        assertThat(errors(settings)).isEmpty();
    }

    static Stream<Arguments> bad() {
        return Stream.of(
                arguments("topic", "", "topic"),
                arguments("topic", "a b", "letters, digits"),
                arguments("topic.ledger", "posts", "Use two topics"),
                arguments("x.bearer.token", "", "Set one of them"),
                arguments("x.bearer.token", "Bearer AAA", "Leave that word out"),
                arguments("x.bearer.token.file", "/etc/token", "Set one of them"),
                arguments("x.base.url", "http://api.x.com", "http"),
                arguments("x.stream", "fire", "String must be one of"),
                arguments("x.partitions", "1", "Leave the setting out"),
                arguments("x.access", "free", "String must be one of"),
                arguments("x.rules", "cats cat", "="),
                arguments("x.rules.owner", "zoo", "has no effect"),
                arguments("x.fields", "all", "String must be one of"),
                arguments("x.rules.file", "/no/such/file", "cannot be read"),
                arguments("x.connect.budget", "1", "at least 2"),
                arguments("x.connections", "3", "no more than 2"),
                arguments("recovery.overlap.ms", "5", "at least 30000"),
                arguments("recovery.posts.max", "-1", "at least 0"),
                arguments("recovery.archive.search", "yes", "Expected value to be either true or false"),
                arguments("recovery.since", "yesterday", "2026-03-01T12:00:00Z"),
                arguments("delivery", "once", "String must be one of"),
                arguments("exactly.once.support", "requested", "come twice after a crash"),
                arguments("transaction.boundary", "interval", "It must be poll"),
                arguments("gather.ms", "-1", "at least 0"),
                arguments("batch.posts.max", "0", "at least 1"),
                arguments("ids.window.ms", "1", "at least 600000"),
                arguments("ids.max.bytes", "1000", "at least 1048576"),
                arguments("inbox.max.bytes", "1000", "at least 65536"),
                arguments("line.max.bytes", "1000", "at least 1024"),
                arguments("line.max.bytes", "2000000", "at least 2065536"),
                arguments("value.converter", "", "value.converter is not set"),
                arguments("key.converter", "", "key.converter is not set"),
                arguments(
                        "key.converter",
                        "org.apache.kafka.connect.converters.ByteArrayConverter",
                        "org.apache.kafka.connect.storage.StringConverter"),
                arguments(
                        "value.converter",
                        "org.apache.kafka.connect.json.JsonConverter",
                        "org.apache.kafka.connect.converters.ByteArrayConverter"),
                arguments("topic.creation.default.partitions", "", "without an error"),
                arguments("topic.ledger", "diary", "would create topic.ledger diary by the group default"));
    }

    @ParameterizedTest(name = "{0} = {1}")
    @MethodSource("bad")
    void aBadValueIsRefusedWithASentenceThatNamesTheSetting(String name, String value, String words) {
        Map<String, String> settings = good();
        if (value.isEmpty()) settings.remove(name);
        else settings.put(name, value);

        List<ConfigValue> errors = errors(settings);
        assertThat(errors).hasSize(1);
        assertThat(errors.get(0).errorMessages())
                .hasSize(1)
                .first()
                .asString()
                .contains(words)
                .contains(name)
                .doesNotContain(SECRET);
    }

    @ParameterizedTest
    @CsvSource({"Bearer AAAAsecret", "AAAA secret", "${AAAAsecret}"})
    void aTokenThatIsRefusedIsNotInTheSentence(String token) {
        Map<String, String> settings = good();
        settings.put("x.bearer.token", token);

        assertThat(errors(settings)).singleElement().satisfies(error -> {
            assertThat(error.name()).isEqualTo("x.bearer.token");
            assertThat(error.errorMessages())
                    .allSatisfy(what -> assertThat(what).doesNotContainIgnoringCase("secret"));
        });
    }

    @Test
    void aMissingOrUnsuitableConverterIsFoundUnderItsOwnName() {
        Map<String, String> settings = good();
        settings.remove("value.converter");
        settings.put("key.converter", "org.apache.kafka.connect.converters.ByteArrayConverter");

        assertThat(errors(settings)).extracting(ConfigValue::name).containsExactly("value.converter", "key.converter");
    }

    @Test
    void aBadOwnerOfRulesIsFoundUnderItsOwnName() {
        Map<String, String> settings = good();
        settings.put("x.rules", "cats = cat");
        settings.put("x.rules.owner", "a:b");
        assertOneError(settings, "x.rules.owner", "a:b", "x.rules.owner");

        settings.remove("x.rules.owner");
        settings.put("name", "team:cats");
        assertOneError(settings, "x.rules.owner", "team:cats", "Set x.rules.owner");

        settings.put("x.rules.owner", "cats");
        assertThat(errors(settings)).isEmpty();
    }

    @Test
    void aLineThatIsLongerThanARequestNeedsALargerRequest() {
        Map<String, String> settings = good();
        settings.put("line.max.bytes", "2000000");
        settings.put("producer.override.max.request.size", "2065535");
        assertThat(errors(settings)).extracting(ConfigValue::name).containsExactly("line.max.bytes");

        settings.put("producer.override.max.request.size", "2065536");
        assertThat(errors(settings)).isEmpty();

        settings.remove("line.max.bytes");
        settings.put("producer.override.max.request.size", "500000");
        assertThat(errors(settings)).extracting(ConfigValue::name).containsExactly("line.max.bytes");
    }

    /** Names and defaults, as the table of docs/kafka.md has them. */
    @Test
    void theTableOfTheDocsHasTheSettingsWithTheirDefaults() throws IOException {
        String docs = Files.readString(Path.of("../../docs/kafka.md"));
        String table = docs.substring(docs.indexOf("## Settings of the connector"));
        Map<String, ConfigDef.ConfigKey> keys = connector.config().configKeys();
        List<String> documented = new ArrayList<>();
        Pattern.compile("(?m)^\\| (`[^|]*`) \\| ([^|]*) \\|")
                .matcher(table.split("\n\n\\*\\*")[0])
                .results()
                .forEach(row -> {
                    String[] names = row.group(1).replace("`", "").split(", ");
                    for (String name : names) {
                        documented.add(name);
                        assertThat(keys).containsKey(name);
                        Object byDefault = keys.get(name).defaultValue;
                        if (row.group(2).startsWith("`"))
                            assertThat(row.group(2)).as(name).isEqualTo("`" + byDefault + "`");
                        else assertThat(byDefault).as(name).isIn("", null, ConfigDef.NO_DEFAULT_VALUE);
                    }
                });

        assertThat(documented).containsExactlyInAnyOrderElementsOf(keys.keySet());
    }

    @Test
    void atLeastOnceIsAskedForByName() {
        Map<String, String> settings = good();
        settings.remove("exactly.once.support");
        settings.put("delivery", "at-least-once");

        assertThat(errors(settings)).isEmpty();
    }

    @Test
    void partitionsBelongToAStreamThatHasThem() {
        Map<String, String> settings = good();
        settings.put("x.stream", "firehose-en");
        settings.put("x.partitions", "1-3, 8");
        assertThat(errors(settings)).isEmpty();
        assertThat(new ConnectorSettings(settings).partitions()).containsExactly(1, 2, 3, 8);

        settings.put("x.partitions", "7-9");
        assertThat(errors(settings).get(0).errorMessages()).first().asString().contains("partitions 1 to 8");
        settings.put("x.partitions", "all");
        settings.put("x.rules", "cats = cat");
        assertThat(errors(settings).get(0).errorMessages()).first().asString().contains("takes no rules");
        settings.remove("x.rules");
        settings.put("x.connect.budget", "15");
        assertThat(errors(settings).get(0).errorMessages()).first().asString().contains("8 partitions need 2 each");
    }

    @Test
    void theTokenMayLieInAFileThatIsReadEachTime(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("token"), SECRET + "\n");
        Map<String, String> settings = good();
        settings.remove("x.bearer.token");
        settings.put("x.bearer.token.file", file.toString());
        assertThat(errors(settings)).isEmpty();
        assertThat(new TokenFile(file).get()).isEqualTo(SECRET);

        Files.writeString(file, "");
        assertThat(errors(settings).get(0).errorMessages()).first().asString().contains("is empty");
        Files.delete(file);
        assertThat(errors(settings).get(0).errorMessages()).first().asString().contains("cannot be read");
    }

    @Test
    void theOwnerOfRulesIsTheConnectorUnlessOneIsNamed() {
        Map<String, String> settings = good();
        settings.put("x.rules", "kittens = kitten has:images");
        assertThat(new ConnectorSettings(settings)
                        .rules()
                        .orElseThrow()
                        .rules()
                        .get(0)
                        .tag())
                .isEqualTo("cats:kittens");
        settings.put("x.rules.owner", "zoo");
        assertThat(new ConnectorSettings(settings)
                        .rules()
                        .orElseThrow()
                        .rules()
                        .get(0)
                        .tag())
                .isEqualTo("zoo:kittens");
    }

    @Test
    void eachSettingIsDocumentedAndBelongsToAGroup() {
        for (ConfigDef.ConfigKey key : connector.config().configKeys().values()) {
            assertThat(key.documentation).as(key.name).hasSizeGreaterThan(15).endsWith(".");
            assertThat(key.group).as(key.name).isNotBlank();
        }
        assertThat(connector.config().configKeys().get("x.bearer.token").type).isEqualTo(ConfigDef.Type.PASSWORD);
    }
}
