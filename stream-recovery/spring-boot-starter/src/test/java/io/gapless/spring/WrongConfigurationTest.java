package io.gapless.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.stream.post.BatchPostHandler;
import io.gapless.stream.post.Post;
import io.gapless.stream.post.PostHandler;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.core.io.support.SpringFactoriesLoader.FailureHandler;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** A configuration that cannot work ends the start with what is wrong and what to change. */
class WrongConfigurationTest {
    @TempDir
    Path state;

    @Configuration(proxyBeanMethods = false)
    static class OneHandler {
        @Bean
        PostHandler saves() {
            return post -> {};
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class TwoHandlers {
        @Bean
        PostHandler saves() {
            return post -> {};
        }

        @Bean
        BatchPostHandler counts() {
            return posts -> {};
        }
    }

    static class WrongListener {
        @PostListener
        void save(Post post, String name) {}
    }

    static class GoodListener {
        @PostListener
        void save(List<Post> posts) {}
    }

    @Configuration(proxyBeanMethods = false)
    static class TwoDatabases {
        @Bean
        DataSource orders() {
            return new DriverManagerDataSource("jdbc:none:orders");
        }

        @Bean
        DataSource stream() {
            return new DriverManagerDataSource("jdbc:none:stream");
        }
    }

    private static FailureAnalysis analysis(ApplicationContextRunner application) {
        FailureAnalysis[] found = new FailureAnalysis[1];
        application.run(context -> {
            assertThat(context).hasFailed();
            found[0] = new ConfigurationAnalyzer().analyze(context.getStartupFailure());
        });
        assertThat(found[0]).as("what is shown").isNotNull();
        return found[0];
    }

    @Test
    void bootKnowsTheAnalyzer() {
        assertThat(SpringFactoriesLoader.forDefaultResourceLocation()
                        .load(FailureAnalyzer.class, FailureHandler.handleMessage((message, cause) -> {})))
                .hasAtLeastOneElementOfType(ConfigurationAnalyzer.class);
    }

    @Test
    void withoutAHandlerItSaysHowToProvideOne() {
        FailureAnalysis analysis = analysis(Applications.complete(state));

        assertThat(analysis.getDescription()).isEqualTo("The stream has no handler, so no post could be handed over.");
        assertThat(analysis.getAction()).contains("PostHandler", "@PostListener", "gapless.enabled=false");
    }

    @Test
    void withSeveralHandlersItNamesThem() {
        FailureAnalysis analysis =
                analysis(Applications.complete(state).withUserConfiguration(TwoHandlers.class, GoodListener.class));

        assertThat(analysis.getDescription())
                .contains("3 handlers", "the bean 'saves'", "the bean 'counts'", "GoodListener.save");
        assertThat(analysis.getAction()).contains("Let it call the others.");
    }

    @Test
    void aListenerWithOtherParametersIsNamed() {
        FailureAnalysis analysis = analysis(Applications.complete(state).withUserConfiguration(WrongListener.class));

        assertThat(analysis.getDescription()).contains("one parameter", "WrongListener.save");
        assertThat(analysis.getAction()).contains("Change the parameters of");
    }

    @Test
    void withoutATokenItSaysWhereToSetOne() {
        FailureAnalysis analysis = analysis(Applications.bare()
                .withUserConfiguration(OneHandler.class)
                .withPropertyValues("gapless.state-directory=" + state));

        assertThat(analysis.getDescription()).isEqualTo("The stream has no token for X.");
        assertThat(analysis.getAction()).contains("gapless.bearer-token=${X_BEARER_TOKEN}", "gapless.api-key");
    }

    @Test
    void withoutAStateItSaysWhereToKeepIt() {
        FailureAnalysis analysis = analysis(Applications.bare()
                .withUserConfiguration(OneHandler.class)
                .withPropertyValues("gapless.bearer-token=" + Applications.TOKEN));

        assertThat(analysis.getDescription()).isEqualTo("The stream has no place for its state.");
        assertThat(analysis.getAction()).contains("gapless.state-directory", "gapless.shared-state.name");
    }

    @ParameterizedTest
    @CsvSource({
        "gapless.stall-timeout=1ms, gapless.stall-timeout, 100 ms",
        "gapless.connections=3, gapless.connections, between 1 and 2",
        "gapless.overlap=1h, gapless.overlap, 4 min",
        "gapless.inbox-max=1KB, gapless.inbox-max, 64 KiB",
        "gapless.rules.cats=cat (, gapless.rules, cats",
        "gapless.base-url=ftp://x, gapless.base-url, http",
        "gapless.endpoint=tweets, gapless.endpoint, sample10:1",
        "gapless.batch-max=0, gapless.batch-max, between 1 and"
    })
    void aRefusedValueNamesItsPropertyAndWhatIsAllowed(String property, String name, String allowed) {
        FailureAnalysis analysis = analysis(Applications.complete(state)
                .withUserConfiguration(GoodListener.class)
                .withPropertyValues(property));

        assertThat(analysis.getDescription()).contains(name).containsIgnoringCase(allowed);
        assertThat(analysis.getAction()).contains(name);
    }

    @Test
    void noMessageShowsARefusedToken() {
        FailureAnalysis analysis = analysis(Applications.complete(state)
                .withUserConfiguration(OneHandler.class)
                .withPropertyValues("gapless.bearer-token=Bearer " + Applications.TOKEN));

        assertThat(analysis.getDescription()).contains("gapless.bearer-token").doesNotContain(Applications.TOKEN);
    }

    @Test
    void twoKindsOfCredentialsAreRefused() {
        assertThat(analysis(Applications.complete(state)
                                .withUserConfiguration(OneHandler.class)
                                .withPropertyValues("gapless.api-key=k"))
                        .getAction())
                .contains("Remove gapless.bearer-token");
    }

    @Test
    void anUnknownPropertyIsNamed() {
        Applications.complete(state)
                .withUserConfiguration(OneHandler.class)
                .withPropertyValues("gapless.stall-timout=30s")
                .run(context -> assertThat(context.getStartupFailure())
                        .rootCause()
                        .hasMessageContaining("gapless.stall-timout"));
    }

    @Test
    void aSharedStateWithoutADatabaseSaysWhatToAdd() {
        FailureAnalysis analysis = analysis(Applications.bare()
                .withUserConfiguration(OneHandler.class)
                .withPropertyValues("gapless.bearer-token=" + Applications.TOKEN, "gapless.shared-state.name=cats"));

        assertThat(analysis.getDescription()).contains("no DataSource");
        assertThat(analysis.getAction()).contains("spring.datasource.url");
    }

    @Test
    void aSharedStateAmongSeveralDatabasesAsksForTheName() {
        FailureAnalysis analysis = analysis(Applications.bare()
                .withUserConfiguration(OneHandler.class, TwoDatabases.class)
                .withPropertyValues("gapless.bearer-token=" + Applications.TOKEN, "gapless.shared-state.name=cats"));

        assertThat(analysis.getDescription()).contains("orders", "stream");
        assertThat(analysis.getAction()).contains("gapless.shared-state.data-source");
    }

    @Test
    void aStateDirectoryThatIsAFileIsNamed(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("state"), "not a directory");

        FailureAnalysis analysis = analysis(Applications.complete(file).withUserConfiguration(OneHandler.class));

        assertThat(analysis.getDescription()).contains("The state of the stream cannot be used");
        assertThat(analysis.getAction()).contains(file.toString());
    }
}
