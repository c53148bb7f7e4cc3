package io.gapless.docs;

import com.sun.source.tree.BinaryTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/** What users read of Java sources: their string literals, and the Javadoc of what is public. */
final class JavaProse extends TreePathScanner<@Nullable Void, Boolean> {
    private final DocTrees docs;
    private final List<String> texts = new ArrayList<>();

    private JavaProse(DocTrees docs) {
        this.docs = docs;
    }

    static List<String> of(List<Path> sources) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            JavacTask task = (JavacTask)
                    compiler.getTask(null, files, null, null, null, files.getJavaFileObjectsFromPaths(sources));
            JavaProse prose = new JavaProse(DocTrees.instance(task));
            for (CompilationUnitTree source : task.parse()) {
                prose.docs(source);
                prose.scan(source, true);
            }
            return prose.texts;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void docs(CompilationUnitTree source) {
        if (!source.getSourceFile().getName().endsWith("package-info.java")) return;
        add(docs.getDocComment(new TreePath(new TreePath(source), source.getPackage())));
    }

    @Override
    public @Nullable Void visitClass(ClassTree type, Boolean isPublic) {
        boolean visible = isPublic && (isMemberOfInterface() || isPublic(type.getModifiers()));
        if (visible) add(docs.getDocComment(getCurrentPath()));
        return super.visitClass(type, visible);
    }

    @Override
    public @Nullable Void visitMethod(MethodTree method, Boolean isPublic) {
        if (isPublic && (isMemberOfInterface() || isPublic(method.getModifiers())))
            add(docs.getDocComment(getCurrentPath()));
        return super.visitMethod(method, false);
    }

    @Override
    public @Nullable Void visitVariable(VariableTree field, Boolean isPublic) {
        boolean constant = field.getModifiers().getFlags().contains(Modifier.PUBLIC);
        if (isPublic && (isMemberOfInterface() || constant)) add(docs.getDocComment(getCurrentPath()));
        return super.visitVariable(field, isPublic);
    }

    /** A sentence that is put together from several literals is one text. */
    @Override
    public @Nullable Void visitBinary(BinaryTree sum, Boolean isPublic) {
        if (sum.getKind() != Tree.Kind.PLUS) return super.visitBinary(sum, isPublic);
        StringBuilder text = new StringBuilder();
        join(sum, text, isPublic);
        texts.add(text.toString());
        return null;
    }

    private void join(ExpressionTree part, StringBuilder text, Boolean isPublic) {
        if (part instanceof BinaryTree sum && sum.getKind() == Tree.Kind.PLUS) {
            join(sum.getLeftOperand(), text, isPublic);
            join(sum.getRightOperand(), text, isPublic);
        } else if (part instanceof LiteralTree literal && literal.getValue() instanceof String words) {
            text.append(words);
        } else {
            text.append('…');
            scan(part, isPublic);
        }
    }

    @Override
    public @Nullable Void visitLiteral(LiteralTree literal, Boolean isPublic) {
        if (literal.getValue() instanceof String text) texts.add(text);
        return super.visitLiteral(literal, isPublic);
    }

    private boolean isMemberOfInterface() {
        Tree.Kind around = getCurrentPath().getParentPath().getLeaf().getKind();
        return around == Tree.Kind.INTERFACE || around == Tree.Kind.ANNOTATION_TYPE;
    }

    private static boolean isPublic(ModifiersTree modifiers) {
        Set<Modifier> flags = modifiers.getFlags();
        return flags.contains(Modifier.PUBLIC) || flags.contains(Modifier.PROTECTED);
    }

    private void add(@Nullable String comment) {
        if (comment != null)
            texts.add(comment.replaceAll("(?s)<pre>.*?</pre>", "").replaceAll("\\{@\\w+ [^}]*\\}", "code"));
    }
}
