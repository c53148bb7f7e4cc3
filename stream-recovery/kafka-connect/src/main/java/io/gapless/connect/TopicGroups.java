package io.gapless.connect;

import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Tells how Kafka Connect would create a topic: by the first group of {@code topic.creation.groups} whose patterns match the
 * topic, otherwise by the group {@code default} (KIP-158). Pure functions of the settings.
 */
final class TopicGroups {
    private static final String DEFAULT = "default";

    private final ConnectorSettings settings;

    TopicGroups(ConnectorSettings settings) {
        this.settings = settings;
    }

    /** Returns the name of the group that a topic belongs to. */
    String of(String topic) {
        return settings.written("topic.creation.groups").stream()
                .flatMap(groups -> Stream.of(groups.split(",")))
                .map(String::strip)
                .filter(group -> matches(group, "include", topic) && !matches(group, "exclude", topic))
                .findFirst()
                .orElse(DEFAULT);
    }

    /** Returns whether the topics of a group get one partition. A group without a number of its own has that of the default. */
    boolean createOnePartition(String group) {
        return settings.written(name(group, "partitions"))
                .or(() -> settings.written(name(DEFAULT, "partitions")))
                .filter("1"::equals)
                .isPresent();
    }

    /** Returns whether the topics of a group are compacted. */
    boolean createCompacted(String group) {
        return settings.written(name(group, "cleanup.policy"))
                .filter(policy -> policy.contains("compact"))
                .isPresent();
    }

    private boolean matches(String group, String kind, String topic) {
        return settings.written(name(group, kind)).stream()
                .flatMap(patterns -> Stream.of(patterns.split(",")))
                .anyMatch(pattern -> Pattern.matches(pattern.strip(), topic));
    }

    private static String name(String group, String property) {
        return "topic.creation." + group + "." + property;
    }
}
