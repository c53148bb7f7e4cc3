package io.gapless.spring;

import io.gapless.recovery.Access;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.util.unit.DataSize;

/**
 * Holds the properties of the stream. What is not set has the default of {@code GaplessStream.builder()}. An unknown
 * property below {@code gapless} is refused. Not thread-safe.
 */
@ConfigurationProperties(prefix = "gapless", ignoreUnknownFields = false)
public class GaplessProperties {
    /** Whether the application has a stream. */
    private boolean enabled = true;

    /** Whether the stream starts with the application. */
    private boolean autoStartup = true;

    /** The app-only bearer token, without the word Bearer. */
    private @Nullable String bearerToken;

    /** The app's API key, in place of a bearer token. */
    private @Nullable String apiKey;

    /** The app's API secret, in place of a bearer token. */
    private @Nullable String apiSecret;

    /** The base URL of X's API. */
    private @Nullable URI baseUrl;

    /** The stream of X: filtered, sample, or one partition of a larger one, such as sample10:1 or firehose:20. */
    private @Nullable String endpoint;

    /** The directory that keeps ids, ledger and dead letters. Required, unless the state is shared. */
    private @Nullable Path stateDirectory;

    /** The rules that X is to hold, by name. Without rules, the stream uses those that X holds. */
    private Map<String, String> rules = new LinkedHashMap<>();

    /** The owner of the rules, which is the first part of their tags on X. */
    private @Nullable String rulesOwner;

    /** The access that the account has at X. */
    private @Nullable Access access;

    /** Whether the account has full-archive search. */
    private boolean archiveSearch;

    /** Whether the stream ends its own stuck connection on X when X refuses a connect because all slots are taken. */
    private boolean endStuckConnection;

    /** The number of connections, 1 or 2. The second one needs Enterprise access. */
    private @Nullable Integer connections;

    /** The margin on both sides of an outage, for posts that X delivers late. */
    private @Nullable Duration overlap;

    /** The time from which to recover posts when the state is new. */
    private @Nullable Instant since;

    /** How long a connection may carry no byte before it is closed and opened again. */
    private @Nullable Duration stallTimeout;

    /** How long without a post before this is reported as an event. */
    private @Nullable Duration quietAfter;

    /** How often the rules on X are compared with those of this application. */
    private @Nullable Duration rulesCheckEvery;

    /** The most connects in 15 minutes. */
    private @Nullable Integer connectBudget;

    /** How many posts search may buy for each gap, and in each day. */
    private @Nullable Long maxRecoveredPosts;

    /** The size of the inbox in memory. */
    private @Nullable DataSize inboxMax;

    /** The size of the spill file, which holds posts while the inbox is full. */
    private @Nullable DataSize spillMax;

    /** The directory of the spill file, for a stream whose state is shared. */
    private @Nullable Path spillDirectory;

    /** The most posts for each call of a handler that takes several. */
    private int batchMax = 100;

    /** How long the handler may take, when the application ends, for the posts that have been received. */
    private Duration drain = Duration.ofSeconds(8);

    /** A state in PostgreSQL, which several hosts share. */
    @NestedConfigurationProperty
    private final SharedState sharedState = new SharedState();

    /** Creates properties with the defaults. */
    public GaplessProperties() {}

    /**
     * Returns whether the application has a stream.
     *
     * @return the value
     */
    public boolean isEnabled() {
        return enabled;
    }

    /**
     * Sets whether the application has a stream.
     *
     * @param value the value
     */
    public void setEnabled(boolean value) {
        enabled = value;
    }

    /**
     * Returns whether the stream starts with the application.
     *
     * @return the value
     */
    public boolean isAutoStartup() {
        return autoStartup;
    }

    /**
     * Sets whether the stream starts with the application.
     *
     * @param value the value
     */
    public void setAutoStartup(boolean value) {
        autoStartup = value;
    }

    /**
     * Returns the app-only bearer token.
     *
     * @return the value; null if it is not set
     */
    public @Nullable String getBearerToken() {
        return bearerToken;
    }

    /**
     * Sets the app-only bearer token.
     *
     * @param value the value
     */
    public void setBearerToken(@Nullable String value) {
        bearerToken = value;
    }

    /**
     * Returns the API key.
     *
     * @return the value; null if it is not set
     */
    public @Nullable String getApiKey() {
        return apiKey;
    }

    /**
     * Sets the API key.
     *
     * @param value the value
     */
    public void setApiKey(@Nullable String value) {
        apiKey = value;
    }

    /**
     * Returns the API secret.
     *
     * @return the value; null if it is not set
     */
    public @Nullable String getApiSecret() {
        return apiSecret;
    }

