package io.gapless.stream.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.DictionaryFile;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gapless.stream.post.Problem;
import java.util.List;

/** Any body of an answer: X's, a proxy's, an attacker's. */
class ProblemFuzzTest {
    /** 2,000 characters and the ellipsis. */
    private static final int TEXT_MAX = 2_001;

    private static final int LIST_MAX = 100;

    @DictionaryFile(resourcePath = "ProblemFuzzTest.dict")
    @FuzzTest(maxDuration = "60s")
    void aBodyBecomesAProblemWithinItsBoundsThatFitsOnALine(byte[] body) {
        Problem problem = BodyJson.problem(body);

        for (String text : names(problem)) assertThat(text).hasSizeLessThanOrEqualTo(TEXT_MAX);
        assertThat(problem.detail()).hasSizeLessThanOrEqualTo(TEXT_MAX);
        for (List<String> list : List.of(problem.messages(), problem.parameters())) {
            assertThat(list).hasSizeLessThanOrEqualTo(LIST_MAX);
            assertThat(list).allMatch(text -> text.length() <= TEXT_MAX);
        }
        assertThat(problem.type()).doesNotContain("/");
        assertThat(problem.describe()).isNotEmpty();
        assertThat(problem.describe().codePoints()).noneMatch(ProblemFuzzTest::breaksALine);
        problem.name().ifPresent(name -> assertThat(problem.isNamed(name)).isTrue());
        problem.parameters()
                .forEach(parameter -> assertThat(problem.names(parameter)).isTrue());
        BodyJson.read(body).filter(JsonNode::isObject).ifPresent(json -> assertWrappedIsBare(json, problem));
    }

    private static List<String> names(Problem problem) {
        return List.of(problem.title(), problem.type(), problem.connectionIssue(), problem.disconnectType());
    }

    /** Or does worse to a terminal that shows it. */
    private static boolean breaksALine(int character) {
        return Character.isISOControl(character) || character == '\u2028' || character == '\u2029';
    }

    private static void assertWrappedIsBare(JsonNode json, Problem bare) {
        if (json.has("errors")) return;
        Problem wrapped = Problem.of(wrap(json));
        assertThat(names(wrapped)).isEqualTo(names(bare));
        assertThat(wrapped.detail()).isEqualTo(bare.detail());
    }

    private static JsonNode wrap(JsonNode problem) {
        ObjectNode wrapped = JsonNodeFactory.instance.objectNode();
        wrapped.putArray("errors").add(problem);
        return wrapped;
    }
}
