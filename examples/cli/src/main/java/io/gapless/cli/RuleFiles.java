package io.gapless.cli;

import io.gapless.recovery.Access;
import io.gapless.stream.rules.RuleSet;
import io.gapless.stream.rules.RuleSyntax;
import io.gapless.stream.rules.WantedRule;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Rules files, looked at before X is asked. */
final class RuleFiles {
    private RuleFiles() {}

    /**
     * Reads a file whose rules X can be asked to hold.
     *
     * @param warnings is told what looks like a slip
     * @throws io.gapless.stream.rules.RulesException if it is no rules file
     * @throws CliException if a rule has an error
     */
    static RuleSet read(Path file, Access access, PrintStream warnings) {
        RuleSet rules = RuleSet.read(file);
        List<String> errors = findings(rules, access, RuleSyntax.Severity.ERROR);
        if (!errors.isEmpty()) throw CliException.usage(file + ":\n" + String.join("\n", errors));
        findings(rules, access, RuleSyntax.Severity.WARNING).forEach(warnings::println);
        return rules;
    }

    /** What there is to tell about rules: for each finding the rule's tag, a sentence, and a caret at the place. */
    static List<String> findings(RuleSet rules, Access access, RuleSyntax.Severity severity) {
        List<String> findings = new ArrayList<>();
        for (WantedRule rule : rules.rules()) {
            for (RuleSyntax.Finding finding : RuleSyntax.check(rule.value(), maxLength(access))) {
                if (finding.severity() == severity) {
                    findings.add(rule.tag() + ": " + finding.pointAt(rule.value()));
                }
            }
        }
        return findings;
    }

    private static int maxLength(Access access) {
        return access == Access.PAY_PER_USE ? RuleSyntax.PAY_PER_USE_MAX_LENGTH : RuleSyntax.ENTERPRISE_MAX_LENGTH;
    }
}