    /**
     * Sets the API secret.
     *
     * @param value the value
     */
    public void setApiSecret(@Nullable String value) {
        apiSecret = value;
    }

    /**
     * Returns the base URL of X's API.
     *
     * @return the value; null if it is not set
     */
    public @Nullable URI getBaseUrl() {
        return baseUrl;
    }

    /**
     * Sets the base URL of X's API.
     *
     * @param value the value
     */
    public void setBaseUrl(@Nullable URI value) {
        baseUrl = value;
    }

    /**
     * Returns the name of the stream of X.
     *
     * @return the value; null if it is not set
     */
    public @Nullable String getEndpoint() {
        return endpoint;
    }

    /**
     * Sets the name of the stream of X.
     *
     * @param value the value
     */
    public void setEndpoint(@Nullable String value) {
        endpoint = value;
    }

    /**
     * Returns the state directory.
     *
     * @return the value; null if it is not set
     */
    public @Nullable Path getStateDirectory() {
        return stateDirectory;
    }

    /**
     * Sets the state directory.
     *
     * @param value the value
     */
    public void setStateDirectory(@Nullable Path value) {
        stateDirectory = value;
    }

    /**
     * Returns the rules by name.
     *
     * @return the value
     */
    public Map<String, String> getRules() {
        return rules;
    }

    /**
     * Sets the rules by name.
     *
     * @param value the value
     */
    public void setRules(Map<String, String> value) {
        rules = value;
    }

    /**
     * Returns the owner of the rules.
     *
     * @return the value; null if it is not set
     */
    public @Nullable String getRulesOwner() {
        return rulesOwner;
    }

    /**
     * Sets the owner of the rules.
     *
     * @param value the value
     */
    public void setRulesOwner(@Nullable String value) {
        rulesOwner = value;
    }

    /**
     * Returns the access at X.
     *
     * @return the value; null if it is not set
     */
    public @Nullable Access getAccess() {
        return access;
    }

    /**
     * Sets the access at X.
     *
     * @param value the value
     */
    public void setAccess(@Nullable Access value) {
        access = value;
    }

    /**
     * Returns whether the account has full-archive search.
     *
     * @return the value
     */
    public boolean isArchiveSearch() {
        return archiveSearch;
    }

    /**
     * Sets whether the account has full-archive search.
     *
     * @param value the value
     */
    public void setArchiveSearch(boolean value) {
        archiveSearch = value;
    }

    /**
     * Returns whether the stream ends its own stuck connection on X.
     *
     * @return false unless set
     */
    public boolean isEndStuckConnection() {
        return endStuckConnection;
    }

    /**
     * Sets whether the stream ends its own stuck connection on X.
     *
     * @param value the value
     */
    public void setEndStuckConnection(boolean value) {
        endStuckConnection = value;
    }

    /**
     * Returns the number of connections.
     *
     * @return the value; null if it is not set
     */
    public @Nullable Integer getConnections() {
        return connections;
    }

    /**
     * Sets the number of connections.
     *
     * @param value the value
     */
    public void setConnections(@Nullable Integer value) {
        connections = value;
    }

    /**
     * Returns the overlap.
     *
     * @return the value; null if it is not set
     */
    public @Nullable Duration getOverlap() {
        return overlap;
    }

    /**
     * Sets the overlap.
     *
     * @param value the value
     */
    public void setOverlap(@Nullable Duration value) {
        overlap = value;
    }

    /**
     * Returns the time from which to recover posts.
     *
     * @return the value; null if it is not set
     */
    public @Nullable Instant getSince() {
        return since;
    }

    /**
     * Sets the time from which to recover posts.
     *
     * @param value the value
     */
    public void setSince(@Nullable Instant value) {
        since = value;
    }

    /**
     * Returns the stall timeout.
     *
     * @return the value; null if it is not set
     */
    public @Nullable Duration getStallTimeout() {
        return stallTimeout;
    }

    /**
     * Sets the stall timeout.
     *
     * @param value the value
     */
    public void setStallTimeout(@Nullable Duration value) {
        stallTimeout = value;
    }

    /**
     * Returns how long without a post before this is reported.
     *
     * @return the value; null if it is not set
     */
    public @Nullable Duration getQuietAfter() {
        return quietAfter;
    }

    /**
     * Sets how long without a post before this is reported.
     *
     * @param value the value
     */
    public void setQuietAfter(@Nullable Duration value) {
        quietAfter = value;
    }

    /**
     * Returns how often rules are compared.
     *
     * @return the value; null if it is not set
     */
    public @Nullable Duration getRulesCheckEvery() {
        return rulesCheckEvery;
    }

