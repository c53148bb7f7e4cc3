package io.gapless.stream.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gapless.stream.rules.RuleSet.WantedRule;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * Writes and reads the JSON of X's rule calls. X sends ids and numbers as numbers or as strings, depending on its
 * version.
 */
final class RuleJson {
    private RuleJson() {}

    static ObjectNode add(List<WantedRule> rules) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ArrayNode add = body.putArray("add");
        rules.forEach(rule -> add.addObject().put("value", rule.value()).put("tag", rule.tag()));
        return body;
    }

    static ObjectNode delete(List<String> ids) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ArrayNode array = body.putObject("delete").putArray("ids");
        ids.forEach(array::add);
        return body;
    }

    /** Returns the rules in {@code data}, which X omits if there is no rule. Skips entries without an id or a value. */
    static List<Rule> rules(JsonNode body) {
        List<Rule> rules = new ArrayList<>();
        for (JsonNode rule : body.path("data")) {
            String id = rule.path("id").asText("");
            String value = rule.path("value").asText("");
            if (!id.isEmpty() && !value.isEmpty()) {
                rules.add(new Rule(id, value, rule.path("tag").asText("")));
            }
        }
        return rules;
    }

    static RuleCounts counts(JsonNode data) {
        JsonNode app = data.path("client_app_rules_count");
        return new RuleCounts(
                number(app.isObject() ? app.path("rule_count") : app),
                number(data.path("cap_per_client_app")),
                number(data.path("project_rules_count")),
                number(data.path("cap_per_project")));
    }

    private static OptionalInt number(JsonNode node) {
        try {
            return OptionalInt.of(Integer.parseInt(node.asText()));
        } catch (NumberFormatException e) {
            return OptionalInt.empty();
        }
    }
}
