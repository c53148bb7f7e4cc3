package io.gapless.stream.rules;

import com.fasterxml.jackson.databind.JsonNode;
import io.gapless.stream.api.Problem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What X says to rules that were sent to it. The status means nothing here: 201 when all are duplicates, 200 when all
 * are invalid. A duplicate counts as invalid in X's summary, so only the errors tell the two apart.
 *
 * @param clear whether the answer has a summary at all
 * @param notCreated how many rules X did not make
 * @param invalid how many rules X would not make, duplicates included
 * @param created the rules that X made
 * @param idsOfDuplicates ids of the rules that X held before, by value as we sent it
 * @param refusals the rules that X does not want
 */
record AddAnswer(
        boolean clear,
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

    /** Whether X made all of so many rules. */
    boolean createdAll(int sent) {
        return notCreated == 0 && created.size() == sent;
    }

    /** Whether X would refuse rules without a word about any. */
    boolean refusesInSilence() {
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
