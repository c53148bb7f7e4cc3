package io.gapless.drill;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gapless.kafka.TopicReader;
import io.gapless.recovery.ledger.Gap;
import io.gapless.recovery.ledger.Span;
import io.gapless.recovery.state.GapJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads the ledger topics of a stream with partitions. Owns their reader. Used by one thread. */
final class LedgerTopics implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final TopicReader reader;

    /** What the ledger says of a post that is not in its topic. */
    enum Account {
        /** Created before the partition was read for the first time. */
        BEFORE_THE_START,
        /** In an open gap, or after the frontier: it may still come. */
        AWAITED,
        /** A closed gap lists its moment as lost, or in doubt. */
        WRITTEN_DOWN,
        /** The ledger says that all posts of its moment are in the topic. */
        LOST_IN_SILENCE
    }

    /**
     * Begins to read.
     *
     * @param topics a regular expression for the topics
     * @param count how many there will be
     */
    LedgerTopics(String bootstrap, String topics, int count) {
        reader = new TopicReader(bootstrap, topics, count, true);
    }

    /** What the ledger says of one partition. */
    record Page(Instant since, Instant completeUpTo, List<Span> open, List<Gap> gaps) {
        Account of(Instant created) {
            if (created.isBefore(since)) return Account.BEFORE_THE_START;
            if (!created.isBefore(completeUpTo) || open.stream().anyMatch(span -> span.contains(created)))
                return Account.AWAITED;
            boolean written = gaps.stream()
                    .anyMatch(gap ->
                            gap.lost().stream().anyMatch(part -> part.span().contains(created))
                                    || gap.doubtful().stream()
                                            .anyMatch(part -> part.span().contains(created)));
            return written ? Account.WRITTEN_DOWN : Account.LOST_IN_SILENCE;
        }
    }

    /** Returns what the ledger says of a partition now. */
    Page page(int partition) {
        String prefix = Cluster.CONNECTOR + "/" + partition + "/";
        Map<String, byte[]> newest = reader.newest();
        byte[] frontier = newest.get(prefix + "frontier");
        if (frontier == null) return new Page(Instant.MIN, Instant.MIN, List.of(), List.of());
        List<Gap> gaps = new ArrayList<>();
        newest.forEach((key, value) -> {
            if (key.startsWith(prefix + "gap/")) gaps.add(GapJson.read(new String(value, StandardCharsets.UTF_8)));
        });
        try {
            JsonNode json = JSON.readTree(frontier);
            List<Span> open = new ArrayList<>();
            for (JsonNode gap : json.path("openGaps")) open.add(new Span(moment(gap, "from"), moment(gap, "until")));
            return new Page(moment(json, "since"), moment(json, "completeUpTo"), open, gaps);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Instant moment(JsonNode json, String name) {
        return json.has(name) ? Instant.parse(json.path(name).asText()) : Instant.MIN;
    }

    @Override
    public void close() {
        reader.close();
    }
}
