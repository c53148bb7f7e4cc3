package io.gapless.stream.rules;

import com.fasterxml.jackson.databind.JsonNode;
import io.gapless.stream.post.Problem;
import io.gapless.stream.rules.RulesException.RuleRefusal;
import io.gapless.stream.rules.syntax.RuleText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads X's answer to a request that adds rules. The HTTP status of the answer means nothing: X answers 201 if all
 * rules are duplicates, and 200 if all are invalid. X's summary counts a duplicate as invalid, so only the errors
 * distinguish the two.
 *
 * @param hasSummary whether the answer has a summary; an answer without a summary cannot be used
 * @param notCreated how many rules X did not create
 * @param invalid how many rules X would not create, including duplicates
 * @param created the rules that X created
 * @param idsOfDuplicates the ids of rules that already existed, by the value as it was sent
 * @param refusals the rules that X refuses
 */
record AddAnswer(
        boolean hasSummary,
        int notCreated,
        int invalid,
        List<Rule> created,
        Map<String, String> idsOfDuplicates,
        List<RuleRefusal> refusals) {
    private static final int ERRORS_MAX = 1_000;
    private static final int DETAILS_MAX = 20;

    static AddAnswer of(JsonNode body) {
        JsonNode summary = body.path("meta").path("summary");
        Map<String, String> idsOfDuplicates = new HashMap<>();
        List<RuleRefusal> refusals = new ArrayList<>();
        for (JsonNode error : body.path("errors")) {
            if (idsOfDuplicates.size() + refusals.size() >= ERRORS_MAX) break;
            Problem problem = Problem.of(error);
            String value = error.path("value").asText("");
            if (problem.isNamed("DuplicateRule") || problem.isNamed("duplicate-rules")) {
                idsOfDuplicates.put(value, error.path("id").asText(""));
            } else {
                String name = RulesException.isCap(problem)
                        ? RuleRefusal.CAP
                        : problem.name().orElse("refused");
                refusals.add(new RuleRefusal(value, name, details(error, problem)));
            }
        }
        return new AddAnswer(
                summary.isObject(),
                summary.path("not_created").asInt(),
                summary.path("invalid").asInt(),
                RuleJson.rules(body),
                idsOfDuplicates,
                refusals);
    }

    /** Returns whether X created all the rules that were sent. */
    boolean createdAll(int sent) {
        return notCreated == 0 && created.size() == sent;
    }

    /** Returns whether X refuses rules without naming any of them. */
    boolean refusesWithoutNaming() {
        return invalid > 0 && refusals.isEmpty() && idsOfDuplicates.isEmpty();
    }

    private static List<String> details(JsonNode error, Problem problem) {
        List<String> details = new ArrayList<>();
        if (!problem.detail().isEmpty()) details.add(RuleText.shown(problem.detail()));
        for (JsonNode detail : error.path("details")) {
            if (details.size() < DETAILS_MAX) details.add(RuleText.shown(detail.asText("")));
        }
        return details;
    }
}
