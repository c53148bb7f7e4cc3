package io.gapless.emulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Reads a stream line by line, with a plain HTTP client. An empty line stands for the end. */
final class StreamClient implements AutoCloseable {
    static final String FILTERED = "/2/tweets/search/stream";

    private static final HttpClient SHARED =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final HttpResponse<InputStream> response;
    private final InputStream body;

    private StreamClient(HttpResponse<InputStream> response) {
        this.response = response;
        this.body = response.body();
    }

    /** Whether the first line has been read. */
    private boolean begun;

    static StreamClient open(XEmulator x) throws IOException, InterruptedException {
        return open(x, FILTERED);
    }

    static StreamClient open(XEmulator x, String pathAndQuery) throws IOException, InterruptedException {
        return new StreamClient(
                client(x).send(request(x, pathAndQuery).build(), HttpResponse.BodyHandlers.ofInputStream()));
    }

    static HttpResponse<String> get(XEmulator x, String pathAndQuery) throws IOException, InterruptedException {
        return client(x).send(request(x, pathAndQuery).build(), HttpResponse.BodyHandlers.ofString());
    }

    static HttpResponse<String> post(XEmulator x, String pathAndQuery, String body)
            throws IOException, InterruptedException {
        return client(x)
                .send(
                        request(x, pathAndQuery)
                                .POST(HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    static HttpResponse<String> delete(XEmulator x, String pathAndQuery, String body)
            throws IOException, InterruptedException {
        return send(request(x, pathAndQuery).method("DELETE", HttpRequest.BodyPublishers.ofString(body)));
    }

    static JsonNode json(HttpResponse<String> answer) throws IOException {
        return Json.parse(answer.body().getBytes(StandardCharsets.UTF_8));
    }

    static JsonNode getJson(XEmulator x, String pathAndQuery) throws IOException, InterruptedException {
        return json(get(x, pathAndQuery));
    }

    JsonNode nextJson() throws IOException {
        return Json.parse(nextLineBytes());
    }

    static HttpRequest.Builder request(XEmulator x, String pathAndQuery) {
        return HttpRequest.newBuilder(URI.create(x.baseUri() + pathAndQuery))
                .header("Authorization", "Bearer " + x.bearerToken());
    }

    static HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return SHARED.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpClient client(XEmulator x) {
        return x.clientSslContext()
                .map(trust -> HttpClient.newBuilder().sslContext(trust).build())
                .orElse(SHARED);
    }

    int status() {
        return response.statusCode();
    }

    HttpResponse<InputStream> response() {
        return response;
    }

    /**
     * Returns the next line with its line end, or what came of it before the response ended. Skips the keep-alive with
     * which a stream begins.
     */
    byte[] nextLineBytes() throws IOException {
        byte[] line = anyLineBytes();
        boolean first = !begun;
        begun = true;
        return first && new String(line, StandardCharsets.UTF_8).equals("\r\n") ? anyLineBytes() : line;
    }

    private byte[] anyLineBytes() throws IOException {
        java.io.ByteArrayOutputStream line = new java.io.ByteArrayOutputStream();
        int b = body.read();
        while (b >= 0) {
            line.write(b);
            if (b == '\n') {
                break;
            }
            b = body.read();
        }
        return line.toByteArray();
    }

    String nextLine() throws IOException {
        return new String(nextLineBytes(), StandardCharsets.UTF_8);
    }

    /** Returns the ids of the next posts, and skips keep-alives. */
    List<Long> nextIds(int count) throws IOException {
        List<Long> ids = new ArrayList<>();
        while (ids.size() < count) {
            String line = nextLine();
            if (line.isEmpty()) {
                throw new IOException("the stream ended after " + ids.size() + " posts");
            }
            if (!line.isBlank()) {
                ids.add(Json.parse(line.getBytes(StandardCharsets.UTF_8))
                        .at("/data/id")
                        .asLong());
            }
        }
        return ids;
    }

    /** Returns all ids until the response ends. */
    List<Long> idsToTheEnd() throws IOException {
        List<Long> ids = new ArrayList<>();
        for (String line = nextLine(); !line.isEmpty(); line = nextLine()) {
            if (line.contains("\"data\"")) {
                ids.add(Json.parse(line.getBytes(StandardCharsets.UTF_8))
                        .at("/data/id")
                        .asLong());
            }
        }
        return ids;
    }

    @Override
    public void close() throws IOException {
        body.close();
    }
}
