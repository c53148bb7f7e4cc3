package io.gapless.emulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Answers {@code /2/tweets/search/stream/rules}: lists, adds and deletes rules. Also answers {@code …/rules/counts},
 * with the number of rules and its limits.
 */
final class RulesEndpoint {
    static final String RULES = "/2/tweets/search/stream/rules";
    static final String COUNTS = RULES + "/counts";

    private static final int MOST_PER_PAGE = 1_000;
    private static final int LONGEST_TAG = 255;
    private static final Set<String> LIST_PARAMETERS = Set.of("ids", "max_results", "pagination_token");
    private static final Set<String> CHANGE_PARAMETERS = Set.of("dry_run", "delete_all");
    private static final Set<String> COUNT_FIELDS = Set.of(
            "all_project_client_apps",
            "cap_per_client_app",
            "cap_per_project",
            "client_app_rules_count",
            "project_rules_count");

    private final AccessLevel access;
    private final RuleBook rules;
    private final XTime time;

    RulesEndpoint(AccessLevel access, RuleBook rules, XTime time) {
        this.access = access;
        this.rules = rules;
        this.time = time;
    }

    Answer list(Request request) {
        Optional<Answer> refusal = ParameterChecks.refuseUnknown(request, LIST_PARAMETERS)
                .or(() -> ParameterChecks.refuseOutside(request, "max_results", 1, MOST_PER_PAGE));
        Optional<Long> start = PageToken.decode(request.text("pagination_token"));
        if (refusal.isPresent()) {
            return refusal.get();
        }
        if (request.has("pagination_token") && start.isEmpty()) {
            return Answer.invalid(
                    "pagination_token", request.text("pagination_token"), "The pagination token is not valid.");
        }
        Set<String> ids = request.names("ids");
        List<Rule> listed = rules.current().rules().stream()
                .filter(rule -> ids.isEmpty() || ids.contains(Long.toString(rule.id())))
                .toList();
        int from = (int) Math.min(start.orElse(0L), listed.size());
        int most = request.has("max_results") ? request.number("max_results") : MOST_PER_PAGE;
        int to = Math.min(listed.size(), from + most);
        return Answer.json(200, page(listed.subList(from, to), to < listed.size() ? to : 0));
    }

    Answer change(Request request) {
        Optional<Answer> refusal = ParameterChecks.refuseUnknown(request, CHANGE_PARAMETERS);
        if (refusal.isPresent()) {
            return refusal.get();
        }
        boolean dry = Boolean.parseBoolean(request.text("dry_run"));
        if (Boolean.parseBoolean(request.text("delete_all"))) {
            List<Rule> all = rules.current().rules();
            return deleted(dry ? all.size() : rules.remove(rule -> true), List.of());
        }
        JsonNode body;
        try {
            body = Json.parse(request.body());
        } catch (IOException notJson) {
            return badBody("The request body is not valid JSON.");
        }
        if (body.has("add") == body.has("delete") || body.size() != 1) {
            return badBody("The request body needs exactly one of [add, delete].");
        }
        return body.has("add") ? add(body.get("add"), dry) : delete(body.get("delete"), dry);
    }

    Answer counts(Request request) {
        Optional<Answer> refusal = ParameterChecks.refuseUnknown(request, Set.of("rules_count.fields"));
        if (refusal.isPresent()) {
            return refusal.get();
        }
        for (String field : request.text("rules_count.fields").split(",")) {
            if (!field.isEmpty() && !COUNT_FIELDS.contains(field)) {
                return Answer.invalid("rules_count.fields", field, "[" + field + "] is not a known field.");
            }
        }
        int held = rules.current().rules().size();
        String cap = Integer.toString(access.rules);
        ObjectNode answer = Json.object();
        ObjectNode data = answer.putObject("data");
        data.put("cap_per_client_app", cap);
        data.put("cap_per_project", cap);
        data.putObject("client_app_rules_count").put("client_app_id", "1").put("rule_count", held);
        data.put("project_rules_count", Integer.toString(held));
        return Answer.json(200, answer);
    }

    private ObjectNode page(List<Rule> listed, int next) {
        ObjectNode page = Json.object();
        if (!listed.isEmpty()) {
            ArrayNode data = page.putArray("data");
            listed.forEach(rule -> data.add(json(rule)));
        }
        ObjectNode meta = meta(page);
        meta.put("result_count", listed.size());
        if (next > 0) {
            meta.put("next_token", PageToken.encode(next));
        }
        return page;
    }

