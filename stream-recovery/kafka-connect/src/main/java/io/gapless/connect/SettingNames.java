package io.gapless.connect;

import io.gapless.stream.post.Endpoint;
import java.util.List;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.ValidString;
import org.apache.kafka.common.config.ConfigDef.Validator;
import org.apache.kafka.common.config.ConfigDef.Width;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/** Names the settings of the connector, with their types, defaults, ranges and documentation. */
final class SettingNames {
    static final String TOKEN = "x.bearer.token";
    static final String TOKEN_FILE = "x.bearer.token.file";
    static final String BASE_URL = "x.base.url";
    static final String ACCESS = "x.access";
    static final String STREAM = "x.stream";
    static final String PARTITIONS = "x.partitions";
    static final String RULES = "x.rules";
    static final String RULES_FILE = "x.rules.file";
    static final String RULES_OWNER = "x.rules.owner";
    static final String FIELDS = "x.fields";
    static final String CONNECT_BUDGET = "x.connect.budget";
    static final String CONNECTIONS = "x.connections";
    static final String OVERLAP = "recovery.overlap.ms";
    static final String POSTS_MAX = "recovery.posts.max";
    static final String ARCHIVE_SEARCH = "recovery.archive.search";
    static final String SINCE = "recovery.since";
    static final String TOPIC = "topic";
    static final String LEDGER_TOPIC = "topic.ledger";
    static final String DELIVERY = "delivery";
    static final String GATHER = "gather.ms";
    static final String BATCH_POSTS_MAX = "batch.posts.max";
    static final String IDS_WINDOW = "ids.window.ms";
    static final String IDS_MAX_BYTES = "ids.max.bytes";
    static final String INBOX_MAX_BYTES = "inbox.max.bytes";
    static final String LINE_MAX_BYTES = "line.max.bytes";

    private static final String X = "X";
    private static final String RECOVERY = "Recovery";
    private static final String KAFKA = "Kafka";
    private static final String BOUNDS = "Bounds";

    /** Kafka's own limit for the name of a topic. */
    private static final String TOPIC_PATTERN = "[A-Za-z0-9._-]{1,249}";

    private SettingNames() {}

