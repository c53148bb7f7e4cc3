package io.gapless.kafka;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Calls the REST interface of a worker.
 *
 * @param port the port of the loopback address
 */
public record ConnectRest(int port) {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .proxy(HttpClient.Builder.NO_PROXY)
            .build();

    /**
     * Holds an answer.
     *
     * @param status the HTTP status
     * @param body the JSON of the body; missing if there is no body
     */
    public record Answer(int status, JsonNode body) {
        public boolean isGood() {
            return status / 100 == 2;
        }

        /** Returns the worker's own words about what is wrong. */
        public String message() {
            return body.path("message").asText();
        }
    }

    /**
     * Describes a task, as the worker sees it.
     *
     * @param id its number
     * @param state such as RUNNING
     * @param worker the worker that runs it
     * @param trace why it has failed; empty if it has not
     */
    public record TaskState(int id, String state, String worker, String trace) {}

    /** Sends a request. */
    public Answer send(String method, String path, Object body) throws IOException, InterruptedException {
        String text = body instanceof String word ? word : JSON.writeValueAsString(body);
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(TIMEOUT)
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(text))
                .build();
        HttpResponse<String> answer = CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
        return new Answer(answer.statusCode(), JSON.readTree(answer.body()));
    }

    /** Reads a resource. */
    public Answer get(String path) throws IOException, InterruptedException {
        return send("GET", path, "");
    }

    /** Returns whether the worker answers and is part of a group. */
    public boolean isUp() throws InterruptedException {
        try {
            return get("/connectors").isGood();
        } catch (IOException e) {
            return false;
        }
    }

    /** Creates a connector, or changes its settings. */
    public Answer put(String connector, Map<String, String> settings) throws IOException, InterruptedException {
        return send("PUT", "/connectors/" + connector + "/config", new LinkedHashMap<>(settings));
    }

    /** Returns the tasks of a connector; none if it does not exist, or is about to start. */
    public List<TaskState> tasks(String connector) throws IOException, InterruptedException {
        List<TaskState> tasks = new ArrayList<>();
        for (JsonNode task : get("/connectors/" + connector + "/status").body().path("tasks"))
            tasks.add(new TaskState(
                    task.path("id").asInt(),
                    task.path("state").asText(),
                    task.path("worker_id").asText(),
                    task.path("trace").asText("")));
        return tasks;
    }
}
