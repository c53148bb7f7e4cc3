package io.gapless.stream.post;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Holds X's error object. Reading is lenient: the object may stand alone or inside {@code errors[]}, in the v2 or the
 * v1.1 form, and the body may even not be JSON. A field that X omits is an empty string. Any field can have values that
 * X adds later. Immutable.
 *
 * @param title X's title, such as {@code ConnectionException}
 * @param detail X's sentence, or the beginning of a body that is not JSON; at most 2,000 characters
 * @param type the last path segment of X's problem type, such as {@code usage-capped}; X has changed the host in front
 *     of it
 * @param connectionIssue X's connection issue, such as {@code TooManyConnections}
 * @param disconnectType X's disconnect type, such as {@code OperationalDisconnect}
 * @param resetDate when a cap ends, as X writes it, such as {@code 2030-01-12}
 * @param messages the messages in {@code errors[]}, such as why a parameter is refused
 * @param parameters the names of the request parameters that X refuses
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
     * Copies the lists, and cuts texts to their maximum length.
     *
     * @param title X's title
     * @param detail X's sentence
     * @param type the last path segment of X's problem type
     * @param connectionIssue X's connection issue
     * @param disconnectType X's disconnect type
     * @param resetDate when a cap ends
     * @param messages further messages
     * @param parameters the refused parameters
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
     * Reads a JSON object.
     *
     * @param node a problem, or an object with {@code errors}
     * @return its problem
     */
    public static Problem of(JsonNode node) {
        JsonNode errors = node.path("errors");
        JsonNode first = errors.path(0);
        // X sends two forms. Wrapped: {"errors":[{the problem}]}. Alone: {the problem, perhaps with "errors":[{message,
        // parameters}]}.
        JsonNode problem = node.has("title") || node.has("type") || first.isMissingNode() ? node : first;
        // A wrapped problem can have errors[] of its own. Then these contain its reasons.
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
     * Returns whether X names a parameter.
     *
     * @param parameter the name of the request parameter
     * @return true if the list of parameters, a message or the detail contains it
     */
    public boolean names(String parameter) {
        return parameters.contains(parameter)
                || messages.stream().anyMatch(message -> message.contains(parameter))
                || detail.contains(parameter);
    }

    /**
     * Returns whether the problem has a name.
     *
     * @param word the name; case does not matter
     * @return true if the title, type, connection issue or disconnect type equals it
     */
    public boolean isNamed(String word) {
        if (word.isEmpty()) return false;
        return word.equalsIgnoreCase(title)
                || word.equalsIgnoreCase(type)
                || word.equalsIgnoreCase(connectionIssue)
                || word.equalsIgnoreCase(disconnectType);
    }

    /**
     * Returns whether X itself wrote the problem. X's problems have a title, a type, or errors with messages. A page
     * has none of these, and other servers use other fields.
     *
     * @return false for a page, an empty body, and JSON that is not in the form of X's problems
     */
    public boolean isOfX() {
        return name().isPresent() || !messages.isEmpty();
    }

    /**
     * Returns whether the problem is about credits, or a cap of spending or usage.
     *
     * @return true if a person must pay or raise a cap, or a new period must begin
     */
    public boolean isCap() {
        return CAPS.stream().anyMatch(this::isNamed);
    }

    /**
     * Returns when the cap ends.
     *
     * @return the moment; for a date without a time, the start of that day in UTC; empty if X does not report an end
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
     * Returns the most specific name of the problem.
     *
     * @return the connection issue, disconnect type, title or type; empty if the problem has no name
     */
    public Optional<String> name() {
        for (String name : List.of(connectionIssue, disconnectType, title, type)) {
            if (!name.isEmpty()) return Optional.of(name);
        }
        return Optional.empty();
    }

    private String nameless() {
        if (!messages.isEmpty()) return "";
        return detail.isEmpty() ? "without an explanation" : "not in X's form";
    }

    /**
     * Describes the problem for people.
     *
     * @return one line with its name, its sentence and its messages
     */
    public String describe() {
        StringBuilder line = new StringBuilder(name().orElse(nameless()));
        if (!detail.isEmpty()) line.append(line.length() == 0 ? "" : ": ").append(detail.replaceFirst("\\.$", ""));
        for (String message : messages) {
            if (!message.equals(detail))
                line.append(line.length() == 0 ? "" : " · ").append(message);
        }
        // X's text may contain line breaks, including Unicode's, and control characters that a terminal would obey.
        return line.toString().replaceAll("[\\s\\p{Cc}\\u2028\\u2029]+", " ");
    }
}
