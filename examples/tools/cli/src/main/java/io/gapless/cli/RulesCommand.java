package io.gapless.cli;

import io.gapless.recovery.Access;
import io.gapless.stream.rules.Rule;
import io.gapless.stream.rules.RulePlan;
import io.gapless.stream.rules.RuleSet;
import io.gapless.stream.rules.Rules;
import io.gapless.stream.rules.RulesException;
import io.gapless.stream.rules.RulesException.RuleRefusal;
import io.gapless.stream.rules.syntax.RuleFinding;
import io.gapless.stream.seam.Transport;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists, checks, plans and applies the rules of the stream. */
@Command(
        name = "rules",
        header = "List, check, plan or apply the stream's rules.",
        description = {
            "The stream's rules: what X holds, and what a file says X should hold.",
            "A file holds one rule a line, as: name = value. Empty lines and lines that begin with # are skipped. On X, the"
                    + " rule's tag is gapless:name. Rules with other tags are never touched."
        },
        synopsisSubcommandLabel = "COMMAND")
final class RulesCommand extends CommandGroup {
    private RulesCommand() {}

    static CommandLine withSubcommands(Shell shell) {
        return new CommandLine(new RulesCommand())
                .addSubcommand(new ListRules(shell))
                .addSubcommand(new Plan(shell))
                .addSubcommand(new Apply(shell))
                .addSubcommand(new Check(shell));
    }

    /** Holds what the subcommands share: the options for X, and a method that calls X. */
    private abstract static class OnX implements Callable<Integer> {
        final Shell shell;

        @Mixin
        final XOptions x;

        OnX(Shell shell) {
            this.shell = shell;
            this.x = new XOptions(shell);
        }

        final <T> T ask(Function<Rules, T> question) {
            try (Transport transport = x.transport()) {
                return question.apply(new Rules(x.api(transport)));
            }
        }
    }

    private static Set<String> values(List<RuleRefusal> refusals) {
        return refusals.stream().map(RuleRefusal::value).collect(Collectors.toSet());
    }

    /** Adds a rules file to {@link OnX}. */
    private abstract static class WithFile extends OnX {
        @Parameters(paramLabel = "FILE", description = "The rules file; - reads standard input.")
        Path file = Path.of("");

        @Option(
                names = "--access",
                paramLabel = "WORD",
                defaultValue = "auto",
                converter = WordConverter.ToAccess.class,
                description =
                        "The account's access to X: auto, enterprise or pay-per-use. It decides how long a rule may be"
                                + " (default: ${DEFAULT-VALUE}).")
        Access access = Access.AUTO;

        WithFile(Shell shell) {
            super(shell);
        }

        final RuleSet rules() {
            return new RuleFiles(shell).read(file, access);
        }
    }

    @Command(
            name = "list",
            header = "List the rules that X holds.",
            description = "Prints the rules that X holds.",
            footer = {"", "Example:", "  gapless rules list", "", XOptions.TOKEN_HELP})
    private static final class ListRules extends OnX {
        ListRules(Shell shell) {
            super(shell);
        }

        @Override
        public Integer call() {
            List<Rule> rules = ask(Rules::list);
            if (rules.isEmpty()) {
                shell.out().println("X holds no rules. Add rules with 'gapless rules apply FILE'.");
                return ExitCode.OK.status();
            }
            Table table = new Table("ID", "TAG", "VALUE");
            rules.forEach(rule -> table.row(rule.id(), rule.tag(), rule.value()));
            shell.out().println(table);
            return ExitCode.OK.status();
        }
    }

    @Command(
            name = "plan",
            header = "Show what 'rules apply' would change.",
            description =
                    "Prints what 'rules apply' would change, and changes nothing. Status 1 if there is something to"
                            + " change.",
            footer = {"", "Example:", "  gapless rules plan rules.txt", "", XOptions.TOKEN_HELP})
    private static final class Plan extends WithFile {
        Plan(Shell shell) {
            super(shell);
        }

        @Override
        public Integer call() {
            RuleSet wanted = rules();
            RulePlan plan = ask(rules -> rules.plan(wanted));
            shell.out().println(plan.describe());
            return (plan.isEmpty() ? ExitCode.OK : ExitCode.FOUND).status();
        }
    }

    @Command(
            name = "apply",
            header = "Synchronise X's rules with a file.",
            description =
                    "Synchronises X's rules with the file: first adds, then deletes what the file no longer holds.",
            footer = {
                "",
                "Examples:",
                "  gapless rules apply rules.txt",
                "  echo 'cats = cat has:images' | gapless rules apply -",
                "",
                XOptions.TOKEN_HELP
            })
    private static final class Apply extends WithFile {
        Apply(Shell shell) {
            super(shell);
        }

        @Override
        public Integer call() {
            RuleFiles files = new RuleFiles(shell);
            RuleSet wanted = files.readQuietly(file, access);
            try {
                ask(rules -> apply(rules, wanted));
            } catch (RulesException e) {
                // Print the warnings about the other rules only: the exception already holds the findings about the
                // refused ones.
                files.warn(wanted, access, values(e.refusals()));
                throw e;
            }
            files.warn(wanted, access, Set.of());
            return ExitCode.OK.status();
        }

        private RulePlan apply(Rules rules, RuleSet wanted) {
            RulePlan plan = rules.plan(wanted);
            shell.out().println(plan.describe());
            if (!plan.isEmpty()) {
                rules.apply(plan);
                shell.out().println("Done.");
            }
            return plan;
        }
    }

    @Command(
            name = "check",
            header = "Look for faults in a rules file.",
            description = "Looks for faults in the file's rules, without asking X. Status 1 if there are any.",
            footer = {
                "",
                "Examples:",
                "  gapless rules check rules.txt",
                "  gapless rules check --ask-x rules.txt",
                "",
                XOptions.TOKEN_HELP + " Only --ask-x needs it."
            })
    private static final class Check extends WithFile {
        @Option(names = "--ask-x", description = "Also ask X whether it would accept the rules. Changes nothing.")
        private boolean askX;

        Check(Shell shell) {
            super(shell);
        }

        @Override
        public Integer call() {
            RuleFiles files = new RuleFiles(shell);
            String text = files.text(file);
            RuleSet wanted;
            try {
                wanted = RuleFiles.parse(file, text);
            } catch (RulesException e) {
                shell.out().println(e.getMessage());
                return ExitCode.FOUND.status();
            }
            List<RuleRefusal> refusals = askX ? ask(rules -> rules.check(wanted)) : List.of();
            List<String> findings = new ArrayList<>();
            for (RuleFinding.Severity severity : RuleFinding.Severity.values()) {
                findings.addAll(RuleFiles.findings(wanted, access, severity, values(refusals)));
            }
            refusals.stream()
                    .map(RuleRefusal::describe)
                    .map("X would refuse: "::concat)
                    .forEach(findings::add);
            findings.forEach(shell.out()::println);
            if (!findings.isEmpty()) return ExitCode.FOUND.status();
            int count = wanted.rules().size();
            shell.out().println(Text.counted(count, "rule") + ", no faults.");
            return ExitCode.OK.status();
        }
    }
}