    private Answer add(JsonNode wanted, boolean dry) {
        if (!wanted.isArray() || wanted.isEmpty()) {
            return badBody("[add] must be a list of rules.");
        }
        int held = rules.current().rules().size();
        int cap = access.rules;
        if (held + wanted.size() > cap) {
            // The body of X's answer is known. The status is not, so 422 is an assumption.
            return Answer.problem(422, Problems.ruleCap(held, cap));
        }
        Additions additions = new Additions(dry);
        wanted.forEach(additions::add);
        return additions.answer();
    }

    /** Adds the rules of one request, and collects the result of each. */
    private final class Additions {
        private final boolean dry;
        private final ArrayNode created = Json.array();
        private final ArrayNode errors = Json.array();
        private final Set<String> seen = new HashSet<>();
        private int duplicates;

        private Additions(boolean dry) {
            this.dry = dry;
        }

        private void add(JsonNode wanted) {
            String value = wanted.path("value").asText("").strip();
            String tag = wanted.hasNonNull("tag") ? wanted.get("tag").asText() : null;
            Optional<Rule> same = rules.current().rules().stream()
                    .filter(rule -> rule.value().equals(value))
                    .findFirst();
            if (same.isPresent() || !seen.add(value)) {
                duplicates++;
                errors.add(Problems.duplicateRule(
                        value, same.map(rule -> Long.toString(rule.id())).orElse("")));
                return;
            }
            int longest = access.ruleLength;
            if (value.codePointCount(0, value.length()) > longest) {
                errors.add(Problems.invalidRule(value, "Rules must be at most " + longest + " characters long"));
                return;
            }
            if (tag != null && tag.length() > LONGEST_TAG) {
                errors.add(Problems.invalidRule(value, "Tags must be at most " + LONGEST_TAG + " characters long"));
                return;
            }
            try {
                Clause clause = RuleSyntax.rule(value);
                created.add(json(dry ? rules.draft(value, tag, clause) : rules.add(value, tag, clause)));
            } catch (RuleSyntax.Invalid e) {
                errors.add(Problems.invalidRule(value, e.detail()));
            }
        }

        private Answer answer() {
            ObjectNode answer = Json.object();
            if (!created.isEmpty()) {
                answer.set("data", created);
            }
            ObjectNode summary = meta(answer).putObject("summary");
            summary.put("created", created.size());
            summary.put("not_created", errors.size());
            summary.put("valid", created.size());
            summary.put("invalid", errors.size());
            if (!errors.isEmpty()) {
                answer.set("errors", errors);
            }
            return Answer.json(created.isEmpty() && duplicates == 0 ? 200 : 201, answer);
        }
    }

    private Answer delete(JsonNode wanted, boolean dry) {
        boolean byId = wanted.has("ids");
        JsonNode names = wanted.path(byId ? "ids" : "values");
        if (!names.isArray() || names.isEmpty() || wanted.size() != 1) {
            return badBody("[delete] needs exactly one of [ids, values], a list.");
        }
        int deleted = 0;
        Set<String> unknown = new HashSet<>();
        for (JsonNode name : names) {
            String text = name.asText();
            boolean there = rules.current().rules().stream().anyMatch(rule -> isNamed(rule, byId, text));
            if (!there) {
                unknown.add(text);
            } else if (dry || rules.remove(rule -> isNamed(rule, byId, text)) > 0) {
                deleted++;
            }
        }
        return deleted(deleted, List.copyOf(unknown));
    }

    private static boolean isNamed(Rule rule, boolean byId, String name) {
        return byId ? Long.toString(rule.id()).equals(name) : rule.value().equals(name);
    }

    private Answer deleted(int count, List<String> unknown) {
        ObjectNode answer = Json.object();
        if (!unknown.isEmpty()) {
            ArrayNode errors = answer.putArray("errors");
            unknown.forEach(name -> errors.add(Problems.noSuchRule()));
        }
        meta(answer).putObject("summary").put("deleted", count).put("not_deleted", unknown.size());
        return Answer.json(200, answer);
    }

    private static Answer badBody(String message) {
        return Answer.invalid("body", "", message);
    }

    private ObjectNode meta(ObjectNode answer) {
        return answer.putObject("meta").put("sent", Json.millisText(time.now()));
    }

    private static ObjectNode json(Rule rule) {
        ObjectNode json = Json.object();
        json.put("id", Long.toString(rule.id()));
        json.put("value", rule.value());
        if (rule.tag() != null) {
            json.put("tag", rule.tag());
        }
        return json;
    }
}
