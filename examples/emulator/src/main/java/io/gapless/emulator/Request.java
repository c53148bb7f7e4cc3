package io.gapless.emulator;

import java.net.Socket;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import mockwebserver3.RecordedRequest;
import org.jspecify.annotations.Nullable;

/**
 * A request as the rooms see it.
 *
 * @param method the method
 * @param path the path, without the query
 * @param query the query's parameters, decoded, in order; of a repeated one the first value
 * @param headers reads a header by name
 * @param body the body
 * @param socket the accepted socket under it
 */
record Request(
        String method, String path, Map<String, String> query, okhttp3.Headers headers, byte[] body, Socket socket) {

    static Request of(RecordedRequest recorded, Socket socket) {
        Map<String, String> query = new LinkedHashMap<>();
        for (String name : recorded.getUrl().queryParameterNames()) {
            String value = recorded.getUrl().queryParameter(name);
            query.put(name, value == null ? "" : value);
        }
        okio.ByteString body = recorded.getBody();
        return new Request(
                recorded.getMethod(),
                recorded.getUrl().encodedPath(),
                query,
                recorded.getHeaders(),
                body == null ? new byte[0] : body.toByteArray(),
                socket);
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

    /** The names in a list that is joined with commas, each once; none if it is not there. */
    Set<String> names(String parameter) {
        return has(parameter) ? Set.copyOf(List.of(text(parameter).split(","))) : Set.of();
    }

    /** A number that was checked before; 0 if it is not there. */
    int number(String parameter) {
        return has(parameter) ? Integer.parseInt(text(parameter)) : 0;
    }
}
