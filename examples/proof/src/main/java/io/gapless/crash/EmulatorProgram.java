package io.gapless.crash;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gapless.hosts.ChildProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Runs {@code gapless emulator} as a process, and controls the emulator over its HTTP endpoints under {@code
 * /emulator/}.
 */
final class EmulatorProgram implements AutoCloseable {
    private static final Pattern INTRODUCTION =
            Pattern.compile("(?s)Token: (\\S+).*rules list --base-url (http://127\\.0\\.0\\.1:\\d+)");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ChildProcess program;
    private final URI uri;
    private final String token;

    private EmulatorProgram(ChildProcess program) throws InterruptedException {
        this.program = program;
        Matcher introduction = program.awaitOutput(INTRODUCTION);
        token = introduction.group(1);
        uri = URI.create(introduction.group(2));
    }

    static EmulatorProgram start(Path jar, Path directory, int postsPerSecond, Duration keepAlive)
            throws IOException, InterruptedException {
        return new EmulatorProgram(ChildProcess.ofJar(
                        jar, "emulator", "--rate", postsPerSecond, "--keep-alive", keepAlive.toMillis() + "ms")
                .shortLived()
                .temporary(directory)
                .start(directory.resolve("emulator.out")));
    }

    int port() {
        return uri.getPort();
    }

    String token() {
        return token;
    }

    ChildProcess program() {
        return program;
    }

    Instant now() {
        return Instant.parse(ask("GET", "state", "").path("now").asText());
    }

    /** Moves X's time forward. A client that is connected at this time sees X's clock jump. */
    void shiftTime(Duration length) {
        ask("POST", "time", "{\"shift\":\"" + length + "\"}");
    }

    /**
     * Injects a fault at once.
     *
     * @param kind a name of the emulator's {@code Misbehaviour}
     */
    void misbehave(String kind) {
        ask("POST", "misbehave", "{\"kind\":\"" + kind + "\"}");
    }

    /** Returns the ids of the posts that were created in a span of X's time and that X should have delivered. */
    List<Long> shouldHaveDelivered(Instant from, Instant until) {
        List<Long> ids = new ArrayList<>();
        ask("GET", "delivered?from=" + from + "&until=" + until, "")
                .path("data")
                .forEach(id -> ids.add(id.asLong()));
        return ids;
    }

    private JsonNode ask(String method, String what, String body) {
        HttpRequest request = HttpRequest.newBuilder(uri.resolve("/emulator/" + what))
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        try {
            HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() / 100 != 2) throw new IOException(answer.statusCode() + ": " + answer.body());
            return JSON.readTree(answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException("The emulator does not answer " + request, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("The thread was interrupted while it waited for the emulator.", e);
        }
    }

    @Override
    public void close() {
        program.close();
    }
}
