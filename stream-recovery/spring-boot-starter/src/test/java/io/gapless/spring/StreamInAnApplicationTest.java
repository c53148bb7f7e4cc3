package io.gapless.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.emulator.EmulatorExtension;
import io.gapless.emulator.SeenRequest;
import io.gapless.emulator.XEmulator;
import io.gapless.recovery.GaplessStream;
import io.gapless.stream.Health;
import io.gapless.stream.StreamMetrics;
import io.gapless.stream.event.StreamEvent;
import io.gapless.stream.event.StreamListener;
import io.gapless.stream.post.BatchPostHandler;
import io.gapless.stream.post.Post;
import io.gapless.stream.post.PostHandler;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.actuate.endpoint.SanitizableData;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.actuate.health.Status;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** What the starter gives an application, against an emulator. */
class StreamInAnApplicationTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final BlockingQueue<String> HANDLED = new LinkedBlockingQueue<>();
    private static final BlockingQueue<StreamEvent> EVENTS = new LinkedBlockingQueue<>();

    @RegisterExtension
    final EmulatorExtension x = EmulatorExtension.create();

    @TempDir
    Path state;

    @BeforeEach
    void empty() {
        HANDLED.clear();
        EVENTS.clear();
    }

    @Configuration(proxyBeanMethods = false)
    static class HandlerBean {
        @Bean
        PostHandler handler() {
            return post -> HANDLED.add("one " + post.text());
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class BatchBean {
        @Bean
        BatchPostHandler handler() {
            return posts -> posts.forEach(post -> HANDLED.add("batch " + post.text()));
        }
    }

    static class ListenerMethod {
        @PostListener
        void save(Post post) {
            HANDLED.add("method " + post.text());
        }
    }

    static class ListListenerMethod {
        private final GaplessStream stream;

        ListListenerMethod(GaplessStream stream) {
            this.stream = stream;
        }

        @PostListener
        public void save(List<Post> posts) {
            posts.forEach(post -> HANDLED.add((stream.health().received() > 0) + " " + post.text()));
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Listens {
        @Bean
        StreamListener listener() {
            return EVENTS::add;
        }
    }

    private void handles(Class<?> configuration, String expected) throws InterruptedException {
        Applications.of(x.emulator(), state)
                .withUserConfiguration(configuration)
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    assertThat(x.emulator().awaitConnectionsOpen(1, SOON)).isTrue();
                    x.publish("a cat");
                    assertThat(HANDLED.poll(SOON.toSeconds(), TimeUnit.SECONDS)).isEqualTo(expected);
                });
        // The other end of a socket hears of its end a moment later.
        assertThat(x.emulator().awaitConnectionsOpen(0, SOON)).isTrue();
    }

    @Test
    void aHandlerBeanReceivesPosts() throws InterruptedException {
        handles(HandlerBean.class, "one a cat");
    }

    @Test
    void aBatchHandlerBeanReceivesPosts() throws InterruptedException {
        handles(BatchBean.class, "batch a cat");
    }

    @Test
    void aListenerMethodReceivesPosts() throws InterruptedException {
        handles(ListenerMethod.class, "method a cat");
    }

    @Test
    void aListenerMethodForListsMayUseTheStreamItself() throws InterruptedException {
        handles(ListListenerMethod.class, "true a cat");
    }

    @Test
    void aPartitionOfALargerStreamIsReadWithoutRules() throws InterruptedException {
        Applications.withoutRules(x.emulator(), state)
                .withUserConfiguration(HandlerBean.class)
                .withPropertyValues("gapless.endpoint=sample10:2", "gapless.access=enterprise")
                .run(context -> {
                    assertThat(x.emulator().awaitConnectionsOpen(1, SOON)).isTrue();
                    assertThat(x.emulator().requests())
                            .extracting(SeenRequest::path)
                            .containsOnly("/2/tweets/sample10/stream");
                    assertThat(x.emulator().requests())
                            .allSatisfy(request -> assertThat(request.query()).containsEntry("partition", "2"));
                });
        assertThat(x.emulator().awaitConnectionsOpen(0, SOON)).isTrue();
    }

    @Test
    void theRulesOfThePropertiesAreOnX() {
        Applications.of(x.emulator(), state)
                .withUserConfiguration(HandlerBean.class)
                .withPropertyValues("gapless.rules-owner=shop")
                .run(context -> {
                    assertThat(x.emulator().awaitConnectionsOpen(1, SOON)).isTrue();
                    assertThat(context.getBean(GaplessStream.class)
                                    .rules()
                                    .list()
                                    .toString())
                            .contains("shop:cats");
                });
    }

    @Test
    void listenersReceiveEvents() {
        Applications.of(x.emulator(), state)
                .withUserConfiguration(HandlerBean.class, Listens.class)
                .run(context -> assertThat(EVENTS.poll(SOON.toSeconds(), TimeUnit.SECONDS))
                        .isNotNull());
    }

    @Test
    void aCustomizerHasTheLastWord() {
        Applications.complete(state)
                .withUserConfiguration(HandlerBean.class)
                .withBean(
                        GaplessStreamCustomizer.class,
                        () -> builder -> builder.baseUrl(x.emulator().baseUri())
                                .bearerToken(x.emulator().bearerToken()))
                .withPropertyValues("gapless.auto-startup=true", "gapless.rules.cats=cat")
                .run(context ->
                        assertThat(x.emulator().awaitConnectionsOpen(1, SOON)).isTrue());
    }

    @Test
    void disabledThereIsNoStream() {
        Applications.bare()
                .withPropertyValues("gapless.enabled=false")
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(GaplessStream.class));
    }

    @Test
    void closingTheApplicationDrainsTheHandler() {
        CountDownLatch began = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Applications.of(x.emulator(), state)
                .withBean(PostHandler.class, () -> post -> {
                    began.countDown();
                    goOn.await();
                    HANDLED.add(post.text());
                })
                .run(context -> {
                    assertThat(x.emulator().awaitConnectionsOpen(1, SOON)).isTrue();
                    x.publish("a cat");
                    assertThat(began.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
                    // Closing a stream first closes its connection; only then does the handler return.
                    new Thread(() -> {
                                awaitNoConnection(x.emulator());
                                goOn.countDown();
                            })
                            .start();
                });

        assertThat(HANDLED).containsExactly("a cat");
    }

    private static void awaitNoConnection(XEmulator x) {
        try {
            x.awaitConnectionsOpen(0, SOON);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void theJvmRunsAsLongAsTheStream() {
        Applications.of(x.emulator(), state)
                .withUserConfiguration(HandlerBean.class)
                .run(context -> assertThat(keepsRunning()).isTrue());

        assertThat(keepsRunning()).isFalse();
    }

    private static boolean keepsRunning() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("gapless-keep-alive"))
                .peek(thread -> assertThat(thread.isDaemon()).isFalse())
                .anyMatch(StreamInAnApplicationTest::goesOn);
    }

    /** Waits for a thread that is about to end. */
    private static boolean goesOn(Thread thread) {
        try {
            thread.join(500);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return thread.isAlive();
    }

    @Test
    void theHealthIndicatorFollowsTheStream() {
        Applications.of(x.emulator(), state)
                .withUserConfiguration(HandlerBean.class)
                .run(context -> {
                    assertThat(x.emulator().awaitConnectionsOpen(1, SOON)).isTrue();
                    GaplessStream stream = context.getBean(GaplessStream.class);
                    assertThat(stream.awaitGaps(SOON)).isTrue();
                    HealthIndicator indicator = context.getBean(HealthIndicator.class);
                    assertThat(indicator.health().getStatus()).isEqualTo(Status.UP);
                    assertThat(indicator.health().getDetails()).containsEntry("state", "LIVE");

                    stream.close();

                    assertThat(indicator.health().getStatus()).isEqualTo(Status.DOWN);
                    assertThat(stream.health().state()).isEqualTo(Health.State.CLOSED);
                });
    }

    @Test
    void theMetersAreThoseOfStreamMetrics() {
        Applications.complete(state).withUserConfiguration(HandlerBean.class).run(context -> {
            SimpleMeterRegistry registry = new SimpleMeterRegistry();
            context.getBean(MeterBinder.class).bindTo(registry);

            assertThat(registry.get("gapless.connections.live").gauge().value()).isZero();
            assertThat(registry.get("gapless.posts.handled").functionCounter().count())
                    .isZero();
        });
    }

    private static void assertEachMeterHas(Tags tags, ApplicationContextRunner application) {
        application.withUserConfiguration(HandlerBean.class).run(context -> {
            SimpleMeterRegistry registry = new SimpleMeterRegistry();
            context.getBean(MeterBinder.class).bindTo(registry);

            assertThat(registry.getMeters()).isNotEmpty().allMatch(meter -> meter.getId()
                    .getTags()
                    .containsAll(tags.stream().toList()));
        });
    }

    @Test
    void eachMeterHasTheNameOfTheApplicationAndOfTheStreamOfX() {
        assertEachMeterHas(Tags.of("stream", "application", "endpoint", "filtered"), Applications.complete(state));
        assertEachMeterHas(
                Tags.of("stream", "cats", "endpoint", "sample10:2"),
                Applications.complete(state)
                        .withPropertyValues(
                                "spring.application.name=cats",
                                "gapless.endpoint=sample10:2",
                                "gapless.access=enterprise"));
    }

    @Test
    void eachMeterHasTheNameOfTheSharedState() {
        assertEachMeterHas(
                Tags.of("stream", "shop", "endpoint", "filtered"),
                Applications.bare()
                        .withBean(
                                DataSource.class, () -> new DriverManagerDataSource("jdbc:postgresql://127.0.0.1:1/x"))
                        .withPropertyValues(
                                "gapless.bearer-token=" + Applications.TOKEN,
                                "gapless.auto-startup=false",
                                "gapless.shared-state.name=shop",
                                "spring.application.name=cats"));
    }

    @Test
    void metersOfTheApplicationsOwnReplaceThoseOfTheStarter() {
        Applications.complete(state)
                .withUserConfiguration(HandlerBean.class)
                .withBean(
                        StreamMetrics.class,
                        () -> new StreamMetrics(() -> {
                            throw new AssertionError("nothing is read here");
                        }))
                .run(context -> assertThat(context).hasSingleBean(MeterBinder.class));
    }

    @Test
    void theTokenIsMaskedWhereverItStands() {
        Applications.complete(state).withUserConfiguration(HandlerBean.class).run(context -> {
            SanitizingFunction masks = context.getBean(SanitizingFunction.class);
            for (String name : List.of("gapless.bearer-token", "GAPLESS_BEARERTOKEN", "X_BEARER_TOKEN")) {
                SanitizableData data = new SanitizableData(null, name, Applications.TOKEN);
                assertThat(masks.apply(data).getValue()).isEqualTo(SanitizableData.SANITIZED_VALUE);
            }
            SanitizableData other = new SanitizableData(null, "gapless.base-url", "https://api.x.com");
            assertThat(masks.apply(other).getValue()).isEqualTo("https://api.x.com");
            assertThat(context.getBean(GaplessProperties.class).toString()).doesNotContain(Applications.TOKEN);
        });
    }
}
