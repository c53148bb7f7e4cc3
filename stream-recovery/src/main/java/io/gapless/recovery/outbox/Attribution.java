package io.gapless.recovery.outbox;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.gapless.recovery.outbox.AnswerBody.Item;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which records of a batch have arrived, according to an answer that names single ones. Pure.
 *
 * @param arrived which have arrived
 * @param refused which the endpoint will not have, with its words
 * @param again which may arrive at another try
 */
record Attribution(List<Long> arrived, Map<Long, String> refused, List<Long> again) {
    /**
     * A record of a batch.
     *
     * @param seq its place
     * @param id its id in the outbox
     * @param requestId the request_id in its body; empty if there is none
     * @param serviceId the service_id in its body; empty if there is none
     */
    record Row(long seq, String id, String requestId, String serviceId) {
        /** A record whose body is an object in JSON, or anything else. */
        static Row of(long seq, String id, byte[] body) {
            String requestId = "";
            String serviceId = "";
            try (JsonParser json = JSON.createParser(body)) {
                if (json.nextToken() != JsonToken.START_OBJECT) return new Row(seq, id, "", "");
                while (json.nextToken() == JsonToken.FIELD_NAME) {
                    String name = json.currentName();
                    JsonToken value = json.nextToken();
                    if (value.isScalarValue() && name.equals(ServiceRequests.REQUEST_ID)) requestId = json.getText();
                    if (value.isScalarValue() && name.equals(ServiceRequests.SERVICE_ID)) serviceId = json.getText();
                    json.skipChildren();
                }
            } catch (IOException e) {
                return new Row(seq, id, "", ""); // The body is the encoder's own; it need not be JSON.
            }
            return new Row(seq, id, requestId, serviceId);
        }
    }

    private static final JsonFactory JSON = new JsonFactory();
    private static final int PERMANENT = 4;

    /** Nothing has arrived, as far as can be told: a failure is of no record of the batch, or of several. */
    static Attribution none(List<Row> rows) {
        return new Attribution(List.of(), Map.of(), rows.stream().map(Row::seq).toList());
    }

    static Attribution of(List<Row> rows, List<Item> items, boolean onlyNamedArrived) {
        Map<String, List<Row>> byId = new HashMap<>();
        for (Row row : rows) {
            byId.computeIfAbsent(row.id(), id -> new ArrayList<>()).add(row);
            if (!row.requestId().isEmpty() && !row.requestId().equals(row.id()))
                byId.computeIfAbsent(row.requestId(), id -> new ArrayList<>()).add(row);
        }
        Map<Long, Item> named = new HashMap<>();
        for (Item item : items) {
            List<Row> meant = byId.getOrDefault(item.requestId(), List.of()).stream()
                    .filter(row ->
                            item.serviceId().isEmpty() || item.serviceId().equals(row.serviceId()))
                    .toList();
            if (item.failed() && meant.size() != 1) return rows.size() == 1 ? of(rows.get(0), item) : none(rows);
            for (Row row : meant) named.merge(row.seq(), item, (one, other) -> one.failed() ? one : other);
        }
        List<Long> arrived = new ArrayList<>();
        Map<Long, String> refused = new LinkedHashMap<>();
        List<Long> again = new ArrayList<>();
        for (Row row : rows) {
            Item item = named.get(row.seq());
            if (item == null && onlyNamedArrived) again.add(row.seq());
            else if (item == null || !item.failed()) arrived.add(row.seq());
            else if (isPermanent(item)) refused.put(row.seq(), words(item));
            else again.add(row.seq());
        }
        return new Attribution(arrived, refused, again);
    }

    /** Whatever is said is said of the only record. */
    private static Attribution of(Row row, Item item) {
        return isPermanent(item)
                ? new Attribution(List.of(), Map.of(row.seq(), words(item)), List.of())
                : new Attribution(List.of(), Map.of(), List.of(row.seq()));
    }

    /** Without a status of its own a refusal is one of the record. */
    private static boolean isPermanent(Item item) {
        return item.code() < 400 || item.code() / 100 == PERMANENT && !Answer.mayPass(item.code());
    }

    private static String words(Item item) {
        String status = item.code() == 0 ? "" : "status " + item.code();
        String between = status.isEmpty() || item.words().isEmpty() ? "" : ", ";
        String all = status + between + item.words();
        return all.isEmpty() ? "named among the errors" : all;
    }
}
