package io.gapless.connect;

import io.gapless.recovery.Access;
import io.gapless.recovery.GaplessStream;
import io.gapless.stream.rules.RuleSet;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Checks what a setting on its own cannot show: settings that belong together, and values that only the library can judge.
 * Owns the findings.
 */
final class SettingChecks {
    /** For the key, the headers and the frame of a record. */
    private static final long RECORD_OVERHEAD = 64 << 10;
    /** Kafka's own default. */
    private static final long MAX_REQUEST_SIZE_DEFAULT = 1 << 20;

    private final ConnectorSettings settings;
    private final Map<String, List<String>> findings = new LinkedHashMap<>();

    /** A check that throws an exception with a sentence if it fails. */
    private interface Check {
        void run();
    }

    private SettingChecks(ConnectorSettings settings) {
        this.settings = settings;
    }

    /**
     * Returns what is wrong, by the name of the setting.
     *
     * @param settings settings whose single values are allowed
     */
    static Map<String, List<String>> of(ConnectorSettings settings) {
        SettingChecks checks = new SettingChecks(settings);
        checks.token();
        checks.stream();
        checks.access();
        checks.rules();
        checks.recovery();
        checks.delivery();
        checks.topics();
        checks.lines();
        checks.converters();
        return checks.findings;
    }

    private void find(String name, String what) {
        findings.computeIfAbsent(name, none -> new ArrayList<>()).add(what);
    }

    private void check(String name, Check check) {
        try {
            check.run();
        } catch (DateTimeException e) {
            find(name, name + " is not a time, such as 2026-03-01T12:00:00Z.");
        } catch (RuntimeException e) {
            find(name, name + ": " + e.getMessage());
        }
    }

    private void token() {
        boolean token = settings.token().isPresent();
        boolean file = settings.tokenFile().isPresent();
        if (token == file)
            find(
                    SettingNames.TOKEN,
                    (token ? "Both " : "Neither ") + SettingNames.TOKEN + (token ? " and " : " nor ")
                            + SettingNames.TOKEN_FILE + (token ? " are set." : " is set.")
                            + " Set one of them, so that Gapless can sign in to X.");
        else if (token)
            check(SettingNames.TOKEN, () -> GaplessStream.builder()
                    .bearerToken(settings.token().orElseThrow()));
        else
            check(
                    SettingNames.TOKEN_FILE,
                    () -> new TokenFile(settings.tokenFile().orElseThrow()).get());
    }

    private void stream() {
        check(SettingNames.BASE_URL, () -> GaplessStream.builder().baseUrl(settings.baseUrl()));
        check(SettingNames.PARTITIONS, settings::partitions);
        if (findings.containsKey(SettingNames.PARTITIONS)) return;
        int partitions = settings.partitions().size();
        // Each connection is opened once, and one of them once more.
        int connects = settings.connections() + 1;
        if (settings.connectBudget() < connects * partitions)
            find(
                    SettingNames.CONNECT_BUDGET,
                    SettingNames.CONNECT_BUDGET + " is " + settings.connectBudget() + ", but " + partitions
                            + " partitions need " + connects
                            + " each, one of them for a reconnect. Raise it if X allows your"
                            + " app more, or read fewer partitions.");
    }

    private void access() {
        if (settings.access() != Access.PAY_PER_USE) return;
        String only = ", which X has for Enterprise access only, but " + SettingNames.ACCESS
                + " is pay-per-use. Set one of them to what your account has.";
        if (!settings.endpoint().needsRules())
            find(SettingNames.STREAM, SettingNames.STREAM + " is " + settings.streamWord() + only);
        else if (settings.connections() > 1)
            find(SettingNames.CONNECTIONS, SettingNames.CONNECTIONS + " is " + settings.connections() + only);
    }

    private void rules() {
        if (settings.rulesFile().isPresent() && !settings.inlineRules().isBlank()) {
            find(
                    SettingNames.RULES_FILE,
                    "Both " + SettingNames.RULES + " and " + SettingNames.RULES_FILE + " are set. Set one of them.");
            return;
        }
        String name = settings.rulesFile().isPresent() ? SettingNames.RULES_FILE : SettingNames.RULES;
        check(name, () -> settings.ownerlessRules().ifPresentOrElse(rules -> check(name, rules), this::needNoOwner));
        if (!findings.containsKey(name)) owner();
    }

    private void needNoOwner() {
        if (settings.namesRulesOwner())
            find(
                    SettingNames.RULES_OWNER,
                    SettingNames.RULES_OWNER + " has no effect, because neither " + SettingNames.RULES + " nor "
                            + SettingNames.RULES_FILE + " is set. Leave it out, or set the rules.");
    }

    private void owner() {
        try {
            settings.rules();
        } catch (RuntimeException e) {
            find(
                    SettingNames.RULES_OWNER,
                    settings.namesRulesOwner()
                            ? SettingNames.RULES_OWNER + ": " + e.getMessage()
                            : "The name of the connector cannot own rules on X: " + e.getMessage() + " Set "
                                    + SettingNames.RULES_OWNER + " to a word of its own.");
        }
    }

    private void check(String name, RuleSet rules) {
        if (!settings.endpoint().needsRules()) {
            find(name, name + " is set, but " + settings.endpoint().path() + " takes no rules. Leave it out.");
            return;
        }
        GaplessStream.builder().rules(rules);
    }

