package io.gapless.recovery.outbox;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A table with a clock of its own; a row may become visible long after it was stamped. */
final class FakeTable implements IntervalSource {
    /** What was asked for. */
    record Asked(Instant from, Instant until) {}

    final Map<String, OutboxRecord> rows = new LinkedHashMap<>();
    final List<Asked> asked = new ArrayList<>();
    Duration clockAhead = Duration.ZERO;
    int failAfter = Integer.MAX_VALUE;

    @Nullable
    Error deadly;

    private final InstantSource clock;
    private final String identity;

    FakeTable(InstantSource clock) {
        this(clock, "");
    }

    FakeTable(InstantSource clock, String identity) {
        this.clock = clock;
        this.identity = identity;
    }

    @Override
    public String identity() {
        return identity;
    }

    void put(String id, String lastModified) {
        put(id, lastModified, 1);
    }

    void put(String id, String lastModified, @Nullable Object status) {
        rows.put(id, row(id, lastModified, status));
    }

    /** A row, which may have the id of another. */
    OutboxRecord row(String id, String lastModified, @Nullable Object status) {
        Instant moment = Instant.parse(lastModified);
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("service_id", "s");
        fields.put("request_id", id);
        fields.put("opening_date", moment);
        fields.put("status_id", status);
        fields.put("last_modified_date", moment);
        return new OutboxRecord(id, moment, fields);
    }

    @Override
    public Instant now() {
        return clock.instant().plus(clockAhead);
    }

    @Override
    public void records(Instant from, Instant until, RecordSink each) throws Exception {
        asked.add(new Asked(from, until));
        if (deadly != null) throw deadly;
        int told = 0;
        for (OutboxRecord row : rows.values()) {
            if (row.lastModified().isBefore(from) || !row.lastModified().isBefore(until)) continue;
            if (told++ == failAfter) throw FakeReceiver.failure();
            each.take(row);
        }
    }

    @Override
    public void close() {}
}
