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
 * Decides which records of a batch have arrived, from an answer that names single records. The lists hold the numbers
 * under which the outbox keeps the records. Pure.
 *
 * @param arrived the records that have arrived
 * @param refused the records that the endpoint refuses, with the reason of each
 * @param again the records that may be accepted at another try
 */
record Attribution(List<Long> arrived, Map<Long, String> refused, List<Long> again) {
    /**
     * Holds the names by which an answer can identify a record of the batch.
     *
     * @param seq the place of the record
     * @param id the id of the record in the outbox
     * @param requestId the request_id in the body of the record; empty if the body has none
     * @param serviceId the service_id in the body of the record; empty if the body has none
     */
    record Row(long seq, String id, String requestId, String serviceId) {
        /** Reads the names from an encoded record. If the body is not a JSON object, the only name is the id. */
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
                return new Row(seq, id, "", ""); // The body comes from the encoder of the user, and need not be JSON.
            }
            return new Row(seq, id, requestId, serviceId);
        }
    }

    private static final JsonFactory JSON = new JsonFactory();
    private static final int PERMANENT = 4;

    /**
     * Returns an attribution in which every record is to be tried again. It is used if the answer reports a failure
     * that fits no record of the batch, or several records.
     */
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

    /** Applies a reported failure to the only record of the batch, whichever record the answer names. */
    private static Attribution of(Row row, Item item) {
        return isPermanent(item)
                ? new Attribution(List.of(), Map.of(row.seq(), words(item)), List.of())
                : new Attribution(List.of(), Map.of(), List.of(row.seq()));
    }

    /** Returns whether the refusal of a record is final. A refusal without a status of its own is final, too. */
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
