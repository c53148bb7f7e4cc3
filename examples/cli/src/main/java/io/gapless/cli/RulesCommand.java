package io.gapless.cli;

import io.gapless.recovery.Access;
import io.gapless.stream.rules.Rule;
import io.gapless.stream.rules.RulePlan;
import io.gapless.stream.rules.RuleRefusal;
import io.gapless.stream.rules.RuleSet;
import io.gapless.stream.rules.RuleSyntax;
import io.gapless.stream.rules.Rules;
import io.gapless.stream.rules.RulesException;
import io.gapless.stream.seam.Transport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The rules that X holds for the app, and those of a file. */
@Command(
        name = "rules",
        description = {
            "The rules that X holds.",
            "A file holds one rule a line, as: name = value. On X its tag is gapless:name; rules with other tags are"
                    + " never touched."
        },
        synopsisSubcommandLabel = "COMMAND")
final class RulesCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    private RulesCommand() {}

    static CommandLine withSubcommands(Shell shell) {
        return new CommandLine(new RulesCommand())
                .addSubcommand(new ListRules(shell))
                .addSubcommand(new Plan(shell))
                .addSubcommand(new Apply(shell))
                .addSubcommand(new Check(shell));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Say what to do with the rules: a command is missing.");
    }

    /** What the commands have in common: X, and one conversation with it. */
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

    /** As {@link OnX}, with a file. */
    private abstract static class WithFile extends OnX {
        @Parameters(paramLabel = "FILE", description = "The rules.")
        Path file = Path.of("");

        @Option(
                names = "--access",
                paramLabel = "WORD",
                defaultValue = "auto",
                converter = WordConverter.ToAccess.class,
                description = "auto, enterprise or pay-per-use: how long a rule may be (default: ${DEFAULT-VALUE}).")
        Access access = Access.AUTO;

        WithFile(Shell shell) {
            super(shell);
        }

        final RuleSet rules() {
            return RuleFiles.read(file, access, shell.err());
        }
    }

    @Command(name = "list", description = "Prints the rules that X holds.")
    private static final class ListRules extends OnX {
        ListRules(Shell shell) {
            super(shell);
        }

        @Override
        public Integer call() {
            List<Rule> rules = ask(Rules::list);
            if (rules.isEmpty()) {
                shell.out().println("X holds no rules. Add some with 'gapless rules apply FILE'.");
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
            description = "Prints what apply would do, and changes nothing. Status 1 if there is something to do.")
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
            description = "Makes X hold the file's rules: adds first, then deletes what the file no longer has.")
    private static final class Apply extends WithFile {
        Apply(Shell shell) {
            super(shell);
        }

        @Override
        public Integer call() {
            RuleSet wanted = rules();
            return ask(rules -> {
                RulePlan plan = rules.plan(wanted);
                shell.out().println(plan.describe());
                if (!plan.isEmpty()) {
                    rules.apply(plan);
                    shell.out().println("Done.");
                }
                return ExitCode.OK.status();
            });
        }
    }

    @Command(
            name = "check",
            description = "Looks for faults in the file's rules, without X. Status 1 if there are any.")
    private static final class Check extends WithFile {
        @Option(names = "--dry-run", description = "Ask X, too, whether it would accept them; changes nothing.")
        private boolean dryRun;

        Check(Shell shell) {
            super(shell);
        }

        @Override
        public Integer call() {
            if (!Files.isReadable(file)) throw CliException.usage(Text.line(file + " cannot be read."));
            RuleSet wanted;
            try {
                wanted = RuleSet.read(file);
            } catch (RulesException e) {
                shell.out().println(e.getMessage());
                return ExitCode.FOUND.status();
            }
            List<String> findings = new ArrayList<>();
            for (RuleSyntax.Severity severity : RuleSyntax.Severity.values()) {
                findings.addAll(RuleFiles.findings(wanted, access, severity));
            }
            if (dryRun) {
                ask(rules -> rules.check(wanted)).stream()
                        .map(RuleRefusal::describe)
                        .map("X would refuse: "::concat)
                        .forEach(findings::add);
            }
            findings.forEach(shell.out()::println);
            if (!findings.isEmpty()) return ExitCode.FOUND.status();
            int count = wanted.rules().size();
            shell.out().println(count == 1 ? "1 rule, no fault." : count + " rules, no fault.");
            return ExitCode.OK.status();
        }
    }
}
