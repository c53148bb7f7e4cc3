package io.gapless.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.recovery.ledger.DoubtfulSpan;
import io.gapless.recovery.ledger.DoubtfulSpan.Doubt;
import io.gapless.recovery.ledger.Gap;
import io.gapless.recovery.ledger.Gap.StepRun;
import io.gapless.recovery.ledger.Gap.Verdict;
import io.gapless.recovery.ledger.LostSpan;
import io.gapless.recovery.ledger.RecoveryMethod;
import io.gapless.recovery.ledger.RecoveryPlan.Step;
import io.gapless.recovery.ledger.Span;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;

class GapsPictureTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final Path PICTURE = Path.of("../../../docs/images/gaps.svg");

    private static Gap gap(long id, String cause, Verdict verdict) {
        Instant from = NOON.minusSeconds(id * 3_600);
        Span span = new Span(from, from.plusSeconds(200));
        Span half = new Span(from, from.plusSeconds(100));
        Step step = new Step(RecoveryMethod.BACKFILL, half, from);
        return Gap.of(id, span, cause, from.plusSeconds(60), from.plusSeconds(85))
                .reconnectedAt(Optional.of(from.plusSeconds(140)))
                .steps(List.of(StepRun.of(step).withPass(120, 3).with(StepRun.State.DONE, "")))
                .lost(List.of(new LostSpan(new Span(half.until(), span.until()), "the window has passed")))
                .verdict(verdict)
                .closedAt(Optional.of(span.until()))
                .build();
    }

    /** A week with a gap of each kind, newest first. */
    private static List<Gap> week() {
        Span http503 = span(1_500, 360);
        Span noCredits = span(2_900, 32_400);
        return List.of(
                weekly(6, span(3, 4), "network error (RESET): the connection was reset", Verdict.OPEN)
                        .steps(List.of(run(span(3, 4), RecoveryMethod.BACKFILL, StepRun.State.RUNNING, 12)))
                        .build(),
                recovered(
                        5,
                        span(110, 31),
                        "no data arrived for 25 s, not even a keep-alive",
                        RecoveryMethod.BACKFILL,
                        644),
                recovered(
                        4,
                        span(430, 25_200),
                        "network error (CONNECT): the connection was refused",
                        RecoveryMethod.RECOVERY_JOB,
                        16_195),
                weekly(3, http503, "HTTP 503", Verdict.DOUBTFUL)
                        .steps(List.of(run(http503, RecoveryMethod.SEARCH, StepRun.State.DONE, 1_204)))
                        .doubtful(List.of(new DoubtfulSpan(
                                http503, Doubt.SEARCH_LIMITS, "search returns no retweets for words of a rule")))
                        .build(),
                weekly(2, noCredits, "HTTP 402: the account has no credits", Verdict.PARTIAL)
                        .steps(List.of(run(noCredits, RecoveryMethod.SEARCH, StepRun.State.DONE, 2_000)))
                        .lost(List.of(new LostSpan(
                                new Span(noCredits.from().plusSeconds(7_200), noCredits.until()),
                                "the spending limit of 2,000 posts is reached; about 5,300 posts would cost $26.50")))
                        .build(),
                weekly(1, span(9_800, 2), "closed by this program: the stream was closed", Verdict.COVERED)
                        .build());
    }

    private static Gap recovered(long id, Span span, String cause, RecoveryMethod method, long fresh) {
        return weekly(id, span, cause, Verdict.COMPLETE)
                .steps(List.of(run(span, method, StepRun.State.DONE, fresh)))
                .build();
    }

    /** The span of a gap: the outage, and a minute on each side. */
    private static Span span(long minutesAgo, long outageSeconds) {
        Instant from = NOON.minusSeconds(minutesAgo * 60);
        return new Span(from.minusSeconds(60), from.plusSeconds(outageSeconds + 60));
    }

    private static Gap.Builder weekly(long id, Span span, String cause, Verdict verdict) {
        Instant last = span.from().plusSeconds(60);
        Gap.Builder gap = Gap.of(id, span, cause, last, last.plusSeconds(1))
                .reconnectedAt(Optional.of(span.until().minusSeconds(60)))
                .verdict(verdict);
        return verdict == Verdict.OPEN ? gap : gap.closedAt(Optional.of(span.until()));
    }

    private static StepRun run(Span span, RecoveryMethod method, StepRun.State state, long fresh) {
        return StepRun.of(new Step(method, span, NOON))
                .withPass(fresh, fresh / 40)
                .with(state, "");
    }

    @Test
    void thePictureOfTheDocumentIsTheOneThatIsDrawnNow() throws Exception {
        String svg = GapsPicture.of(week(), NOON);

        if (Boolean.getBoolean("pictures")) Files.writeString(PICTURE, svg);
        assertThat(PICTURE)
                .as("mvn test -pl examples/tools/cli -am -Dtest=GapsPictureTest -Dpictures=true"
                        + " -Dsurefire.failIfNoSpecifiedTests=false draws it")
                .hasContent(svg);
    }

    private static Document parsed(String svg) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void aGapIsARowWithItsStepsAndItsLostSpanToScale() throws Exception {
        Document svg = parsed(GapsPicture.of(List.of(gap(1, "stalled", Verdict.PARTIAL)), NOON));

        assertThat(svg.getDocumentElement().getTextContent())
                .contains(
                        "Gap 1",
                        "2026-03-01T11:01:00Z, 1 min 20 s",
                        "120 posts recovered",
                        "1 min 40 s lost",
                        "partial");
        NodeList bars = svg.getElementsByTagName("rect");
        double step = 0;
        double lost = 0;
        for (int i = 0; i < bars.getLength(); i++) {
            var bar = bars.item(i).getAttributes();
            double width = Double.parseDouble(bar.getNamedItem("width").getNodeValue());
            if (bar.getNamedItem("class").getNodeValue().equals("step")) step = width;
            if (bars.item(i).getTextContent().startsWith("lost")) lost = width;
        }
        assertThat(step).isPositive().isEqualTo(lost);
    }

    @Test
    void whatTheNetworkSaidIsEscaped() throws Exception {
        String svg = GapsPicture.of(
                List.of(gap(1, "<script>alert(1)</script> & \"x\" \u0001 \uD800", Verdict.COMPLETE)), NOON);

        assertThat(parsed(svg).getElementsByTagName("script").getLength()).isZero();
        assertThat(svg).contains("&lt;script&gt;").doesNotContain("<script");
    }

    @Test
    void anEmptyLedgerSaysSo() throws Exception {
        assertThat(parsed(GapsPicture.of(List.of(), NOON)).getDocumentElement().getTextContent())
                .contains("0 gaps", "There is nothing to draw.");
    }

    @Test
    void noMoreRowsThanTheBoundAreDrawnAndThePictureSaysSo() throws Exception {
        List<Gap> many = LongStream.rangeClosed(1, GapsPicture.ROWS_MAX + 20)
                .mapToObj(id -> gap(id, "stalled", Verdict.COVERED))
                .toList();

        String text = parsed(GapsPicture.of(many, NOON)).getDocumentElement().getTextContent();

        assertThat(text)
                .contains("320 gaps", "The newest 300 are drawn.")
                .contains("Gap 300")
                .doesNotContain("Gap 301\n");
    }
}