    private void recovery() {
        check(SettingNames.SINCE, settings::since);
        if (settings.archiveSearch() && !settings.endpoint().needsRules())
            find(
                    SettingNames.ARCHIVE_SEARCH,
                    SettingNames.ARCHIVE_SEARCH + " is set, but this stream has no rules to search by. Leave it out.");
    }

    private void delivery() {
        boolean required = settings.written(ConnectorSettings.EXACTLY_ONCE_SUPPORT)
                .filter(word -> word.equalsIgnoreCase(ConnectorSettings.REQUIRED))
                .isPresent();
        if (settings.isExactlyOnce() && !required)
            find(
                    SettingNames.DELIVERY,
                    "delivery is exactly-once, so exactly.once.support must be required: then Kafka Connect refuses a worker"
                            + " that has exactly-once support switched off. Add \"exactly.once.support\": \"required\". Or set"
                            + " delivery to at-least-once; then the posts of up to offset.flush.interval.ms (60 s by default)"
                            + " come twice after a crash.");
        settings.written(ConnectorSettings.TRANSACTION_BOUNDARY)
                .filter(word -> !word.equalsIgnoreCase("poll"))
                .ifPresent(word -> find(
                        SettingNames.DELIVERY,
                        "transaction.boundary is " + word + ". It must be poll, which is the default: a post counts as"
                                + " received when its transaction is committed, so each batch needs its own."));
    }

    private void topics() {
        if (settings.ledgerTopic().equals(settings.topic()))
            find(
                    SettingNames.LEDGER_TOPIC,
                    "topic.ledger is the same as topic. The ledger is compacted, and posts must not be. Use two topics.");
        if (!settings.createsTopics())
            find(
                    SettingNames.TOPIC,
                    "topic.creation.default.replication.factor and topic.creation.default.partitions are not both set."
                            + " With them, Kafka Connect creates a missing topic, or says why it cannot. Without them, a missing"
                            + " topic would hold the task up for ever, without an error.");
        else if (!findings.containsKey(SettingNames.PARTITIONS) && !findings.containsKey(SettingNames.LEDGER_TOPIC))
            check(SettingNames.LEDGER_TOPIC, this::ledgerTopics);
    }

    private void ledgerTopics() {
        TopicGroups groups = new TopicGroups(settings);
        for (int partition : settings.partitions()) {
            String topic = RecordMaker.topic(settings.ledgerTopic(), partition);
            String group = groups.of(topic);
            if (groups.createOnePartition(group) && groups.createCompacted(group)) continue;
            find(
                    SettingNames.LEDGER_TOPIC,
                    "Kafka Connect would create " + SettingNames.LEDGER_TOPIC + " " + topic + " by the group "
                            + group + " of topic.creation.groups, not with one partition and"
                            + " cleanup.policy=compact. Its readers need the newest record of each key. Add a group whose"
                            + " include matches the ledger topics, with partitions=1 and cleanup.policy=compact.");
            return;
        }
    }

    /**
     * A longer line would fail the task when it comes. A worker may have a larger request for all of its connectors, but only
     * the connector's own setting can be seen here.
     */
    private void lines() {
        long needed = settings.lineMaxBytes() + RECORD_OVERHEAD;
        long request = settings.written(ConnectorSettings.MAX_REQUEST_SIZE)
                .filter(text -> text.matches("[0-9]{1,10}"))
                .map(Long::valueOf)
                .orElse(MAX_REQUEST_SIZE_DEFAULT);
        if (request < needed)
            find(
                    SettingNames.LINE_MAX_BYTES,
                    SettingNames.LINE_MAX_BYTES + " is " + settings.lineMaxBytes() + ", but a request to Kafka holds "
                            + request + " bytes, so a line that long would fail the task. Set "
                            + ConnectorSettings.MAX_REQUEST_SIZE + " to at least " + needed
                            + ", and max.message.bytes of the topic, too. Or set " + SettingNames.LINE_MAX_BYTES
                            + " to less: a longer line is skipped, and reported.");
    }

    private void converters() {
        if (settings.written(ConnectorSettings.VALUE_CONVERTER).isEmpty())
            find(
                    ConnectorSettings.VALUE_CONVERTER,
                    "value.converter is not set, so the worker's own would decide what is written. Set it to"
                            + " org.apache.kafka.connect.converters.ByteArrayConverter, which writes each line exactly as X sent"
                            + " it, or to org.apache.kafka.connect.storage.StringConverter, which writes the same as text.");
        settings.written(ConnectorSettings.VALUE_CONVERTER)
                .filter(converter -> converter.endsWith("JsonConverter"))
                .ifPresent(converter -> find(
                        ConnectorSettings.VALUE_CONVERTER,
                        "value.converter is " + converter
                                + ", which would write each line as a JSON string within JSON. A line"
                                + " of X is JSON already. Set value.converter to"
                                + " org.apache.kafka.connect.converters.ByteArrayConverter."));
        String key = settings.written(ConnectorSettings.KEY_CONVERTER).orElse("");
        if (key.isEmpty() || key.endsWith("ByteArrayConverter"))
            find(
                    ConnectorSettings.KEY_CONVERTER,
                    "key.converter is " + (key.isEmpty() ? "not set" : key)
                            + ", but keys are text: the ids of posts. Set it to"
                            + " org.apache.kafka.connect.storage.StringConverter.");
    }
}
