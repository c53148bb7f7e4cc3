package io.gapless.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Java that our pages show compiles as it stands: here, or as a part of a source that is compiled elsewhere. */
class JavaBlocksTest {
    private static final String IMPORTS = """
            import io.gapless.emulator.*;
            import io.gapless.page.*;
            import io.gapless.recovery.*;
            import io.gapless.recovery.outbox.*;
            import io.gapless.recovery.state.*;
            import io.gapless.stream.*;
            import io.gapless.stream.event.*;
            import io.gapless.stream.post.*;
            import io.gapless.stream.rules.*;
            import io.gapless.stream.seam.*;
            import io.micrometer.core.instrument.MeterRegistry;
            import io.micrometer.core.instrument.Tags;
            import java.net.URI;
            import java.nio.file.Path;
            import java.time.*;
            import java.util.*;
            import java.util.concurrent.*;
            import org.junit.jupiter.api.Test;
            import org.junit.jupiter.api.extension.RegisterExtension;
            import static org.junit.jupiter.api.Assertions.*;
            """;

    /** A block in a compilation unit of its own. */
    private static final class Unit extends SimpleJavaFileObject {
        private final String text;

        Unit(String name, String text) {
            super(URI.create("string:///" + name + ".java"), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }

    @Test
    void eachBlockCompiles(@TempDir Path classes) {
        List<String> wrong = new ArrayList<>();
        List<String> examples =
                Repository.sources("examples").stream().map(Repository::read).toList();
        int blocks = 0;
        for (Path page : Repository.pages()) {
            for (String block : Markdown.blocks(Repository.read(page), "java")) {
                blocks++;
                if (examples.stream().anyMatch(source -> source.contains(block))) continue;
                String faults = compile(block, classes);
                if (!faults.isEmpty()) wrong.add(Repository.name(page) + ":\n" + block + faults);
            }
        }
        assertThat(blocks).isPositive();
        assertThat(wrong).as(String.join("\n", wrong)).isEmpty();
    }

    private static String compile(String block, Path classes) {
        boolean whole = block.contains("\nimport ") || block.startsWith("import ") || block.startsWith("package ");
        boolean type = block.lines().anyMatch(line -> line.matches("(public )?(final )?class \\w+.*"));
        String body = type ? block : "class Block {\n    void run() throws Exception {\n" + block + "    }\n}\n";
        String text = whole ? block : IMPORTS + body;
        String name = text.lines()
                .filter(line -> line.matches("(public )?(final )?class \\w+.*"))
                .map(line -> line.replaceFirst(".*?class (\\w+).*", "$1"))
                .findFirst()
                .orElse("module-info");
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        DiagnosticCollector<JavaFileObject> faults = new DiagnosticCollector<>();
        List<String> options =
                List.of("-proc:none", "-d", classes.toString(), "-cp", System.getProperty("java.class.path"));
        boolean compiles = compiler.getTask(null, null, faults, options, null, List.of(new Unit(name, text)))
                .call();
        if (compiles) return "";
        return faults.getDiagnostics().stream()
                .map(fault -> fault.getMessage(Locale.ENGLISH))
                .collect(Collectors.joining("\n"));
    }
}
