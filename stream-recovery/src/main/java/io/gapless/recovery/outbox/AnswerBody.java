package io.gapless.recovery.outbox;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.gapless.stream.seam.Head;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Reads what the body of an answer reports about the batch. The body is read in one pass over its tokens, so even a
 * body that was cut off at a limit yields what its beginning contains. The case of field names does not matter. Parts
 * of the body in which the endpoint repeats the request are ignored. Owner: the thread that calls {@link #read}.
 */
final class AnswerBody {
    /** Lists the kinds of body. */
    enum Form {
        EMPTY,
        /** JSON. Its end may be missing if the body was longer than the part that was read. */
        JSON,
        /** The body begins as JSON, but is malformed. */
        MALFORMED,
        /** HTML or XML. */
        PAGE,
        TEXT
    }

    /**
     * Holds what the body contains about one record.
     *
     * @param requestId the request_id of the record, or else its id; empty if the body contains neither
     * @param serviceId the service_id of the record; empty if the body contains none
     * @param failed whether the record was refused
     * @param code the status that the body reports for this record; 0 if it reports none
     * @param words the reason; empty if the body has none
     */
    record Item(String requestId, String serviceId, boolean failed, int code, String words) {}

    private static final JsonFactory JSON = new JsonFactory();
    private static final Set<String> ENVELOPES = Set.of("data", "result", "response");
    private static final Set<String> FAILED = Set.of("error", "fail", "failed", "failure");
    private static final int ITEMS_MAX = 100_000;
    private static final int ITEM_WORDS_MAX = 200;
    private static final int ERROR_FROM = 400;

    private Form form = Form.TEXT;
    private boolean saysYes;
    private boolean saysNo;
    private String success = "";
    private int code;
    private String message = "";
    private final List<Item> items = new ArrayList<>();

    private AnswerBody() {}

    /**
     * Reads a body.
     *
     * @param cut whether the body was longer than these bytes
     */
    static AnswerBody read(Head head, byte[] body, boolean cut) {
        AnswerBody read = new AnswerBody();
        int begin = begin(body);
        if (begin == body.length) {
            read.form = Form.EMPTY;
        } else if (body[begin] == '<' || isPage(head)) {
            read.form = Form.PAGE;
        } else if (isJson(body[begin]) || isScalar(body, begin)) {
            read.form = Form.JSON;
            read.readJson(body, begin, cut);
        }
        return read;
    }

    /** Returns the index of the first byte behind a byte order mark and white space. */
    private static int begin(byte[] body) {
        int at = 0;
        if (body.length >= 3 && body[0] == (byte) 0xEF && body[1] == (byte) 0xBB && body[2] == (byte) 0xBF) at = 3;
        while (at < body.length && body[at] >= 0 && body[at] <= ' ') at++;
        return at;
    }

    private static boolean isPage(Head head) {
        String type = head.header("content-type").orElse("").toLowerCase(Locale.ROOT);
        return type.contains("html");
    }

    private static boolean isJson(byte first) {
        return first == '{' || first == '[';
    }

    /** Returns whether the whole body is {@code false} or {@code null}. */
    private static boolean isScalar(byte[] body, int begin) {
        if (body.length - begin > 10) return false;
        String text = new String(body, begin, body.length - begin, StandardCharsets.US_ASCII).strip();
        return text.equals("false") || text.equals("null");
    }

    private void readJson(byte[] body, int begin, boolean cut) {
        try (JsonParser json = JSON.createParser(body, begin, body.length - begin)) {
            JsonToken first = json.nextToken();
            if (first == JsonToken.START_OBJECT) readObject(json, true);
            else if (first == JsonToken.START_ARRAY) readItems(json, false);
            else saysNo = true;
            if (json.nextToken() != null) form = Form.MALFORMED;
        } catch (IOException e) {
            if (!cut) form = Form.MALFORMED;
        }
    }

    private void readObject(JsonParser json, boolean top) throws IOException {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName().toLowerCase(Locale.ROOT);
            JsonToken value = json.nextToken();
            if (name.equals("success")) readSuccess(json, value);
            else if (name.equals("error")) readError(json, value);
            else if (name.equals("errors")) readErrors(json, value);
            else if (name.equals("results") && value == JsonToken.START_ARRAY) readItems(json, false);
            else if (top && (name.equals("code") || name.equals("status") || name.equals("statuscode")))
                readCode(json, value);
            else if (name.equals("message")) readMessage(json, value);
            else if (top && ENVELOPES.contains(name) && value == JsonToken.START_OBJECT) readObject(json, false);
            else json.skipChildren();
        }
    }

    private void readSuccess(JsonParser json, JsonToken value) throws IOException {
        String said = value.isScalarValue() ? json.getText() : "of an odd form";
        json.skipChildren();
        success = Wording.oneLine(said);
        if (said.equalsIgnoreCase("true")) saysYes |= value == JsonToken.VALUE_TRUE;
        else saysNo = true;
    }

    private void readCode(JsonParser json, JsonToken value) throws IOException {
        if (value == JsonToken.VALUE_NUMBER_INT) code = Math.max(code, json.getValueAsInt());
        if (value == JsonToken.VALUE_STRING && FAILED.contains(json.getText().toLowerCase(Locale.ROOT))) saysNo = true;
        json.skipChildren();
    }

    private void readMessage(JsonParser json, JsonToken value) throws IOException {
        if (value.isScalarValue() && value != JsonToken.VALUE_NULL && message.isEmpty()) message = json.getText();
        json.skipChildren();
    }

    private void readError(JsonParser json, JsonToken value) throws IOException {
        if (isNothing(json, value)) return;
        saysNo = true;
        if (value != JsonToken.START_OBJECT) {
            readMessage(json, value);
            return;
        }
        Item found = readItem(json, true);
        if (message.isEmpty()) message = found.words();
    }

    /** Returns whether the value means that there is no error: null, false, 0 or blank text. */
    private static boolean isNothing(JsonParser json, JsonToken value) throws IOException {
        return value == JsonToken.VALUE_NULL
                || value == JsonToken.VALUE_FALSE
                || value.isScalarValue()
                        && (json.getText().isBlank() || json.getText().equals("0"));
    }

    private void readErrors(JsonParser json, JsonToken value) throws IOException {
        if (value == JsonToken.START_ARRAY) {
            readItems(json, true);
        } else if (value == JsonToken.START_OBJECT) {
            boolean[] any = {false};
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                any[0] = true;
                if (message.isEmpty()) message = json.currentName();
                json.nextToken();
                json.skipChildren();
            }
            saysNo |= any[0];
        } else {
            readError(json, value);
        }
    }

    private void readItems(JsonParser json, boolean allFailed) throws IOException {
        for (JsonToken next = json.nextToken(); next != JsonToken.END_ARRAY; next = json.nextToken()) {
            if (next == null) return;
            if (next == JsonToken.START_OBJECT) {
                Item item = readItem(json, allFailed);
                if (items.size() < ITEMS_MAX) items.add(item);
                else saysNo |= item.failed();
            } else {
                if (allFailed && next.isScalarValue()) items.add(new Item("", "", true, 0, words(json.getText())));
                json.skipChildren();
            }
        }
    }

    private static Item readItem(JsonParser json, boolean allFailed) throws IOException {
        String requestId = "";
        String serviceId = "";
        String said = "";
        boolean failed = allFailed;
        int status = 0;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName().toLowerCase(Locale.ROOT).replace("_", "");
            JsonToken value = json.nextToken();
            boolean scalar = value.isScalarValue() && value != JsonToken.VALUE_NULL;
            if (scalar && name.equals("requestid")) requestId = json.getText();
            else if (scalar && name.equals("id") && requestId.isEmpty()) requestId = json.getText();
            else if (scalar && name.equals("serviceid")) serviceId = json.getText();
            else if (name.equals("success")) failed |= value != JsonToken.VALUE_TRUE;
            else if (name.equals("status") || name.equals("code") || name.equals("statuscode")) {
                if (value == JsonToken.VALUE_NUMBER_INT) status = json.getValueAsInt();
                else if (scalar) failed |= FAILED.contains(json.getText().toLowerCase(Locale.ROOT));
            } else if (scalar && (name.equals("message") || name.equals("reason"))) said = json.getText();
            else if (name.equals("error") && !isNothing(json, value)) {
                failed = true;
                if (scalar && said.isEmpty()) said = json.getText();
            }
            json.skipChildren();
        }
        return new Item(requestId, serviceId, failed || status >= ERROR_FROM, status, words(said));
    }

    private static String words(String text) {
        String line = Wording.oneLine(text);
        return line.length() <= ITEM_WORDS_MAX ? line : line.substring(0, ITEM_WORDS_MAX) + "…";
    }

    Form form() {
        return form;
    }

    /** Returns whether the body contains {@code "success": true} and no failure of the whole batch. */
    boolean saysYes() {
        return saysYes && !saysNo();
    }

    /** Returns whether the body reports that the batch as a whole was not accepted. */
    boolean saysNo() {
        return saysNo || code >= ERROR_FROM;
    }

    /** Returns the status that the body names; 0 if it names none. */
    int code() {
        return code;
    }

    /** Returns the value of {@code success} as text; empty if the body does not have it. */
    String success() {
        return success;
    }

    String message() {
        return message;
    }

    List<Item> items() {
        return items;
    }

    boolean namesFailures() {
        return items.stream().anyMatch(Item::failed);
    }
}
