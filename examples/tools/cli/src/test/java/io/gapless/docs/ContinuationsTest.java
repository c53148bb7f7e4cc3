package io.gapless.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ExpressionStatementTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.LambdaExpressionTree;
import com.sun.source.tree.MemberReferenceTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreeScanner;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A future that fails must not do so in silence: what waits for it has a branch for that.
 *
 * <p>The rule: where nobody takes what a continuation returns, the chain ends, and so it ends with {@code whenComplete} or
 * {@code handle}. Its lambda reads the failure; or neither the value nor the failure, if it does the same in both cases. A
 * lambda that is no argument of a continuation hands on what was mapped to a value, and nothing else.
 */
class ContinuationsTest {
    private static final List<String> SOURCES =
            List.of("stream-core/src/main/java", "stream-recovery/src/main/java", "examples/tools/cli/src/main/java");

    /** They are skipped when the future fails. */
    private static final Set<String> ONE_BRANCH = Set.of(
            "thenAccept",
            "thenRun",
            "thenApply",
            "thenCompose",
            "thenCombine",
            "thenAcceptBoth",
            "runAfterBoth",
            "acceptEither",
            "applyToEither",
            "runAfterEither",
            "orTimeout");

    private static final Set<String> TWO_BRANCHES = Set.of("whenComplete", "handle");
    /** They are pointless where nobody takes the value. */
    private static final Set<String> MAPPING = Set.of("thenApply", "thenCompose", "thenCombine", "handle");

    private static final Set<String> FAILURE_ONLY = Set.of("exceptionally", "exceptionallyCompose");

    @Test
    void whoeverWaitsForAFutureSeesItFail() throws IOException {
        List<JavaFileObject> sources = new ArrayList<>();
        for (String root : SOURCES) sources.addAll(sources(root));
        assertThat(sources).hasSizeGreaterThan(80);
        assertThat(violations(sources)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "f.thenAccept(v -> {});",
                "f.thenRun(this::x);",
                "f.thenCompose(v -> g(v)).thenApply(v -> 1);",
                "run(() -> f.thenAccept(v -> {}));",
                "f.whenComplete((v, failed) -> use(v));",
                "f.whenComplete((v, failed) -> { if (v != null) use(v); });",
                "f.handle((v, failed) -> v);",
                "f.whenCompleteAsync((v, failed) -> use(v));"
            })
    void aChainThatEndsWithoutABranchForTheFailureIsFound(String statement) throws IOException {
        assertThat(violations(List.of(source(statement)))).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "f.whenComplete((v, failed) -> use(v, failed));",
                "f.whenComplete((v, failed) -> wake());",
                "f.whenComplete(this::both);",
                "return f.thenApply(v -> 1);",
                "return inChunks(all, (before, chunk) -> g(chunk).thenApply(v -> before + v));",
                "Object g = f.thenApply(v -> 1);",
                "f.thenCompose(v -> g(v).thenApply(w -> 1)).whenComplete((v, failed) -> use(v, failed));",
                "f.exceptionally(failed -> use(failed));"
            })
    void aChainThatHandsOnOrSeesTheFailureIsNot(String statement) throws IOException {
        assertThat(violations(List.of(source(statement)))).isEmpty();
    }

    private static JavaFileObject source(String statement) {
        return source("Sample", "class Sample { Object m() { " + statement + " return null; } }");
    }

    private static JavaFileObject source(String name, String text) {
        return new SimpleJavaFileObject(URI.create("string:///" + name + ".java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return text;
            }
        };
    }

    private static List<JavaFileObject> sources(String root) {
        return Repository.sources(root).stream()
                .filter(file -> !file.getFileName().toString().contains("-info"))
                .map(file -> source(file.getFileName().toString().replace(".java", ""), Repository.read(file)))
                .toList();
    }

    private static List<String> violations(List<JavaFileObject> sources) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        List<String> found = new ArrayList<>();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, Locale.ROOT, null)) {
            JavacTask task = (JavacTask) compiler.getTask(null, files, null, List.of(), null, sources);
            for (CompilationUnitTree unit : task.parse()) new Ends(found).scan(unit, null);
        }
        return found;
    }

    /** Looks at the ends of chains: statements, and what a lambda is made of that no continuation waits for. */
    private static final class Ends extends TreeScanner<Void, Void> {
        private final List<String> found;
        private final Set<LambdaExpressionTree> handedOn = new HashSet<>();
        private String file = "";

        Ends(List<String> found) {
            this.found = found;
        }

        @Override
        public Void visitCompilationUnit(CompilationUnitTree unit, Void nothing) {
            file = unit.getSourceFile().getName();
            return super.visitCompilationUnit(unit, nothing);
        }

        @Override
        public Void visitMethodInvocation(MethodInvocationTree call, Void nothing) {
            if (isContinuation(name(call))) {
                for (ExpressionTree argument : call.getArguments()) {
                    if (argument instanceof LambdaExpressionTree lambda) handedOn.add(lambda);
                }
            }
            return super.visitMethodInvocation(call, nothing);
        }

        @Override
        public Void visitLambdaExpression(LambdaExpressionTree lambda, Void nothing) {
            boolean maps = lambda.getBody() instanceof MethodInvocationTree call && MAPPING.contains(name(call));
            if (!handedOn.contains(lambda) && !maps) check(lambda.getBody());
            return super.visitLambdaExpression(lambda, nothing);
        }

        @Override
        public Void visitExpressionStatement(ExpressionStatementTree statement, Void nothing) {
            check(statement.getExpression());
            return super.visitExpressionStatement(statement, nothing);
        }

        private void check(Tree end) {
            if (!(end instanceof MethodInvocationTree call) || !isContinuation(name(call))) return;
            if (FAILURE_ONLY.contains(name(call)) || TWO_BRANCHES.contains(name(call)) && seesBoth(call)) return;
            found.add(file + ": " + end.toString().replaceAll("\\s+", " "));
        }

        private static boolean isContinuation(String name) {
            return ONE_BRANCH.contains(name) || TWO_BRANCHES.contains(name) || FAILURE_ONLY.contains(name);
        }

        private static String name(MethodInvocationTree call) {
            String name = call.getMethodSelect() instanceof MemberSelectTree select
                    ? select.getIdentifier().toString()
                    : "";
            return name.endsWith("Async") ? name.substring(0, name.length() - "Async".length()) : name;
        }

        private static boolean seesBoth(MethodInvocationTree call) {
            ExpressionTree action = call.getArguments().get(0);
            if (action instanceof MemberReferenceTree) return true;
            if (!(action instanceof LambdaExpressionTree lambda)) return false;
            List<? extends VariableTree> parameters = lambda.getParameters();
            boolean value = reads(lambda, parameters.get(0));
            boolean failure = reads(lambda, parameters.get(1));
            return failure || !value;
        }

        private static boolean reads(LambdaExpressionTree lambda, VariableTree parameter) {
            boolean[] found = {false};
            new TreeScanner<Void, Void>() {
                @Override
                public Void visitIdentifier(IdentifierTree name, Void nothing) {
                    found[0] |= name.getName().equals(parameter.getName());
                    return null;
                }
            }.scan(lambda.getBody(), null);
            return found[0];
        }
    }
}
