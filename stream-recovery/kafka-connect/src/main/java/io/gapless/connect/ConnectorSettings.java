package io.gapless.connect;

import io.gapless.recovery.Access;
import io.gapless.stream.post.Endpoint;
import io.gapless.stream.post.Fields;
import io.gapless.stream.rules.RuleSet;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.types.Password;

/** Holds the settings of a connector, as its JSON has them. Each getter returns one setting as the value that it means. */
final class ConnectorSettings {
    static final String ALL = "all";
    static final String EXACTLY_ONCE = "exactly-once";
    static final String AT_LEAST_ONCE = "at-least-once";
    /** The setting of Kafka Connect that makes it refuse a worker without exactly-once support. */
    static final String EXACTLY_ONCE_SUPPORT = "exactly.once.support";

    static final String OFFSETS_TOPIC = "offsets.storage.topic";

    static final String REQUIRED = "required";
    static final String TRANSACTION_BOUNDARY = "transaction.boundary";
    static final String VALUE_CONVERTER = "value.converter";
    static final String KEY_CONVERTER = "key.converter";
    static final String MAX_REQUEST_SIZE = "producer.override.max.request.size";
    static final String CONNECTOR_NAME = "name";
    /** Which partitions a task reads: the connector adds this to the settings of each task. */
    static final String TASK_PARTITIONS = "gapless.task.partitions";

    private final Map<String, String> raw;
    private final AbstractConfig parsed;

    /** Throws {@link org.apache.kafka.common.config.ConfigException} if a setting has no value that is allowed. */
    ConnectorSettings(Map<String, String> raw) {
        this.raw = raw;
        this.parsed = new AbstractConfig(SettingNames.definition(), raw, false);
    }

    String name() {
        String name = raw.get(CONNECTOR_NAME);
        return name == null ? "" : name;
    }

    Endpoint endpoint() {
        return Endpoint.named(streamWord());
    }

    /** Returns the stream as the setting names it. */
    String streamWord() {
        return parsed.getString(SettingNames.STREAM);
    }

    /** Returns the partitions that the connector reads: the number 0 alone if X does not divide the stream. */
    List<Integer> partitions() {
        int count = endpoint().partitions();
        String text = parsed.getString(SettingNames.PARTITIONS).strip();
        if (count == 0) {
            if (!text.equals(ALL))
                throw new IllegalArgumentException(
                        "X does not divide this stream into partitions. Leave the setting out.");
            return List.of(0);
        }
        if (text.equals(ALL)) return IntStream.rangeClosed(1, count).boxed().toList();
        return parse(text, count);
    }

    /** Returns the partitions of a text such as {@code 1-3,7}, smallest first. */
    static List<Integer> parse(String text, int count) {
        TreeSet<Integer> numbers = new TreeSet<>();
        for (String run : text.split(",")) {
            String stripped = run.strip();
            if (!stripped.matches("[0-9]{1,3}(-[0-9]{1,3})?"))
                throw new IllegalArgumentException("'" + text + "' is not a list of partitions, such as 1-3,7.");
            String[] ends = stripped.split("-", 2);
            int first = Integer.parseInt(ends[0]);
            int last = Integer.parseInt(ends[ends.length - 1]);
            if (first < 1 || last > count || first > last)
                throw new IllegalArgumentException(
                        "This stream has partitions 1 to " + count + ", but not " + run + ".");
            for (int number = first; number <= last; number++) numbers.add(number);
        }
        return List.copyOf(numbers);
    }

    /** Returns the partitions of this task. */
    List<Integer> taskPartitions() {
        String text = raw.get(TASK_PARTITIONS);
        if (text == null) return partitions();
        return Arrays.stream(text.split(",")).map(Integer::valueOf).toList();
    }

    Optional<String> token() {
        Password token = parsed.getPassword(SettingNames.TOKEN);
        return token == null || token.value().isEmpty() ? Optional.empty() : Optional.of(token.value());
    }

    Optional<Path> tokenFile() {
        return path(SettingNames.TOKEN_FILE);
    }

    URI baseUrl() {
        return URI.create(parsed.getString(SettingNames.BASE_URL));
    }

