package io.gapless.emulator;

import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import mockwebserver3.RecordedRequest;
import org.jspecify.annotations.Nullable;

/**
 * Holds a request as the endpoints read it.
 *
 * @param method the method
 * @param path the path, without the query
 * @param query the decoded parameters of the query, in order; a repeated parameter has its first value
 * @param headers the headers
 * @param body the body
 * @param socket the socket that the request came on
 */
record Request(
        String method, String path, Map<String, String> query, okhttp3.Headers headers, byte[] body, Socket socket) {

    static Request of(RecordedRequest recorded, Socket socket) {
        okio.ByteString body = recorded.getBody();
        return new Request(
                recorded.getMethod(),
                recorded.getUrl().encodedPath(),
                query(recorded.getUrl()),
                recorded.getHeaders(),
                body == null ? new byte[0] : body.toByteArray(),
                socket);
    }

    /** Reads a request that comes within the process. */
    static Request of(InProcessClient.HttpRequest sent, Socket socket) {
        okhttp3.HttpUrl url = okhttp3.HttpUrl.get(sent.uri().toString());
        return new Request(
                sent.method(), url.encodedPath(), query(url), okhttp3.Headers.of(sent.headers()), sent.body(), socket);
    }

    private static Map<String, String> query(okhttp3.HttpUrl url) {
        Map<String, String> query = new LinkedHashMap<>();
        for (String name : url.queryParameterNames()) {
            String value = url.queryParameter(name);
            query.put(name, value == null ? "" : value);
        }
        return query;
    }

    /** Returns the fields of a form in the body, decoded. */
    Map<String, String> form() {
        return query(okhttp3.HttpUrl.get("http://form/?" + new String(body, StandardCharsets.UTF_8)));
    }

    @Nullable
    String header(String name) {
        return headers.get(name);
    }

    boolean has(String parameter) {
        return query.containsKey(parameter);
    }

    String text(String parameter) {
        return query.getOrDefault(parameter, "");
    }

    /** Returns the names in the comma-separated list of a parameter, each once; empty if the parameter is missing. */
    Set<String> names(String parameter) {
        return has(parameter) ? Set.copyOf(List.of(text(parameter).split(","))) : Set.of();
    }

    /**
     * Returns the value of a parameter as a number, or 0 if the parameter is missing. Callers check the value before.
     */
    int number(String parameter) {
        return has(parameter) ? Integer.parseInt(text(parameter)) : 0;
    }
}
