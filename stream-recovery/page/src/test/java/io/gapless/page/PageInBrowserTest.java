package io.gapless.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.gapless.emulator.AccessLevel;
import io.gapless.emulator.Fault;
import io.gapless.emulator.Misbehaviour;
import io.gapless.emulator.XEmulator;
import io.gapless.recovery.Access;
import io.gapless.recovery.GaplessStream;
import io.gapless.recovery.GaplessStream.LedgerPage;
import io.gapless.recovery.outbox.OutboxRecord;
import io.gapless.recovery.outbox.RecordEncoders;
import io.gapless.recovery.outbox.Sender;
import io.gapless.stream.event.StreamListener;
import io.gapless.stream.rules.RuleSet;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The page in a real browser, with a real stream behind it. {@code -Dpictures=true} writes the pictures of the documents to
 * {@code docs/images}.
 */
@Timeout(120)
class PageInBrowserTest {
    private static final Path PICTURES = Path.of("../../docs/images");
    private static final String HOSTILE = "cat <img src=x onerror=alert(1)><script>alert(2)</script> & \"quotes\"";

    private static Chromium browser;

    @TempDir
    Path directory;

    private XEmulator x;
    private GaplessPage page;
    private GaplessStream stream;
    private final LedgerOfADay ledger = new LedgerOfADay(Instant.now());
    private volatile Supplier<LedgerPage> shownLedger = ledger::closed;

    @BeforeAll
    static void startBrowser() throws Exception {
        browser = Chromium.start();
    }

    @AfterAll
    static void closeBrowser() throws Exception {
        if (browser != null) browser.close();
    }

    @BeforeEach
    void startStream() throws Exception {
        x = XEmulator.builder()
                .access(AccessLevel.ENTERPRISE)
                .rate(160)
                .lag(Duration.ofMillis(120))
                .withoutRateLimits()
                .start();
        GaplessPage.Builder builder = GaplessPage.builder().port(0).title("cats");
        for (Misbehaviour fault : List.of(Misbehaviour.EOF, Misbehaviour.RESET, Misbehaviour.HALF_OPEN))
            builder.button("The connection ends", fault.name(), () -> x.inject(fault));
        for (Misbehaviour fault : List.of(Misbehaviour.STATUS_503_HTML, Misbehaviour.CREDITS_DEPLETED_402))
            builder.button("The next request fails", fault.name(), () -> x.inject(fault));
        page = builder.start();
        stream = GaplessStream.builder()
                .baseUrl(x.baseUri())
                .bearerToken(x.bearerToken())
                .stateDirectory(directory)
                .access(Access.ENTERPRISE)
                .connections(2)
                .rules(RuleSet.of("cats", "cat -is:retweet").and("sleep", "(cat OR kitten) sleeping lang:en"))
                .handler(page.watching(post -> {}))
                .onEvent(page)
                .build();
        page.show(stream::health, since -> shownLedger.get());
        browser.forgetTroubles();
        browser.colours("light");
        browser.size(1280, 900);
    }

    @AfterEach
    void stop() throws Exception {
        if (stream != null) stream.close();
        if (page != null) page.close();
        if (x != null) x.close();
    }

    private void openLive() throws Exception {
        stream.start();
        browser.open(page.uri());
        browser.await("known.stream.live > 0");
        browser.await("document.querySelectorAll('#rate-chart polygon').length > 0");
    }

    @Test
    void aHealthyStreamIsShownWithItsConnectionsPostsAndLedger() throws Exception {
        openLive();
        x.publish(HOSTILE);

        browser.await("document.getElementById('condition-word').textContent === 'Healthy'");
        browser.await("document.querySelectorAll('#ledger tr').length === 6");
        assertThat(text("ledger"))
                .contains("complete", "complete, unproven", "doubtful", "partial", "covered")
                .contains("in doubt");
        browser.await("document.querySelectorAll('#lanes .part-UP').length > 0");
        assertThat(text("rules")).contains("cat -is:retweet");
        assertThat(text("figure-lost")).isEqualTo("0");
        assertThat(browser.troubles()).isEmpty();
    }

