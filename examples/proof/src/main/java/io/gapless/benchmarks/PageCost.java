package io.gapless.benchmarks;

import io.gapless.emulator.AccessLevel;
import io.gapless.emulator.XEmulator;
import io.gapless.page.GaplessPage;
import io.gapless.receiver.Scratch;
import io.gapless.recovery.Access;
import io.gapless.recovery.GaplessStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Measures the CPU time of the live page's own threads while browsers watch a busy stream. */
final class PageCost implements Study {
    private static final int VIEWERS = 10;
    private static final int POSTS_PER_SECOND = 1_000;
    private static final long WARM_UP_MILLIS = 15_000;
    private static final long MEASURED_MILLIS = 30_000;
    private static final double CORE_PERCENT_MAX = 5;

    private static final String CORE_PERCENT = "% of a core";

    @Override
    public Chapter run(Effort effort) throws IOException, InterruptedException {
        Rounds rounds = new Rounds();
        for (int round = 0; round < effort.rounds(); round++) rounds.add(measure(effort));
        Table table = Table.begin("Ten browsers", "");
        rounds.putInto(table, "the threads of the page");
        return new Chapter(
                "page",
                "What does the live page cost?",
                "A stream of 1,000 posts/s from an emulator in the same process, and ten connections that read the"
                        + " events of its page. The CPU time is that of the page's own threads.",
                List.of(table),
                List.of(),
                List.of(
                        Bound.atLeast("posts/s meanwhile", rounds.median(Meter.RATE), POSTS_PER_SECOND * 0.9),
                        Bound.atMost("% of a core for the page", rounds.median(CORE_PERCENT), CORE_PERCENT_MAX)));
    }

    private static Map<String, Double> measure(Effort effort) throws IOException, InterruptedException {
        List<Thread> viewers = new ArrayList<>();
        try (Scratch scratch = Scratch.make();
                XEmulator x = XEmulator.builder()
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
                        .stateDirectory(scratch.directory("state"))
                        .access(Access.ENTERPRISE)
                        .handler(page.watching(post -> {}))
                        .onEvent(page)
                        .build()) {
            page.show(stream);
            stream.start();
            for (int i = 0; i < VIEWERS; i++) viewers.add(watch(page));
            TimeUnit.MILLISECONDS.sleep(effort.of(WARM_UP_MILLIS));
            Map<Long, Long> before = cpuNanosOfPage();
            long handled = stream.health().handled();
            long beganNanos = System.nanoTime();
            TimeUnit.MILLISECONDS.sleep(effort.of(MEASURED_MILLIS));
            long usedNanos = 0;
            for (Map.Entry<Long, Long> thread : cpuNanosOfPage().entrySet()) {
                usedNanos += thread.getValue() - before.getOrDefault(thread.getKey(), 0L);
            }
            double nanos = System.nanoTime() - beganNanos;
            return Map.of(
                    Meter.RATE,
                    (stream.health().handled() - handled) * 1e9 / nanos,
                    CORE_PERCENT,
                    usedNanos / nanos * 100);
        } finally {
            for (Thread viewer : viewers) viewer.join();
        }
    }

    /** Reads the events of the page, as a browser does, until the page is closed. */
    private static Thread watch(GaplessPage page) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(page.uri().resolve("/events")).build();
        InputStream events = HttpClient.newHttpClient()
                .send(request, BodyHandlers.ofInputStream())
                .body();
        Thread viewer = new Thread(
                () -> {
                    try (events) {
                        events.transferTo(OutputStream.nullOutputStream());
                    } catch (IOException e) {
                        // The page was closed.
                    }
                },
                "viewer");
        viewer.start();
        return viewer;
    }

    /** Returns the CPU time that each thread of the page has used, by the id of the thread. */
    private static Map<Long, Long> cpuNanosOfPage() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        Map<Long, Long> nanos = new HashMap<>();
        for (ThreadInfo thread : threads.getThreadInfo(threads.getAllThreadIds())) {
            if (thread == null) continue;
            String name = thread.getThreadName();
            if (!name.startsWith("gapless-page") && !name.equals("HTTP-Dispatcher")) continue;
            nanos.put(thread.getThreadId(), Math.max(0, threads.getThreadCpuTime(thread.getThreadId())));
        }
        return nanos;
    }
}