    Access access() {
        return Access.valueOf(
                parsed.getString(SettingNames.ACCESS).toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    /** Returns the rules to declare on X; empty if the rules on X stay as they are. */
    Optional<RuleSet> rules() {
        return ownerlessRules().map(rules -> rules.ownedBy(rulesOwner()));
    }

    /** Returns the rules to declare on X, with the owner that the library gives them. */
    Optional<RuleSet> ownerlessRules() {
        String inline = inlineRules();
        Optional<Path> file = rulesFile();
        if (inline.isBlank() && file.isEmpty()) return Optional.empty();
        return Optional.of(file.isPresent() ? RuleSet.read(file.get()) : RuleSet.parse(SettingNames.RULES, inline));
    }

    Optional<Path> rulesFile() {
        return path(SettingNames.RULES_FILE);
    }

    String inlineRules() {
        return parsed.getString(SettingNames.RULES);
    }

    /** Returns whether an owner of the rules is set. By default it is the connector. */
    boolean namesRulesOwner() {
        return !parsed.getString(SettingNames.RULES_OWNER).isBlank();
    }

    String rulesOwner() {
        String owner = parsed.getString(SettingNames.RULES_OWNER);
        return namesRulesOwner() ? owner : name();
    }

    Fields fields() {
        return switch (parsed.getString(SettingNames.FIELDS)) {
            case "minimal" -> Fields.minimal();
            case "authors" -> Fields.standard().withAuthors();
            case "everything" -> Fields.everything();
            default -> Fields.standard();
        };
    }

    int connectBudget() {
        return parsed.getInt(SettingNames.CONNECT_BUDGET);
    }

    int connections() {
        return parsed.getInt(SettingNames.CONNECTIONS);
    }

    Duration overlap() {
        return Duration.ofMillis(parsed.getLong(SettingNames.OVERLAP));
    }

    long recoveredPostsMax() {
        return parsed.getLong(SettingNames.POSTS_MAX);
    }

    boolean archiveSearch() {
        return parsed.getBoolean(SettingNames.ARCHIVE_SEARCH);
    }

    Optional<Instant> since() {
        String text = parsed.getString(SettingNames.SINCE).strip();
        return text.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(text));
    }

    String topic() {
        return parsed.getString(SettingNames.TOPIC);
    }

    String ledgerTopic() {
        String topic = parsed.getString(SettingNames.LEDGER_TOPIC);
        return topic.isBlank() ? topic() + ".ledger" : topic;
    }

    boolean isExactlyOnce() {
        return parsed.getString(SettingNames.DELIVERY).equals(EXACTLY_ONCE);
    }

    Duration gather() {
        return Duration.ofMillis(parsed.getLong(SettingNames.GATHER));
    }

    int batchPostsMax() {
        return parsed.getInt(SettingNames.BATCH_POSTS_MAX);
    }

    OffsetState.Limits idLimits() {
        return new OffsetState.Limits(
                Duration.ofMillis(parsed.getLong(SettingNames.IDS_WINDOW)), parsed.getLong(SettingNames.IDS_MAX_BYTES));
    }

    long inboxMaxBytes() {
        return parsed.getLong(SettingNames.INBOX_MAX_BYTES);
    }

    int lineMaxBytes() {
        return parsed.getInt(SettingNames.LINE_MAX_BYTES);
    }

    ValueForm valueForm() {
        return ValueForm.forConverter(raw.getOrDefault(VALUE_CONVERTER, ""));
    }

    private Optional<Path> path(String name) {
        String text = parsed.getString(name);
        return text.isBlank() ? Optional.empty() : Optional.of(Path.of(text.strip()));
    }

    /** Returns a setting as it was written, with white space removed; empty if it is missing. */
    Optional<String> written(String name) {
        String text = raw.get(name);
        return text == null || text.isBlank() ? Optional.empty() : Optional.of(text.strip());
    }

    /** Returns whether Kafka Connect is to create missing topics: its settings for that are there. */
    boolean createsTopics() {
        return written("topic.creation.default.replication.factor").isPresent()
                && written("topic.creation.default.partitions").isPresent();
    }
}