    @Test
    void thePageShowsTheStreamAndCanBeUsedWithinASecond() throws Exception {
        openLive();
        long leastMillis = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            browser.open(page.uri());
            browser.await("document.body.dataset.shown === 'true'");
            // The question may come a moment after the first frame was shown.
            long millis = browser.eval("Math.round(performance.now())").asLong();
            System.out.println("The page showed the stream and could be used within " + millis + " ms");
            leastMillis = Math.min(leastMillis, millis);
        }
        OperatingSystemMXBean machine = ManagementFactory.getOperatingSystemMXBean();
        if (machine.getSystemLoadAverage() <= machine.getAvailableProcessors())
            assertThat(leastMillis).isLessThan(1_000);
    }

    @Test
    void aPostsTextIsTextAndRunsNothing() throws Exception {
        openLive();
        browser.await("document.querySelectorAll('#posts li').length > 0");
        browser.eval("show({ posts: [{ id: '1', origin: 'LIVE', createdAt: Date.now(), text: " + quoted(HOSTILE)
                + ", rules: [" + quoted("<b>tag</b>") + "] }], events: [{ at: Date.now(), level: 'ERROR', words: "
                + quoted("<script>alert(3)</script>") + " }], rules: [{ tag: '<i>', value: " + quoted("<u>")
                + " }], ruleCount: 1 })");

        assertThat(browser.eval("[...document.querySelectorAll('#posts .text')].map(one => one.textContent)")
                        .get(0)
                        .asText())
                .isEqualTo(HOSTILE);
        assertThat(browser.eval(
                                "document.querySelectorAll('main img, main script, #posts b, #rules i, #rules u').length")
                        .asInt())
                .isZero();
        assertThat(browser.troubles()).isEmpty();
    }

    @Test
    void thePolicyStopsMarkupEvenIfThePageMadeSome() throws Exception {
        openLive();

        String outcome = browser.eval(
                        "(() => { try { document.getElementById('why').innerHTML = '<img src=x>'; return 'set'; }"
                                + " catch (error) { return error.name; } })()")
                .asText();
        String evaluated = browser.eval(
                        "(() => { try { const s = document.createElement('script'); s.textContent = 'window.ran = 1';"
                                + " document.head.append(s); } catch (error) { return 'refused'; } return String(window.ran); })()")
                .asText();

        assertThat(outcome).isEqualTo("TypeError");
        assertThat(evaluated).isIn("refused", "undefined");
    }

    @Test
    void nothingIsCutOffAndAxeFindsNothing() throws Exception {
        shownLedger = ledger::withOpenGaps;
        openLive();
        browser.await("document.querySelectorAll('#gaps .gap').length === 2");
        assertThat(Axe.problems(browser, Axe.WIDTHS)).isEmpty();
    }

    /** Looks at the page in a state, with axe, and takes its pictures for the documents. */
    private static void look(String name) throws Exception {
        assertThat(Axe.problems(browser, 360)).as(name).isEmpty();
        if (Boolean.getBoolean("pictures")) pictures(name);
    }

    @Test
    void aStreamThatIsNotStartedSaysSo() throws Exception {
        browser.open(page.uri());

        browser.await("document.body.dataset.condition === 'STALE'");
        assertThat(text("why")).contains("has not been started");
        look("page-not-started");
    }

    @Test
    void aSenderAloneIsShownWithWhatItHasSent() throws Exception {
        HttpServer receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        receiver.start();
        try (GaplessPage other = GaplessPage.builder().port(0).title("prices").start();
                Sender sender = Sender.builder()
                        .to(URI.create(
                                "http://127.0.0.1:" + receiver.getAddress().getPort()))
                        .stateDirectory(directory.resolve("prices"))
                        .encoder(RecordEncoders.json())
                        .build()) {
            other.show(sender);
            sender.start();
            sender.onRecords(List.of(
                    new OutboxRecord("a", Instant.now(), Map.of("price", 3)),
                    new OutboxRecord("b", Instant.now(), Map.of("price", 5))));
            sender.sendOnce().get(20, TimeUnit.SECONDS);
            browser.open(other.uri());

            browser.await("document.body.dataset.condition === 'HEALTHY'");
            assertThat(text("why")).contains("This program sends records on. It has no stream.");
            assertThat(text("tiles")).contains("0 records wait").doesNotContain("quarantine");
            assertThat(browser.eval("document.getElementById('ledger').checkVisibility()")
                            .asBoolean())
                    .isFalse();
            look("page-sender");
        } finally {
            receiver.stop(0);
        }
    }

    @Test
    void everythingThatCanBePressedIsReachedByTheKeyboardInOrder() throws Exception {
        openLive();
        browser.eval("document.activeElement.blur()");
        StringBuilder reached = new StringBuilder();
        for (int i = 0; i < 16; i++) {
            browser.press("Tab");
            reached.append(browser.eval(
                            "(() => { const e = document.activeElement; return (e.textContent.length < 40 ? e.textContent.trim() : e.className || e.id) + '|'; })()")
                    .asText());
        }

        assertThat(reached.toString())
                .startsWith(
                        "Skip to the content|The connection ends3 buttons|EOF|RESET|HALF_OPEN|The next request fails2 buttons|")
                .contains("scroll|", "events|", "rules-scroll|", "Metrics|", "Health|", "Ready|");
    }

    @Test
    void aButtonPressedByTheKeyboardBreaksTheConnectionAndThePageShowsTheGap() throws Exception {
        openLive();
        shownLedger = () -> stream.ledger(Instant.EPOCH, 100);
        browser.eval("document.querySelector('#break button').focus()");
        browser.press("Enter");

        browser.await("document.getElementById('pressed').textContent === 'EOF: done.'");
        browser.await("document.body.dataset.condition === 'DEGRADED'");
        browser.await("document.querySelectorAll('#endings time').length > 0");
        browser.await("document.querySelectorAll('#gaps .step').length > 0");
        assertThat(text("endings")).contains("X closed the connection");
    }

    @Test
    void aParkedStreamSaysWhyAndWhenItTriesAgain() throws Exception {
        shownLedger = () -> stream.ledger(Instant.EPOCH, 100);
        openLive();
        park();

        browser.await("document.body.dataset.condition === 'PARKED'");
        assertThat(text("why")).contains("X allows nothing for now");
        browser.await("document.getElementById('tiles').textContent.includes('Next connect at')");
        look("page-parked");
    }

    private void park() {
        x.inject(Fault.of(Misbehaviour.CREDITS_DEPLETED_402).times(100));
        x.inject(Misbehaviour.EOF);
    }

    @Test
    void aProcessThatStandsBySaysThatAnotherOneHoldsTheStream() throws Exception {
        try (EmbeddedPostgres database = postgres();
                GaplessStream holder = shared(database, event -> {});
                GaplessPage other =
                        GaplessPage.builder().port(0).title("cats, second host").start();
                GaplessStream standby = shared(database, other)) {
            holder.start();
            await(() -> holder.term() > 0);
            other.show(standby);
            standby.start();
            browser.open(other.uri());

            browser.await("document.body.dataset.condition === 'STANDING_BY'");
            assertThat(text("why")).contains("Another process holds the stream");
            assertThat(text("tiles")).contains("Shared state");
            look("page-standing-by");
        }
    }

    private GaplessStream shared(EmbeddedPostgres database, StreamListener listener) {
        return GaplessStream.builder()
                .baseUrl(x.baseUri())
                .bearerToken(x.bearerToken())
                .sharedState(database.getPostgresDatabase(), "cats")
                .access(Access.ENTERPRISE)
                .handler(post -> {})
                .onEvent(listener)
                .build();
    }

    private static EmbeddedPostgres postgres() {
        try {
            return EmbeddedPostgres.start();
        } catch (IOException | RuntimeException e) {
            return Assumptions.abort("no PostgreSQL starts on this machine: " + e);
        }
    }

    private static void await(BooleanSupplier condition) {
        long untilNanos = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean() && System.nanoTime() < untilNanos) Thread.onSpinWait();
        assertThat(condition.getAsBoolean()).isTrue();
    }

    @Test
    void whenTheProgramEndsThePageSaysSo() throws Exception {
        openLive();
        page.close();

        browser.await("document.getElementById('beat').dataset.live === 'false'");
        assertThat(text("beat-words")).startsWith("No news from the program");
        assertThat(text("condition-word")).isEqualTo("Unknown");
        look("page-no-news");
    }

    @Test
    void theDocumentsHaveTheirPictures() throws Exception {
        Assumptions.assumeTrue(Boolean.getBoolean("pictures"), "-Dpictures=true writes them");
        openLive();
        browser.await("known.past.length > 24");
        browser.await("document.body.dataset.condition === 'HEALTHY'");
        pictures("page-healthy");
        picture("page-phone", "light", 360);
        shownLedger = ledger::withOpenGaps;
        x.inject(Misbehaviour.RESET);
        browser.await("document.querySelectorAll('#gaps .gap').length === 2");
        browser.await("document.body.dataset.condition === 'DEGRADED'");
        browser.await("known.past.length > 40");
        pictures("page-degraded");
    }

    private static void pictures(String name) throws Exception {
        picture(name, "light", 1280);
        picture(name + "-dark", "dark", 1280);
    }

    private static void picture(String name, String colours, int width) throws Exception {
        browser.colours(colours);
        browser.size(width, 900);
        // The charts are drawn again for the new width.
        browser.await(
                "document.querySelector('#rate-chart svg') === null || document.querySelector('#rate-chart svg').viewBox.baseVal.width"
                        + " === Math.max(240, document.getElementById('rate-chart').clientWidth)");
        browser.picture(PICTURES.resolve(name + ".png"));
    }

    private static String text(String id) throws Exception {
        return browser.eval("document.getElementById('" + id + "').textContent").asText();
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("</", "<\\/") + '"';
    }
}
