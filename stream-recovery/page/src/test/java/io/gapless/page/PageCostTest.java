package io.gapless.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.emulator.AccessLevel;
import io.gapless.emulator.XEmulator;
import io.gapless.recovery.Access;
import io.gapless.recovery.GaplessStream;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Measures what the page costs at 1,000 posts per second with ten browsers: the CPU time of its own threads, and what it adds
 * to the handler. {@code -Dpage.cost=true} runs it.
 */
@EnabledIfSystemProperty(named = "page.cost", matches = "true")
class PageCostTest {
    private static final int VIEWERS = 10;
    private static final int POSTS_PER_SECOND = 1_000;
    private static final Duration WARM_UP = Duration.ofSeconds(15);
    private static final Duration MEASURED = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    @Test
    void tenBrowsersAtAThousandPostsASecond() throws Exception {
        try (XEmulator x = XEmulator.builder()
                        .access(AccessLevel.ENTERPRISE)
                        .rate(POSTS_PER_SECOND)
                        .topics("cat")
                        .rule("cats", "cat")
                        .withoutRateLimits()
                        .start();
                GaplessPage page = GaplessPage.builder().port(0).start();
                GaplessStream stream = GaplessStream.builder()
                        .baseUrl(x.baseUri())
                        .bearerToken(x.bearerToken())
                        .stateDirectory(directory)
                        .access(Access.ENTERPRISE)
                        .handler(page.watching(post -> {}))
                        .onEvent(page)
                        .build()) {
            page.show(stream);
            stream.start();
            List<InputStream> viewers = new ArrayList<>();
            for (int i = 0; i < VIEWERS; i++) viewers.add(watch(page));
            TimeUnit.MILLISECONDS.sleep(WARM_UP.toMillis());
            Map<Long, Long> before = cpu();
            long handled = stream.health().handled();
            long beganNanos = System.nanoTime();
            TimeUnit.MILLISECONDS.sleep(MEASURED.toMillis());
            Map<Long, Long> after = cpu();
            double seconds = (System.nanoTime() - beganNanos) / 1e9;
            double rate = (stream.health().handled() - handled) / seconds;
            long usedNanos = 0;
            for (Map.Entry<Long, Long> thread : after.entrySet())
                usedNanos += thread.getValue() - before.getOrDefault(thread.getKey(), 0L);
            double share = usedNanos / seconds / 1e9 * 100;
            for (InputStream viewer : viewers) viewer.close();

            System.out.printf(
                    Locale.ROOT,
                    "The page's threads took %.2f %% of a core at %.0f posts/s with %d browsers.%n",
                    share,
                    rate,
                    VIEWERS);
            assertThat(rate).isGreaterThan(POSTS_PER_SECOND * 0.9);
            assertThat(share).isLessThan(5);
        }
    }

    private static InputStream watch(GaplessPage page) throws Exception {
        InputStream body = HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(page.uri().resolve("/events")).build(), BodyHandlers.ofInputStream())
                .body();
        Thread reader = new Thread(
                () -> {
                    try (body) {
                        byte[] buffer = new byte[8_192];
                        while (body.read(buffer) >= 0) Thread.onSpinWait();
                    } catch (java.io.IOException e) {
                        // The measurement is over.
                    }
                },
                "viewer");
        reader.setDaemon(true);
        reader.start();
        return body;
    }

    /** Returns the CPU time of the threads of the page, by thread. */
    private static Map<Long, Long> cpu() {
        var threads = ManagementFactory.getThreadMXBean();
        Map<Long, Long> nanos = new HashMap<>();
        for (var thread : threads.getThreadInfo(threads.getAllThreadIds())) {
            if (thread == null) continue;
            String name = thread.getThreadName();
            if (name.startsWith("gapless-page") || name.equals("HTTP-Dispatcher"))
                nanos.put(thread.getThreadId(), Math.max(0, threads.getThreadCpuTime(thread.getThreadId())));
        }
        return nanos;
    }
}
