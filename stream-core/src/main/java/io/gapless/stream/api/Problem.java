package io.gapless.stream.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * X's error object, read leniently: bare or inside {@code errors[]}, of the v2 or the v1.1 form, or no JSON at all.
 * Fields that X left out are empty strings; none is a closed set. Immutable.
 *
 * @param title X's title, such as {@code ConnectionException}
 * @param detail X's sentence, or the beginning of a body that is no JSON; at most 2,000 characters
 * @param type the last path segment of X's problem type, such as {@code usage-capped}; its host has changed before
 * @param connectionIssue for example {@code TooManyConnections}
 * @param disconnectType for example {@code OperationalDisconnect}
 * @param resetDate when a cap is lifted by itself, as X writes it, such as {@code 2030-01-12}
 * @param messages what {@code errors[]} says in addition, such as the reason why a parameter is refused
 * @param parameters the names of the request parameters that X complains about
 */
public record Problem(
        String title,
        String detail,
        String type,
        String connectionIssue,
        String disconnectType,
        String resetDate,
        List<String> messages,
        List<String> parameters) {
    private static final Set<String> CAPS = Set.of(
            "UsageCapExceeded", "usage-capped", "SpendCapReached", "CreditsDepleted", "credits", "credits-depleted");
    private static final int TEXT_MAX = 2_000;
    private static final int LIST_MAX = 100;

    /**
     * Keeps copies, cut to their bounds.
     *
     * @param title X's title
     * @param detail X's sentence
     * @param type the last path segment of X's problem type
     * @param connectionIssue X's connection issue
     * @param disconnectType X's disconnect type
     * @param resetDate when a cap is lifted
     * @param messages further messages
     * @param parameters the parameters complained about
     */
    public Problem {
        title = cut(title);
        detail = cut(detail);
        type = cut(type);
        connectionIssue = cut(connectionIssue);
        disconnectType = cut(disconnectType);
        resetDate = cut(resetDate);
        messages = List.copyOf(messages);
        parameters = List.copyOf(parameters);
    }

    /**
     * Reads an HTTP body.
     *
     * @param body X's answer, of any form
     * @return what it says
     */
    public static Problem parse(byte[] body) {
        return Json.read(body).map(Problem::of).orElseGet(() -> notJson(body));
    }

    /**
     * Reads a JSON object.
     *
     * @param node a problem, or an object with {@code errors}
     * @return what it says
     */
    public static Problem of(JsonNode node) {
        JsonNode errors = node.path("errors");
        JsonNode first = errors.path(0);
        // Wrapped: {"errors":[{the problem}]}. Bare: {the problem, perhaps with "errors":[{message, parameters}]}.
        JsonNode problem = node.has("title") || node.has("type") || first.isMissingNode() ? node : first;
        // Either may hold the reasons: a wrapped problem can bring errors[] of its own.
        JsonNode reasons = problem.has("errors") ? problem.path("errors") : errors;
        String detail = text(problem, "detail");
        return new Problem(
                text(problem, "title"),
                detail.isEmpty() ? text(problem, "message") : detail,
                lastSegment(text(problem, "type")),
                text(problem, "connection_issue"),
                text(problem, "disconnect_type"),
                text(problem, "reset_date"),
                messages(reasons),
                parameters(reasons));
    }

    /** What can be said of a body that is no JSON. */
    static Problem notJson(byte[] body) {
        String text = new String(body, 0, Math.min(body.length, 4 * TEXT_MAX), StandardCharsets.UTF_8)
                .replaceAll("<[^<>]*>", " ")
                .replaceAll("\\s+", " ")
                .strip();
        return new Problem("", text, "", "", "", "", List.of(), List.of());
    }

    private static List<String> messages(JsonNode errors) {
        List<String> messages = new ArrayList<>();
        for (JsonNode error : errors) {
            String message = text(error, "message");
            if (!message.isEmpty() && messages.size() < LIST_MAX) messages.add(cut(message));
        }
        return messages;
    }

    private static List<String> parameters(JsonNode errors) {
        List<String> parameters = new ArrayList<>();
        for (JsonNode error : errors) {
            error.path("parameters").fieldNames().forEachRemaining(name -> {
                if (parameters.size() < LIST_MAX) parameters.add(cut(name));
            });
        }
        return parameters;
    }

    private static String text(JsonNode node, String field) {
        JsonNode value = node.isObject() ? node.path(field) : MissingNode.getInstance();
        return value.isValueNode() && !value.isNull() ? value.asText() : "";
    }

    private static String lastSegment(String type) {
        return type.substring(type.lastIndexOf('/') + 1);
    }

    private static String cut(String text) {
        return text.length() <= TEXT_MAX ? text : text.substring(0, TEXT_MAX) + "…";
    }

    /**
     * Whether X complains about a parameter.
     *
     * @param parameter the request parameter's name
     * @return true if X names it, in its list of parameters or within a message
     */
    public boolean names(String parameter) {
        return parameters.contains(parameter)
                || messages.stream().anyMatch(message -> message.contains(parameter))
                || detail.contains(parameter);
    }

    /**
     * Returns whether the problem has a name, in any of its naming fields.
     *
     * @param word compared without regard to case
     * @return true if the title, type, connection issue or disconnect type is that word
     */
    public boolean isNamed(String word) {
        if (word.isEmpty()) return false;
        return word.equalsIgnoreCase(title)
                || word.equalsIgnoreCase(type)
                || word.equalsIgnoreCase(connectionIssue)
                || word.equalsIgnoreCase(disconnectType);
    }

    /**
     * Whether X wrote it: X's problems have a title, a type, or errors with messages. A page has none of them, and JSON of
     * other servers writes its error in other fields.
     *
     * @return false for a page, an empty body, and JSON that is not in the form of X's problems
     */
    public boolean isOfX() {
        return name().isPresent() || !messages.isEmpty();
    }

    /**
     * Whether it is about credits, or a cap of spending or usage, whatever its status.
     *
     * @return true if a person must pay or raise a cap, or a new period must begin
     */
    public boolean isCap() {
        return CAPS.stream().anyMatch(this::isNamed);
    }

    /**
     * When the cap is lifted by itself.
     *
     * @return the moment, a bare date being its first in UTC; empty if X does not say
     */
    public Optional<Instant> resetsAt() {
        try {
            if (resetDate.length() == 10) {
                return Optional.of(LocalDate.parse(resetDate).atStartOfDay().toInstant(ZoneOffset.UTC));
            }
            return resetDate.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(resetDate));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /**
     * The most specific name that X gave.
     *
     * @return the connection issue, disconnect type, title or type; empty if X gave none
     */
    public Optional<String> name() {
        for (String name : List.of(connectionIssue, disconnectType, title, type)) {
            if (!name.isEmpty()) return Optional.of(name);
        }
        return Optional.empty();
    }

    /**
     * The problem in one line for people.
     *
     * @return its name, its sentence and its messages
     */
    public String describe() {
        StringBuilder line = new StringBuilder(name().orElse("no problem object"));
        if (!detail.isEmpty()) line.append(": ").append(detail.replaceFirst("\\.$", ""));
        for (String message : messages) {
            if (!message.equals(detail)) line.append(" · ").append(message);
        }
        // X's words may hold line breaks, also those that only Unicode calls so, and what a terminal takes for
        // commands.
        return line.toString().replaceAll("[\\s\\p{Cc}\\u2028\\u2029]+", " ");
    }
}
