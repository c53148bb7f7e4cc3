package io.gapless.stream.seam;

import java.net.http.HttpRequest;
import java.util.Optional;
import java.util.concurrent.Callable;

/** Converts a {@link Request} to the JDK's form. The conversion calls the token source. */
final class HttpRequests {
    private HttpRequests() {}

    static HttpRequest build(Request request) throws NoTokenException {
        HttpRequest.Builder builder = HttpRequest.newBuilder(request.uri())
                .method(
                        request.method(),
                        request.body()
                                .map(HttpRequest.BodyPublishers::ofByteArray)
                                .orElseGet(HttpRequest.BodyPublishers::noBody));
        request.headers().forEach(builder::header);
        if (request.authorization().isPresent()) {
            builder.header(
                    "Authorization", authorization(request.authorization().get()));
        }
        return builder.build();
    }

    /**
     * Returns the request with the password of the proxy. The JDK sends this header to the proxy only, never to the
     * server behind it.
     */
    static HttpRequest forProxy(HttpRequest request, Optional<String> proxyAuthorization) {
        return proxyAuthorization
                .map(value -> HttpRequest.newBuilder(request, (name, known) -> true)
                        .header("Proxy-Authorization", value)
                        .build())
                .orElse(request);
    }

    /**
     * Returns the value of the header, checked. For a malformed value the JDK would throw an exception whose message
     * contains the token.
     */
    private static String authorization(Callable<String> source) throws NoTokenException {
        String value;
        try {
            value = source.call();
        } catch (NoTokenException e) {
            throw e;
        } catch (Exception | Error e) {
            throw new NoTokenException("The token source threw " + e.getClass().getName()
                    + ". Its message is left out because it may contain the token. Let the source log its exceptions"
                    + " itself; it is called again with the next attempt.");
        } finally {
            // Clears a pending interrupt of this thread: it was meant for the token source, and must not end the
            // exchange.
            Thread.interrupted();
        }
        if (value == null || value.isBlank()) {
            throw new NoTokenException(
                    "The token source returned null or a blank token. If it reads an environment variable or a file,"
                            + " check that the token is there.");
        }
        if (!value.chars().allMatch(c -> c >= ' ' && c < 127)) {
            throw new NoTokenException(
                    "The token contains a character that an HTTP header cannot carry, such as a line break."
                            + " Pass it exactly as X shows it.");
        }
        return value;
    }
}
