package io.gapless.cli;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Prints the demo's output: headings, a table for each act, and the account at the end. Owner: the thread that calls
 * {@link Demo#run}. Any thread may call {@link #event}.
 */
final class DemoPage {
    /** Describes a column of a table. Words are aligned to the left, numbers to the right. */
    private record Column(String heading, int width, boolean words) {
        String cell(String text) {
            return ("%" + (words ? "-" : "") + width + "s").formatted(text);
        }
    }

    /** Suggests a next step to the user: a sentence, and a command or the name of a page. */
    record Step(String words, String command) {}

    private static final int WIDTH = 100;

    private static final List<Column> FAULTS = List.of(
            new Column("fault", 25, true),
            new Column("noticed after", 13, false),
            new Column("back after", 10, false),
            new Column("missed", 6, false),
            new Column("recovered", 9, false),
            new Column("lost", 4, false));
    private static final List<Column> COVERED = List.of(
            new Column("fault of one of them", 25, true),
            new Column("noticed after", 13, false),
            new Column("back after", 10, false),
            new Column("missed", 6, false),
            new Column("handed over", 11, false),
            new Column("lost", 4, false));
    private static final List<Column> OUTAGES = List.of(
            new Column("outage", 25, true),
            new Column("back after", 10, false),
            new Column("missed", 6, false),
            new Column("recovered", 9, false),
            new Column("lost", 4, false));
    private static final List<Column> SENDS = List.of(
            new Column("the receiver, at first", 28, true),
            new Column("tries", 5, false),
            new Column("records", 7, false),
            new Column("acknowledged", 12, false),
            new Column("taken in", 8, false));

    private final PrintStream out;
    private final boolean terminal;
    private final boolean colours;
    private final boolean verbose;
    private final long begunNanos = System.nanoTime();
    private List<Column> columns = List.of();

    /**
     * Creates a page.
     *
     * @param terminal whether the output is a terminal, where a line can be overwritten
     * @param verbose whether to print each event
     */
    DemoPage(PrintStream out, boolean terminal, boolean colours, boolean verbose) {
        this.out = out;
        this.terminal = terminal;
        this.colours = colours;
        this.verbose = verbose;
    }

    private String paint(Colour colour, String text) {
        return colours ? colour.paint(text) : text;
    }

    /** Prints the first lines, before the demo starts anything. */
    void introduce() {
        out.println(paint(Colour.BOLD, "Gapless demo") + ": everything goes wrong, and every post is accounted for.");
        out.println(
                "X is emulated in this process: no token, no network, less than a minute. All timeouts are those of");
        out.println("production, but nobody waits: the demo puts the clock forward, and days pass in a second.");
    }

    void heading(int number, int count, DemoAct act) {
        out.println();
        out.println(paint(Colour.BOLD, number + " of " + count + "  " + act.title()));
        out.println("        " + act.subtitle());
        out.println();
    }

    void faultTable() {
        table(FAULTS, "by");
    }

    void coveredTable() {
        table(COVERED, "by");
    }

    void outageTable() {
        table(OUTAGES, "by");
    }

    void sendTable() {
        table(SENDS, "");
    }

    private void table(List<Column> wanted, String last) {
        columns = wanted;
        List<String> headings = columns.stream().map(Column::heading).toList();
        out.println(paint(Colour.FAINT, line(headings, "ok  " + last)));
    }

    private String line(List<String> cells, String rest) {
        StringBuilder line = new StringBuilder("  ");
        for (int i = 0; i < cells.size(); i++)
            line.append(columns.get(i).cell(cells.get(i))).append("  ");
        return line.append(rest).toString().stripTrailing();
    }

    /** Prints what the demo is doing now. On a terminal, the row of the result later overwrites this line. */
    void begin(String what) {
        if (verbose) out.println("  > " + what);
        else if (terminal) out.print(Progress.CLEAR + "  " + what + " ...");
        out.flush();
    }

    void row(DemoRow row) {
        List<String> cells = new ArrayList<>(List.of(row.fault()));
        row.noticed().map(Text::duration).ifPresent(cells::add);
        DemoRow.Tally tally = row.tally();
        cells.add(Text.duration(row.back()));
        cells.add(number(tally.all()));
        cells.add(number(tally.handedOver()));
        cells.add(number(tally.lost()));
        row(cells, row.isOk(), row.by());
    }

    void row(DemoReceiver.Batch batch, int acknowledged) {
        List<String> cells = List.of(
                batch.first().title,
                number(batch.tries()),
                number(batch.records()),
                number(acknowledged),
                number(batch.taken()));
        row(cells, acknowledged == batch.records() && batch.taken() == batch.records(), "");
    }

    private void row(List<String> cells, boolean ok, String rest) {
        String word = ok ? paint(Colour.GREEN, "ok") + "  " : paint(Colour.RED, "FAIL");
        clear();
        out.println(line(cells, word + rest));
    }

    private void clear() {
        if (terminal && !verbose) out.print(Progress.CLEAR);
    }

    /** Prints an event of a stream or a sender, in the event's own words, if the page is verbose. */
    void event(String words) {
        if (!verbose) return;
        Duration since = Duration.ofNanos(System.nanoTime() - begunNanos);
        out.println(paint(Colour.FAINT, "    %5.1f s  ".formatted(since.toMillis() / 1e3) + Text.line(words)));
    }

    void account(DemoAccount account) {
        clear();
        out.println();
        out.println(paint(Colour.BOLD, account.stopped() ? "The account so far" : "The account"));
        out.println();
        entry("matched by X", account.matched(), "the emulator's own list");
        entry("handed over once", account.once(), "");
        entry("certainly lost", account.lost(), "");
        account.lostBecause().forEach(this::reason);
        if (account.stopped()) entry("not recovered yet", account.waiting(), "the demo was stopped before");
        entry("silently lost", account.silent(), "missing without an entry in the ledger");
        entry("handed over twice", account.twice(), "");
        entry("repeats dropped", account.repeats(), "");
        entry("  on both connections", account.repeatsCovered(), "");
        entry("  asked for again", account.repeatsRecovered(), "recovery asks for a margin on both sides");
        DemoAccount.Sent sent = account.sent();
        if (sent.records() > 0)
            entry("records acknowledged", sent.acknowledged(), "of " + number(sent.records()) + recognised(sent));
        out.println();
        verdict(account);
    }

    private void entry(String what, long count, String words) {
        out.println("  %-22s %9s   %s".formatted(what, number(count), words).stripTrailing());
    }

    private void reason(String inTheLedger) {
        String line = "    " + Text.line(inTheLedger);
        out.println(line.length() <= WIDTH ? line : line.substring(0, WIDTH - 1) + "…");
    }

    private static String recognised(DemoAccount.Sent sent) {
        return switch ((int) sent.recognised()) {
            case 0 -> "";
            case 1 -> "; 1 batch came twice, recognised by its Idempotency-Key";
            default -> "; " + sent.recognised() + " batches came twice, recognised by their Idempotency-Keys";
        };
    }

    private void verdict(DemoAccount account) {
        account.faults().forEach(fault -> out.println("  " + paint(Colour.RED, fault)));
        String waiting = account.waiting() == 0 ? "" : " + " + number(account.waiting()) + " not recovered yet";
        String sum = " %s matched = %s handed over once + %s certainly lost%s"
                .formatted(number(account.matched()), number(account.once()), number(account.lost()), waiting);
        out.println("  "
                + (account.addsUp()
                        ? paint(Colour.GREEN, "It adds up:") + sum
                        : paint(Colour.RED, "It does not add up.")));
        out.println("  silently lost: " + account.silent());
    }

    /** Prints what to try after the demo. */
    void next(List<Step> steps) {
        out.println();
        out.println(paint(Colour.BOLD, "What to try next"));
        for (Step step : steps) {
            out.println();
            out.println("  " + step.words());
            out.println("    " + paint(Colour.BOLD, step.command()));
        }
    }

    private static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }
}
