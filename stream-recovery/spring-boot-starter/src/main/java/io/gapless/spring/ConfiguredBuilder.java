package io.gapless.spring;

import io.gapless.recovery.GaplessStream;
import io.gapless.recovery.ledger.StateException;
import io.gapless.stream.event.StreamListener;
import io.gapless.stream.post.DeadLetters;
import io.gapless.stream.post.Endpoint;
import io.gapless.stream.rules.RuleSet;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Builds the stream from the properties and from the beans of the application. No message and no exception shows a
 * secret.
 */
final class ConfiguredBuilder {
    private static final String NO_TOKEN = "No token is set";

    private final GaplessProperties properties;
    private final GaplessStream.Builder builder = GaplessStream.builder();

    ConfiguredBuilder(GaplessProperties properties) {
        this.properties = properties;
    }

    GaplessStream build(
            StreamHandler handler,
            List<StreamListener> listeners,
            @Nullable DeadLetters deadLetters,
            Optional<DataSource> shared,
            List<GaplessStreamCustomizer> customizers) {
        address();
        state(shared);
        rules();
        limits();
        handler.addTo(builder, properties.getBatchMax());
        if (deadLetters != null) builder.deadLetters(deadLetters);
        if (!listeners.isEmpty()) builder.onEvent(event -> listeners.forEach(listener -> listener.onEvent(event)));
        customizers.forEach(customizer -> customizer.customize(builder));
        return built();
    }

    private void address() {
        Settings.apply("gapless.base-url", properties.getBaseUrl(), builder::baseUrl);
        Settings.apply("gapless.endpoint", properties.getEndpoint(), name -> builder.endpoint(Endpoint.named(name)));
        String token = properties.getBearerToken();
        String key = properties.getApiKey();
        String secret = properties.getApiSecret();
        if (token != null && (key != null || secret != null)) {
            throw new ConfigurationException(
                    "Both gapless.bearer-token and gapless.api-key or gapless.api-secret are set.",
                    "Remove gapless.bearer-token, or both of the others.");
        }
        if ((key == null) != (secret == null)) {
            throw new ConfigurationException(
                    "Only one of gapless.api-key and gapless.api-secret is set.", "Set both, or gapless.bearer-token.");
        }
        Settings.apply("gapless.bearer-token", token, builder::bearerToken);
        if (key != null && secret != null)
            Settings.apply("gapless.api-key and gapless.api-secret", () -> builder.apiKey(key, secret));
    }

    private void state(Optional<DataSource> shared) {
        GaplessProperties.SharedState settings = properties.getSharedState();
        String name = settings.getName();
        if (name == null) {
            Settings.apply("gapless.state-directory", properties.getStateDirectory(), builder::stateDirectory);
        } else {
            if (properties.getStateDirectory() != null) {
                throw new ConfigurationException(
                        "Both gapless.state-directory and gapless.shared-state.name are set.",
                        "Remove one of them. For the spill file of a shared state, set gapless.spill-directory.");
            }
            DataSource database = shared.orElseThrow(() -> new ConfigurationException(
                    "gapless.shared-state.name is set, but the application has no DataSource.",
                    "Add spring-boot-starter-jdbc and spring.datasource.url, or a bean of type DataSource."));
            Settings.apply("gapless.shared-state.name", () -> builder.sharedState(database, name));
            Settings.apply("gapless.shared-state.lease", settings.getLease(), builder::lease);
            if (settings.isWarmStandby()) builder.warmStandby();
        }
        Settings.apply("gapless.spill-directory", properties.getSpillDirectory(), builder::spillDirectory);
        Settings.apply("gapless.since", properties.getSince(), builder::since);
    }

    private void rules() {
        if (properties.getRules().isEmpty()) return;
        Settings.apply("gapless.rules", () -> {
            RuleSet rules = RuleSet.of(properties.getRules());
            String owner = properties.getRulesOwner();
            builder.rules(owner == null ? rules : rules.ownedBy(owner));
        });
    }

    private void limits() {
        Settings.apply("gapless.access", properties.getAccess(), builder::access);
        builder.archiveSearch(properties.isArchiveSearch());
        if (properties.isEndStuckConnection()) builder.endStuckConnection();
        Settings.apply("gapless.connections", properties.getConnections(), builder::connections);
        Settings.apply("gapless.overlap", properties.getOverlap(), builder::overlap);
        Settings.apply("gapless.stall-timeout", properties.getStallTimeout(), builder::stallTimeout);
        Settings.apply("gapless.quiet-after", properties.getQuietAfter(), builder::quietAfter);
        Settings.apply("gapless.rules-check-every", properties.getRulesCheckEvery(), builder::rulesCheckEvery);
        Settings.apply("gapless.connect-budget", properties.getConnectBudget(), builder::connectBudget);
        Settings.apply("gapless.max-recovered-posts", properties.getMaxRecoveredPosts(), builder::maxRecoveredPosts);
        Settings.apply("gapless.inbox-max", properties.getInboxMax(), size -> builder.inboxMaxBytes(size.toBytes()));
        Settings.apply("gapless.spill-max", properties.getSpillMax(), size -> builder.spillMaxBytes(size.toBytes()));
    }

    private GaplessStream built() {
        try {
            return builder.build();
        } catch (StateException e) {
            String where = properties.getSharedState().getName() == null
                    ? "gapless.state-directory=" + properties.getStateDirectory()
                    : "gapless.shared-state.name=" + properties.getSharedState().getName();
            throw new ConfigurationException(
                    "The state of the stream cannot be used: " + e.getMessage(), "Look at " + where + ".", e);
        } catch (IllegalArgumentException e) {
            throw explained(e);
        }
    }

    private ConfigurationException explained(IllegalArgumentException e) {
        String message = String.valueOf(e.getMessage());
        if (message.startsWith(NO_TOKEN)) {
            return new ConfigurationException(
                    "The stream has no token for X.",
                    "Set gapless.bearer-token=${X_BEARER_TOKEN} and that variable of the environment; or set"
                            + " gapless.api-key and gapless.api-secret; or call builder.bearerToken(…) in a"
                            + " GaplessStreamCustomizer.",
                    e);
        }
        if (message.startsWith("No state is set")) {
            return new ConfigurationException(
                    "The stream has no place for its state.",
                    "Set gapless.state-directory to a directory that survives restarts; or set"
                            + " gapless.shared-state.name for several hosts with one database.",
                    e);
        }
        return new ConfigurationException(
                "The settings of the stream do not fit together: " + message,
                "Change the properties below gapless as this says.",
                e);
    }
}
