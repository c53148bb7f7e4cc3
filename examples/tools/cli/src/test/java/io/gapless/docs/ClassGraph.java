package io.gapless.docs;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.MemberReferenceTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.lang.model.element.Element;
import javax.lang.model.element.PackageElement;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * Reads from sources which file uses which other. A file uses another if it names a type that is declared there, or a
 * member of such a type. The compiler resolves the names, so it also sees uses within a package and uses of constants.
 */
final class ClassGraph {
    private final Map<String, Set<String>> uses;

    private ClassGraph(Map<String, Set<String>> uses) {
        this.uses = uses;
    }

    /** Reads the sources below a folder. What they need besides each other must be on the class path. */
    static ClassGraph of(Path folder) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, Locale.ROOT, null);
                Stream<Path> found = Files.walk(folder)) {
            List<Path> sources = found.filter(ClassGraph::isRead).toList();
            List<String> options = List.of("-proc:none", "-classpath", System.getProperty("java.class.path"));
            JavacTask task = (JavacTask)
                    compiler.getTask(null, files, null, options, null, files.getJavaFileObjectsFromPaths(sources));
            Iterable<? extends CompilationUnitTree> units = task.parse();
            task.analyze();
            Uses uses = new Uses(Trees.instance(task));
            units.forEach(unit -> uses.scan(unit, file(unit)));
            return new ClassGraph(uses.found);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A module descriptor would hide what is on the class path. */
    private static boolean isRead(Path file) {
        return file.toString().endsWith(".java") && !file.endsWith("module-info.java");
    }

    Set<String> files() {
        return uses.keySet();
    }

    /** Returns the groups of files in which each reaches each other by its uses, with the uses that tie them. */
    List<String> knots() {
        Map<String, Set<String>> reached = new HashMap<>();
        for (String file : uses.keySet()) reached.put(file, reachedFrom(file));
        Set<Set<String>> knots = new HashSet<>();
        for (String file : uses.keySet()) {
            Set<String> knot = new TreeSet<>(reached.get(file));
            knot.removeIf(other -> !reached.get(other).contains(file));
            if (!knot.isEmpty()) knots.add(knot);
        }
        return knots.stream().map(this::description).sorted().toList();
    }

    private Set<String> reachedFrom(String file) {
        Set<String> reached = new HashSet<>();
        reach(file, reached);
        return reached;
    }

    private void reach(String file, Set<String> reached) {
        for (String next : uses.get(file)) if (reached.add(next)) reach(next, reached);
    }

    private String description(Set<String> knot) {
        StringBuilder text = new StringBuilder(knot.size() + " classes:");
        for (String file : knot) {
            Set<String> within = new TreeSet<>(uses.get(file));
            within.retainAll(knot);
            text.append(' ').append(file).append(" -> ").append(within).append(';');
        }
        return text.toString();
    }

    private static String file(CompilationUnitTree unit) {
        String path = unit.getSourceFile().getName().replace('\\', '/');
        return path.substring(path.lastIndexOf('/') + 1).replace(".java", "");
    }

    private static final class Uses extends TreePathScanner<Void, String> {
        private final Trees trees;
        private final Map<String, Set<String>> found = new TreeMap<>();
        /** The file of each top-level class that was named so far; empty if it is not among the sources. */
        private final Map<Element, Optional<String>> files = new HashMap<>();

        Uses(Trees trees) {
            this.trees = trees;
        }

        @Override
        public Void visitCompilationUnit(CompilationUnitTree unit, String file) {
            found.put(file, new TreeSet<>());
            return super.visitCompilationUnit(unit, file);
        }

        @Override
        public Void visitIdentifier(IdentifierTree name, String file) {
            add(file);
            return super.visitIdentifier(name, file);
        }

        @Override
        public Void visitMemberSelect(MemberSelectTree name, String file) {
            add(file);
            return super.visitMemberSelect(name, file);
        }

        @Override
        public Void visitMemberReference(MemberReferenceTree name, String file) {
            add(file);
            return super.visitMemberReference(name, file);
        }

        private void add(String file) {
            topLevelClass(trees.getElement(getCurrentPath()))
                    .flatMap(declared -> files.computeIfAbsent(declared, this::fileOf))
                    .filter(other -> !other.equals(file))
                    .ifPresent(found.get(file)::add);
        }

        private static Optional<Element> topLevelClass(Element element) {
            Element found = element;
            while (found != null && !isTopLevel(found)) found = found.getEnclosingElement();
            return Optional.ofNullable(found);
        }

        private static boolean isTopLevel(Element element) {
            return element.getEnclosingElement() instanceof PackageElement;
        }

        private Optional<String> fileOf(Element declared) {
            return Optional.ofNullable(trees.getPath(declared)).map(path -> file(path.getCompilationUnit()));
        }
    }
}
