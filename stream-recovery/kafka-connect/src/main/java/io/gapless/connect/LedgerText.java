package io.gapless.connect;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gapless.recovery.ledger.Gap;
import io.gapless.recovery.ledger.Span;
import io.gapless.recovery.state.GapJson;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;

/**
 * Writes the values of the ledger topic.
 *
 * <pre>{@code
 * NAME/frontier  {"stream":"cats","partition":0,"since":"…","completeUpTo":"…",
 *                 "openGaps":[{"id":7,"from":"…","until":"…"}]}
 * NAME/gap/7     the gap, as in `gapless gaps --json`
 * }</pre>
 *
 * <p>All posts that were created between {@code since} and {@code completeUpTo} are in the topic, but for those of the open
 * gaps, and for what the closed gaps list as lost. The overlap is left out at the end, for posts that X delivers late.
 */
final class LedgerText {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Duration overlap;

    LedgerText(Duration overlap) {
        this.overlap = overlap;
    }

    byte[] frontier(PartState of) {
        ObjectNode json = JSON.createObjectNode();
        json.put("stream", of.part().connector()).put("partition", of.part().number());
        of.state().since().ifPresent(since -> {
            json.put("since", since.toString());
            of.state().remembered().frontier().ifPresent(frontier -> {
                Instant complete = Span.earlier(frontier.at(), frontier.oldestUnacknowledged())
                        .minus(overlap);
                json.put("completeUpTo", Span.later(complete, since).toString());
            });
        });
        ArrayNode gaps = json.putArray("openGaps");
        for (Gap gap : of.state().openGaps())
            gaps.addObject()
                    .put("id", gap.id())
                    .put("from", gap.span().from().toString())
                    .put("until", gap.span().until().toString());
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }

    byte[] gap(Gap gap) {
        return GapJson.write(gap).getBytes(StandardCharsets.UTF_8);
    }
}
