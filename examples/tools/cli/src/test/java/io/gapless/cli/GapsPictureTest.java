package io.gapless.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.recovery.ledger.Gap;
import io.gapless.recovery.ledger.Gap.StepRun;
import io.gapless.recovery.ledger.Gap.Verdict;
import io.gapless.recovery.ledger.LostSpan;
import io.gapless.recovery.ledger.RecoveryMethod;
import io.gapless.recovery.ledger.RecoveryPlan.Step;
import io.gapless.recovery.ledger.Span;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
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
