package io.gapless.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.emulator.EmulatorExtension;
import io.gapless.stream.post.PostHandler;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** How much longer an application takes to start because of the stream. */
class StartUpTest {
    private static final Duration ALLOWED = Duration.ofSeconds(2);

    @RegisterExtension
    final EmulatorExtension x = EmulatorExtension.create();

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration(exclude = DataSourceAutoConfiguration.class)
    static class Application {
        @Bean
        PostHandler handler() {
            return post -> {};
        }
    }

    private static Duration start(String... properties) {
        long beganNanos = System.nanoTime();
        try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class)
                .web(WebApplicationType.NONE)
                .properties(properties)
                .properties("spring.main.banner-mode=off")
                .registerShutdownHook(false)
                .run()) {
            assertThat(context.isRunning()).isTrue();
            return Duration.ofNanos(System.nanoTime() - beganNanos);
        }
    }

    @Test
    void theContextIsUpInTwoSecondsBesideBootsOwn(@TempDir Path state) {
        Duration first = start("gapless.enabled=false");
        Duration without = start("gapless.enabled=false");
        Duration with = start(
                "gapless.bearer-token=" + x.emulator().bearerToken(),
                "gapless.base-url=" + x.emulator().baseUri(),
                "gapless.rules.cats=cat",
                "gapless.state-directory=" + state);

        Duration more = with.minus(without);
        System.out.printf(
                "The context is up in %d ms with a stream, and in %d ms without (%d ms the first time): %d ms more.%n",
                with.toMillis(), without.toMillis(), first.toMillis(), more.toMillis());
        assertThat(more).isLessThan(ALLOWED);
    }
}
