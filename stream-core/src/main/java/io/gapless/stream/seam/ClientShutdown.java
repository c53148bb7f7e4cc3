package io.gapless.stream.seam;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.http.HttpClient;
import org.jspecify.annotations.Nullable;

/**
 * Ends a client's selector thread at once on JDK 21 and later. Before that the thread ends when the client is collected,
 * which a closed body allows; {@code close()} would wait for the stream's end and is never called.
 */
final class ClientShutdown {
    private static final @Nullable Method SHUTDOWN_NOW = find();

    private ClientShutdown() {}

    static void now(HttpClient client) {
        if (SHUTDOWN_NOW == null) return;
        try {
            SHUTDOWN_NOW.invoke(client);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new AssertionError("HttpClient.shutdownNow is public and throws nothing", e);
        }
    }

    private static @Nullable Method find() {
        try {
            return HttpClient.class.getMethod("shutdownNow");
        } catch (NoSuchMethodException e) {
            return null;
        }
    }
}