    static ConfigDef definition() {
        Definition settings = new Definition();
        settings.group(X)
                .optional(
                        TOKEN,
                        Type.PASSWORD,
                        null,
                        null,
                        Importance.HIGH,
                        "The app-only bearer token, exactly as X shows it. Use a ConfigProvider, such as"
                                + " ${file:/etc/gapless/x.properties:token}, so that the token is not in the connector's"
                                + " JSON. Set this or " + TOKEN_FILE + ".")
                .optional(
                        TOKEN_FILE,
                        Type.STRING,
                        "",
                        null,
                        Importance.HIGH,
                        "A file that holds only the bearer token, on each worker. It is read before each request, so the"
                                + " token can be rotated while the connector runs.")
                .optional(
                        STREAM,
                        Type.STRING,
                        "filtered",
                        ValidString.in(Endpoint.names().toArray(new String[0])),
                        Importance.HIGH,
                        "Which stream of X to read. The filtered stream has rules; the others have none, and need"
                                + " Enterprise access.")
                .optional(
                        PARTITIONS,
                        Type.STRING,
                        ConnectorSettings.ALL,
                        null,
                        Importance.MEDIUM,
                        "Which partitions of the stream to read, such as 1-3,7. They are dealt out over tasks.max tasks.")
                .optional(
                        ACCESS,
                        Type.STRING,
                        "auto",
                        ValidString.in("auto", "enterprise", "pay-per-use"),
                        Importance.MEDIUM,
                        "The access of the account at X. auto finds it out from what X accepts and refuses.")
                .optional(
                        RULES,
                        Type.STRING,
                        "",
                        null,
                        Importance.MEDIUM,
                        "The rules that X is to hold, one per line, as name = value. Without this setting and "
                                + RULES_FILE + ", the rules on X are not touched.")
                .optional(
                        RULES_FILE,
                        Type.STRING,
                        "",
                        null,
                        Importance.MEDIUM,
                        "A file with the rules, on each worker, in place of " + RULES + ".")
                .optional(
                        RULES_OWNER,
                        Type.STRING,
                        "",
                        null,
                        Importance.LOW,
                        "The first part of the tags of the rules on X; by default the name of the connector. Only rules"
                                + " with this owner are ever deleted.")
                .optional(
                        FIELDS,
                        Type.STRING,
                        "standard",
                        ValidString.in("minimal", "standard", "authors", "everything"),
                        Importance.MEDIUM,
                        "Which fields X sends with each post. authors and everything may cost money.")
                .optional(
                        CONNECTIONS,
                        Type.INT,
                        1,
                        Range.between(1, 2),
                        Importance.LOW,
                        "The number of connections for each stream or partition. 2 needs Enterprise access.")
                .optional(
                        CONNECT_BUDGET,
                        Type.INT,
                        50,
                        Range.between(2, 100_000),
                        Importance.LOW,
                        "The most connects to X in any 15 minutes, over all tasks. X counts them for the whole app. The"
                                + " budget is divided among the partitions, at least 2 for each.")
                .optional(
                        BASE_URL,
                        Type.STRING,
                        "https://api.x.com",
                        null,
                        Importance.LOW,
                        "The address of X's API. Plain http is allowed only for an address of the worker's own machine.");
        settings.group(RECOVERY)
                .optional(
                        OVERLAP,
                        Type.LONG,
                        60_000L,
                        Range.between(30_000, 240_000),
                        Importance.LOW,
                        "The margin on both sides of an outage, for posts that X delivers late. \"Complete up to\" in the"
                                + " ledger topic stays this far behind.")
                .optional(
                        POSTS_MAX,
                        Type.LONG,
                        2_000L,
                        Range.atLeast(0),
                        Importance.MEDIUM,
                        "How many posts search may buy for each gap and each UTC day, with pay-per-use access. 0 turns"
                                + " search off.")
                .optional(
                        ARCHIVE_SEARCH,
                        Type.BOOLEAN,
                        false,
                        null,
                        Importance.LOW,
                        "Whether the account has full-archive search, for spans older than 7 days.")
                .optional(
                        SINCE,
                        Type.STRING,
                        "",
                        null,
                        Importance.LOW,
                        "Recover the posts from this time on, such as 2026-03-01T12:00:00Z, when there are no offsets yet."
                                + " Without it, the connector begins with the posts from its first start on.");
        settings.group(KAFKA)
                .required(
                        TOPIC,
                        Type.STRING,
                        topic(),
                        Importance.HIGH,
                        "The topic for the posts. {partition} stands for the number of X's partition, if each is to have"
                                + " topics of its own: then a worker that dies holds up the readers of its partitions only.")
                .optional(
                        LEDGER_TOPIC,
                        Type.STRING,
                        "",
                        topicOrNone(),
                        Importance.MEDIUM,
                        "The compacted topic for the ledger: up to when the topic of the posts is complete, and each gap. By"
                                + " default the topic of the posts with .ledger behind it.")
                .optional(
                        DELIVERY,
                        Type.STRING,
                        ConnectorSettings.EXACTLY_ONCE,
                        ValidString.in(ConnectorSettings.EXACTLY_ONCE, ConnectorSettings.AT_LEAST_ONCE),
                        Importance.HIGH,
                        "exactly-once needs exactly.once.support=required here, and exactly.once.source.support=enabled on"
                                + " all workers. at-least-once runs on any worker; after a crash, the posts of up to"
                                + " offset.flush.interval.ms (60 s by default) come twice.")
                .optional(
                        GATHER,
                        Type.LONG,
                        20L,
                        Range.between(0, 1_000),
                        Importance.LOW,
                        "How long posts are gathered for a transaction. Each transaction writes a marker to each partition"
                                + " that it touches. For many partitions of X, use 100.");
        settings.group(BOUNDS)
                .optional(
                        IDS_WINDOW,
                        Type.LONG,
                        3_600_000L,
                        Range.between(600_000, 172_800_000),
                        Importance.MEDIUM,
                        "For how long the ids of posts are kept in the offsets, so that no post comes twice after a"
                                + " restart. Each task reads the whole offsets topic. For many partitions, use 600000.")
                .optional(
                        IDS_MAX_BYTES,
                        Type.LONG,
                        64L << 20,
                        Range.between(1 << 20, 1L << 30),
                        Importance.LOW,
                        "How many bytes of ids one stream or partition may have in the offsets. Beyond that, the oldest are"
                                + " forgotten early.")
                .optional(
                        BATCH_POSTS_MAX,
                        Type.INT,
                        1_000,
                        Range.between(1, 10_000),
                        Importance.LOW,
                        "The most posts of one stream or partition in a transaction.")
                .optional(
                        INBOX_MAX_BYTES,
                        Type.LONG,
                        16L << 20,
                        Range.between(64 << 10, 4L << 30),
                        Importance.LOW,
                        "How much memory posts may take while Kafka does not take them, for each stream or partition.")
                .optional(
                        LINE_MAX_BYTES,
                        Type.INT,
                        960 << 10,
                        Range.between(1 << 10, 64 << 20),
                        Importance.LOW,
                        "The longest line that is read. Above 960 KiB, raise producer.override.max.request.size and the"
                                + " broker's message.max.bytes, too.");
        return settings.definition;
    }

    private static Validator topic() {
        return ConfigDef.LambdaValidator.with(
                (name, value) -> {
                    if (!String.valueOf(value)
                            .replace(RecordMaker.PLACEHOLDER, "20")
                            .matches(TOPIC_PATTERN))
                        throw new ConfigException(
                                name,
                                value,
                                "A topic has letters, digits, dots, hyphens and underscores, at most 249.");
                },
                () -> "the name of a topic");
    }

    private static Validator topicOrNone() {
        Validator topic = topic();
        return ConfigDef.LambdaValidator.with(
                (name, value) -> {
                    if (!String.valueOf(value).isBlank()) topic.ensureValid(name, value);
                },
                () -> "the name of a topic, or nothing");
    }

    /** Collects definitions, each in the order of its group. */
    private static final class Definition {
        private final ConfigDef definition = new ConfigDef();
        private String group = "";
        private int order;

        Definition group(String name) {
            group = name;
            order = 0;
            return this;
        }

        Definition optional(
                String name,
                Type type,
                @Nullable Object byDefault,
                @Nullable Validator allowed,
                Importance importance,
                String text) {
            return define(name, type, byDefault, allowed, importance, text);
        }

        Definition required(String name, Type type, Validator allowed, Importance importance, String text) {
            return define(name, type, ConfigDef.NO_DEFAULT_VALUE, allowed, importance, text);
        }

        private Definition define(
                String name,
                Type type,
                @Nullable Object byDefault,
                @Nullable Validator allowed,
                Importance importance,
                String text) {
            definition.define(
                    name, type, byDefault, allowed, importance, text, group, ++order, Width.MEDIUM, name, List.of());
            return this;
        }
    }
}