    /**
     * Sets how often rules are compared.
     *
     * @param value the value
     */
    public void setRulesCheckEvery(@Nullable Duration value) {
        rulesCheckEvery = value;
    }

    /**
     * Returns the most connects in 15 minutes.
     *
     * @return the value; null if it is not set
     */
    public @Nullable Integer getConnectBudget() {
        return connectBudget;
    }

    /**
     * Sets the most connects in 15 minutes.
     *
     * @param value the value
     */
    public void setConnectBudget(@Nullable Integer value) {
        connectBudget = value;
    }

    /**
     * Returns how many posts search may buy.
     *
     * @return the value; null if it is not set
     */
    public @Nullable Long getMaxRecoveredPosts() {
        return maxRecoveredPosts;
    }

    /**
     * Sets how many posts search may buy.
     *
     * @param value the value
     */
    public void setMaxRecoveredPosts(@Nullable Long value) {
        maxRecoveredPosts = value;
    }

    /**
     * Returns the size of the inbox.
     *
     * @return the value; null if it is not set
     */
    public @Nullable DataSize getInboxMax() {
        return inboxMax;
    }

    /**
     * Sets the size of the inbox.
     *
     * @param value the value
     */
    public void setInboxMax(@Nullable DataSize value) {
        inboxMax = value;
    }

    /**
     * Returns the size of the spill file.
     *
     * @return the value; null if it is not set
     */
    public @Nullable DataSize getSpillMax() {
        return spillMax;
    }

    /**
     * Sets the size of the spill file.
     *
     * @param value the value
     */
    public void setSpillMax(@Nullable DataSize value) {
        spillMax = value;
    }

    /**
     * Returns the directory of the spill file.
     *
     * @return the value; null if it is not set
     */
    public @Nullable Path getSpillDirectory() {
        return spillDirectory;
    }

    /**
     * Sets the directory of the spill file.
     *
     * @param value the value
     */
    public void setSpillDirectory(@Nullable Path value) {
        spillDirectory = value;
    }

    /**
     * Returns the most posts for each call.
     *
     * @return the value
     */
    public int getBatchMax() {
        return batchMax;
    }

    /**
     * Sets the most posts for each call.
     *
     * @param value the value
     */
    public void setBatchMax(int value) {
        batchMax = value;
    }

    /**
     * Returns how long the handler may take at the end.
     *
     * @return the value
     */
    public Duration getDrain() {
        return drain;
    }

    /**
     * Sets how long the handler may take at the end.
     *
     * @param value the value
     */
    public void setDrain(Duration value) {
        drain = value;
    }

    /**
     * Returns the settings of a shared state.
     *
     * @return the settings; without a name, the state is not shared
     */
    public SharedState getSharedState() {
        return sharedState;
    }

    /** Holds the settings of a state in PostgreSQL, which several hosts share. */
    public static class SharedState {
        /** The name that the hosts share. Setting it turns the shared state on. */
        private @Nullable String name;

        /** The bean name of the DataSource, if the application has several. */
        private @Nullable String dataSource;

        /** How long a host that cannot be reached keeps the state. */
        private @Nullable Duration lease;

        /** Whether a host keeps a connection while it stands by. Needs Enterprise access. */
        private boolean warmStandby;

        /** Creates settings without a name. */
        public SharedState() {}

        /**
         * Returns the name that the hosts share.
         *
         * @return the value; null if it is not set
         */
        public @Nullable String getName() {
            return name;
        }

        /**
         * Sets the name that the hosts share.
         *
         * @param value the value
         */
        public void setName(@Nullable String value) {
            name = value;
        }

        /**
         * Returns the bean name of the DataSource.
         *
         * @return the value; null if it is not set
         */
        public @Nullable String getDataSource() {
            return dataSource;
        }

        /**
         * Sets the bean name of the DataSource.
         *
         * @param value the value
         */
        public void setDataSource(@Nullable String value) {
            dataSource = value;
        }

        /**
         * Returns the length of the lease.
         *
         * @return the value; null if it is not set
         */
        public @Nullable Duration getLease() {
            return lease;
        }

        /**
         * Sets the length of the lease.
         *
         * @param value the value
         */
        public void setLease(@Nullable Duration value) {
            lease = value;
        }

        /**
         * Returns whether a host keeps a connection while it stands by.
         *
         * @return false unless set
         */
        public boolean isWarmStandby() {
            return warmStandby;
        }

        /**
         * Sets whether a host keeps a connection while it stands by.
         *
         * @param value the value
         */
        public void setWarmStandby(boolean value) {
            warmStandby = value;
        }
    }
}
