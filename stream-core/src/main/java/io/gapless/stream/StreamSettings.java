package io.gapless.stream;

import io.gapless.stream.post.Endpoint;
import io.gapless.stream.post.Fields;
import io.gapless.stream.rules.RuleSet;
import java.time.Duration;
import java.util.Optional;

/** Holds the settings of the builder after its checks. Immutable. Contains no token. */
record StreamSettings(
        Endpoint endpoint,
        Fields fields,
        Optional<RuleSet> rules,
        Duration stallTimeout,
        Duration healthyAfter,
        Duration headerTimeout,
        Optional<Duration> quietAfter,
        Duration rulesCheckEvery,
        int connections,
        int connectBudget,
        long inboxMaxBytes,
        int lineMaxBytes,
        long seenMaxBytes,
        Retries retries) {}
