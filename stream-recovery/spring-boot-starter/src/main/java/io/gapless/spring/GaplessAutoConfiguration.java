package io.gapless.spring;

import io.gapless.recovery.GaplessStream;
import io.gapless.stream.StreamMetrics;
import io.gapless.stream.event.StreamListener;
import io.gapless.stream.post.DeadLetters;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/**
 * Gives an application a {@link GaplessStream}, which starts and ends with it. {@code gapless.enabled=false} turns it
 * off. An application with a {@code GaplessStream} bean of its own gets the lifecycle, the health indicator and the
 * metrics for that one.
 */
@AutoConfiguration(
        afterName = {
            "org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration",
            "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration"
        })
@ConditionalOnProperty(prefix = "gapless", name = "enabled", matchIfMissing = true)
@EnableConfigurationProperties(GaplessProperties.class)
public class GaplessAutoConfiguration {
    /** Created by Spring. */
    public GaplessAutoConfiguration() {}

    /**
     * Builds the stream. It is closed by its lifecycle, before the beans that its handler uses.
     *
     * @param properties the properties
     * @param beans finds the handler
     * @param listeners receive the events
     * @param deadLetters keeps dead letters
     * @param customizers change the builder
     * @return the stream
     */
    @Bean
    @ConditionalOnMissingBean
    GaplessStream gaplessStream(
            GaplessProperties properties,
            ConfigurableListableBeanFactory beans,
            ObjectProvider<StreamListener> listeners,
            ObjectProvider<DeadLetters> deadLetters,
            ObjectProvider<GaplessStreamCustomizer> customizers) {
        return new ConfiguredBuilder(properties)
                .build(
                        StreamHandler.of(beans),
                        listeners.orderedStream().toList(),
                        deadLetters.getIfAvailable(),
                        SharedDatabase.of(properties.getSharedState(), beans),
                        customizers.orderedStream().toList());
    }

    /**
     * Starts and ends the stream.
     *
     * @param stream the stream
     * @param properties the properties
     * @return the lifecycle
     */
    @Bean
    StreamLifecycle gaplessStreamLifecycle(GaplessStream stream, GaplessProperties properties) {
        return new StreamLifecycle(stream, properties.isAutoStartup(), properties.getDrain());
    }

    /** Publishes the stream's meters if the application has Micrometer. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(name = "io.micrometer.core.instrument.binder.MeterBinder")
    static class Metrics {
        @Bean
        @ConditionalOnMissingBean(StreamMetrics.class)
        MeterBinder gaplessMetrics(GaplessStream stream, GaplessProperties properties, Environment environment) {
            String application = environment.getProperty("spring.application.name", "application");
            String shared = properties.getSharedState().getName();
            String endpoint = properties.getEndpoint();
            Tags tags = Tags.of(
                    "stream", shared == null ? application : shared,
                    "endpoint", endpoint == null ? "filtered" : endpoint);
            return new StreamMetrics(stream::health, tags);
        }
    }

    /** Masks the secrets in the endpoints of the actuator, whatever these are set to show. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(name = "org.springframework.boot.actuate.endpoint.SanitizingFunction")
    static class Secrets {
        @Bean
        SanitizingFunction gaplessSanitizingFunction(GaplessProperties properties) {
            SecretValues secrets = SecretValues.of(properties);
            return data -> secrets.areIn(data.getValue()) ? data.withSanitizedValue() : data;
        }
    }

    /** Adds the health indicator of Spring Boot 3. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(name = "org.springframework.boot.actuate.health.HealthIndicator")
    @ConditionalOnProperty(prefix = "management.health.gapless", name = "enabled", matchIfMissing = true)
    static class HealthOfBoot3 {
        @Bean
        org.springframework.boot.actuate.health.HealthIndicator gaplessHealthIndicator(GaplessStream stream) {
            return () -> {
                StreamReport report = StreamReport.of(stream.health());
                return org.springframework.boot.actuate.health.Health.status(report.status())
                        .withDetails(report.details())
                        .build();
            };
        }
    }

    /** Adds the health indicator of Spring Boot 4, which has it in another package. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(name = "org.springframework.boot.health.contributor.HealthIndicator")
    @ConditionalOnProperty(prefix = "management.health.gapless", name = "enabled", matchIfMissing = true)
    static class HealthOfBoot4 {
        @Bean
        org.springframework.boot.health.contributor.HealthIndicator gaplessHealthIndicator(GaplessStream stream) {
            return () -> {
                StreamReport report = StreamReport.of(stream.health());
                return org.springframework.boot.health.contributor.Health.status(report.status())
                        .withDetails(report.details())
                        .build();
            };
        }
    }
}
