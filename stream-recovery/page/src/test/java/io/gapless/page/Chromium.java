package io.gapless.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * Drives one tab of a headless Chromium by its DevTools protocol, over the JDK's web socket. A driver such as Playwright
 * would be a download of 200 MB for the dozen commands that the tests need.
 */
final class Chromium implements AutoCloseable, WebSocket.Listener {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long PATIENCE_SECONDS = 30;
    /** How often a condition is awaited for five seconds. */
    private static final int TRIES = 6;

    private final Process process;
    private final Path profile;
    private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();
    private final List<String> troubles = new CopyOnWriteArrayList<>();
    private final StringBuilder message = new StringBuilder();
    private final WebSocket socket;
    private final String session;
    private int lastId;

    /** Returns the browser's program; empty if there is none on this machine. */
    static Optional<Path> program() {
        String named = System.getenv("GAPLESS_CHROMIUM");
        if (named != null && !named.isBlank()) return Optional.of(Path.of(named));
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
                .flatMap(folder -> Stream.of("chromium", "chromium-browser", "google-chrome")
                        .map(name -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Starts the browser, or skips the test with a message where there is none. */
    static Chromium start() throws Exception {
        Optional<Path> program = program();
        if (program.isEmpty())
            System.err.println("== SKIPPED: no Chromium is installed, so the page is not tested in a browser."
                    + " .ci/install-chromium installs it.");
        Assumptions.assumeTrue(program.isPresent(), "no Chromium; .ci/install-chromium installs it");
        return new Chromium(program.orElseThrow());
    }

    private Chromium(Path program) throws Exception {
        profile = Files.createTempDirectory("gapless-chromium");
        process = new ProcessBuilder(
                        program.toString(),
                        "--headless=new",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-dev-shm-usage",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync",
                        "--no-first-run",
                        "--hide-scrollbars",
                        "--force-color-profile=srgb",
                        "--remote-debugging-port=0",
                        "--user-data-dir=" + profile,
                        "about:blank")
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(address(), this)
                .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        String target = send("Target.createTarget", Map.of("url", "about:blank"), "")
                .path("targetId")
                .asText();
        session = send("Target.attachToTarget", Map.of("targetId", target, "flatten", true), "")
                .path("sessionId")
                .asText();
        for (String domain : List.of("Page", "Runtime", "Log", "Network", "Performance"))
            call(domain + ".enable", Map.of());
    }

    private URI address() throws IOException {
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            int at = line.indexOf("ws://");
            if (at < 0) continue;
            // Chromium goes on writing, and must not block at a full pipe.
            Thread drain = new Thread(() -> lines.lines().forEach(ignored -> {}), "chromium-errors");
            drain.setDaemon(true);
            drain.start();
            return URI.create(line.substring(at).strip());
        }
        throw new IOException("Chromium ended before it listened; its exit status is " + process.exitValue());
    }

    JsonNode call(String method, Map<String, ?> parameters) throws Exception {
        return send(method, parameters, session);
    }

    private JsonNode send(String method, Map<String, ?> parameters, String to) throws Exception {
        int id = ++lastId;
        ObjectNode command = JSON.createObjectNode().put("id", id).put("method", method);
        command.set("params", JSON.valueToTree(parameters));
        if (!to.isEmpty()) command.put("sessionId", to);
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        answers.put(id, answer);
        socket.sendText(command.toString(), true).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        JsonNode found = answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (found.has("error")) throw new IOException(method + ": " + found.path("error"));
        return found.path("result");
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        message.append(data);
        if (last) {
            take(message.toString());
            message.setLength(0);
        }
        from.request(1);
        return null;
    }

    private void take(String text) {
        JsonNode heard;
        try {
            heard = JSON.readTree(text);
        } catch (IOException e) {
            troubles.add("not JSON: " + text);
            return;
        }
        CompletableFuture<JsonNode> answer = answers.remove(heard.path("id").asInt(-1));
        if (answer != null) answer.complete(heard);
        String method = heard.path("method").asText();
        if (method.equals("Runtime.exceptionThrown"))
            troubles.add(heard.path("params").toString());
        JsonNode entry = heard.path("params").path("entry");
        if (method.equals("Log.entryAdded") && entry.path("level").asText().equals("error"))
            troubles.add(entry.path("text").asText() + " " + entry.path("url").asText());
    }

    /** Returns errors of scripts, refused loads and violations of the policy. */
    List<String> troubles() {
        return List.copyOf(troubles);
    }

    void forgetTroubles() {
        troubles.clear();
    }

    void open(URI page) throws Exception {
        call("Page.navigate", Map.of("url", page.toString()));
    }

    void size(int width, int height) throws Exception {
        call(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600));
    }

    void colours(String scheme) throws Exception {
        call(
                "Emulation.setEmulatedMedia",
                Map.of(
                        "features",
                        List.of(
                                Map.of("name", "prefers-color-scheme", "value", scheme),
                                Map.of("name", "prefers-reduced-motion", "value", "reduce"))));
    }

    /** Evaluates an expression of JavaScript, which may be a promise, and returns its value. */
    JsonNode eval(String expression) throws Exception {
        JsonNode result =
                call("Runtime.evaluate", Map.of("expression", expression, "awaitPromise", true, "returnByValue", true));
        if (result.has("exceptionDetails"))
            throw new AssertionError(result.path("exceptionDetails").toString());
        return result.path("result").path("value");
    }

    /** Waits until an expression is true. The browser may load another page meanwhile. */
    void await(String condition) throws Exception {
        for (int tries = 1; tries < TRIES; tries++) {
            if (holdsSoon(condition)) return;
        }
        throw new AssertionError(condition + " did not become true. The page says: "
                + eval("document.body.innerText").asText());
    }

    private boolean holdsSoon(String condition) throws Exception {
        try {
            return lookUntil(condition);
        } catch (IOException leftThePage) {
            return false;
        }
    }

    private boolean lookUntil(String condition) throws Exception {
        return eval("new Promise((done) => { const until = performance.now() + 5000; const look = () => {"
                        + " let holds = false; try { holds = Boolean(" + condition
                        + "); } catch (error) { /* not there yet */ }"
                        + " if (holds || performance.now() > until) done(holds); else setTimeout(look, 20); }; look(); })")
                .asBoolean();
    }

    void press(String key) throws Exception {
        int code = key.equals("Tab") ? 9 : 13;
        String text = key.equals("Enter") ? "\r" : "";
        call(
                "Input.dispatchKeyEvent",
                Map.of("type", "keyDown", "key", key, "code", key, "windowsVirtualKeyCode", code, "text", text));
        call("Input.dispatchKeyEvent", Map.of("type", "keyUp", "key", key, "code", key, "windowsVirtualKeyCode", code));
    }

    /** Saves a picture of the whole page. */
    void picture(Path file) throws Exception {
        Files.createDirectories(file.toAbsolutePath().getParent());
        JsonNode shot = call("Page.captureScreenshot", Map.of("format", "png", "captureBeyondViewport", true));
        SmallPicture.write(Base64.getDecoder().decode(shot.path("data").asText()), file);
    }

    @Override
    public void close() throws Exception {
        socket.abort();
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
        List<Path> files = new ArrayList<>();
        try (Stream<Path> all = Files.walk(profile)) {
            all.sorted(Comparator.reverseOrder()).forEach(files::add);
        } catch (IOException | java.io.UncheckedIOException e) {
            // A process of the browser that is just ending removed a file meanwhile.
        }
        for (Path file : files) file.toFile().delete();
    }
}
