package io.gapless.hosts;

import io.gapless.emulator.AccessLevel;
import io.gapless.emulator.PostShape;
import io.gapless.emulator.XEmulator;
import io.gapless.receiver.Scratch;
import io.gapless.stream.post.Snowflake;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Runs two consumers of one stream as processes, against the emulator and a real PostgreSQL. Strikes the one that holds
 * the stream, waits until posts are handled again, and starts a consumer that has ended again, to stand by. Reports each
 * step. Owns all of it. Used by one thread.
 */
public final class TwoHosts implements AutoCloseable {
    /** How long to wait for anything before it counts as broken. The machine may be busy. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    /** The recovery job of the last takeover starts two minutes after it. */
    private static final Duration RECOVERED_WITHIN = Duration.ofMinutes(5);

    private static final long POLL_MILLIS = 50;
    /** The age of the newest handled post at which a consumer has caught up. */
    private static final Duration CAUGHT_UP = Duration.ofMillis(1_500);

    /** The status with which Java ends a process after SIGTERM. */
    private static final int AFTER_SIGTERM = 143;

    private final HostOptions options;
    private final Consumer<String> account;
    private final Instant begun = Instant.now();
    private final Scratch scratch = Scratch.make();
    private final XEmulator x;
    private final Database database;
    private final List<Host> hosts;
    private final List<Struck> struck = new ArrayList<>();
    private final List<String> misses = new ArrayList<>();
    private Instant from = Instant.MAX;
    private boolean keepsFiles;

    /** A consumer that holds the stream, and its term. */
    private record Holding(Host host, long term) {}

    /** A condition that another process or the database decides. */
    private interface Condition {
        boolean holds() throws IOException, SQLException;
    }

    /**
     * Starts the emulator and the database, but no consumer.
     *
     * @param consumer the program of a consumer: its {@code main} receives {@link ConsumerSettings}, writes to the {@link
     *     Sink}, and ends when its stream has ended
     * @param options how the consumers run
     * @param rate posts per second
     * @param account receives a line for each step
     */
    public TwoHosts(Class<?> consumer, HostOptions options, double rate, Consumer<String> account)
            throws IOException, SQLException {
        this.options = options;
        this.account = account;
        x = XEmulator.builder()
                .access(AccessLevel.ENTERPRISE)
                .shapes(PostShape.PLAIN)
                .topics("cat")
                .rule("cats", "cat")
                .rate(rate)
                .connectsPerWindow(options.connectBudget())
                .withoutRateLimits()
                .start();
        database = new Database(scratch.directory("database"));
        int xPort = x.baseUri().getPort();
        hosts = List.of(
                new Host("A", consumer, scratch.directory("a"), database.port(), xPort),
                new Host("B", consumer, scratch.directory("b"), database.port(), xPort));
    }

    /** Starts the consumers. Returns when one of them handles posts and the other one stands by. */
    public void start() throws IOException, SQLException, InterruptedException {
        say("PostgreSQL and X are up. Two consumers start. A lease lasts " + seconds(options.lease()) + ".");
        Holding first = awaitReady();
        from = x.now();
        say(first.host().name + " holds the stream, in term " + first.term() + ". " + other(first.host()).name
                + " stands by.");
    }

    /**
     * Strikes the host that holds the stream. Returns when posts are handled again, by whichever host.
     *
     * @param strike what happens
     * @param length how long a pause or a cut lasts; without meaning for other strikes
     */
    public Struck strike(Strike strike, Duration length) throws IOException, SQLException, InterruptedException {
        Holding before = awaitReady();
        Host host = before.host();
        say(host.name + " is struck: " + strike.words() + (strike.lasts() ? " for " + seconds(length) : "") + ".");
        long handled = database.handled();
        long connects = liveConnects();
        Instant at = Instant.now();
        begin(strike, host, length);
        if (strike.endsTerm()) await("another host takes over", () -> takenOver(before));
        end(strike, host);
        Instant endedAt = Instant.now();
        await("posts are handled again", () -> takenOver(before) || goesOn(before, endedAt));
        Struck result = result(strike, before, at);
        struck.add(result);
        if (strike == Strike.DATABASE_AWAY) requireUnmoved(result, connects);
        Holding after = awaitReady();
        report(result, before, after, handled);
        return result;
    }

    /** The holder has lived all the time, so it goes on in its term and on its connection. */
    private void requireUnmoved(Struck result, long connects) {
        if (result.takeover().isPresent())
            misses.add("another host took over in term " + result.term()
                    + ", although the holder only waited for the database");
        long more = liveConnects() - connects;
        if (more > 0) misses.add(more + " connects to X, although only the database was away");
    }

    /** Returns how many live connections X has seen. A recovery job for an earlier outage may begin at any time. */
    private long liveConnects() {
        return x.connections().stream().filter(seen -> !seen.job()).count();
    }

    private void begin(Strike strike, Host host, Duration length)
            throws IOException, SQLException, InterruptedException {
        if (strike == Strike.KILL || strike == Strike.CLOSE) host.expectEnd();
        switch (strike) {
            case KILL -> host.process().kill();
            case CLOSE -> terminate(host);
            case PAUSE -> {
                host.process().suspend();
                TimeUnit.MILLISECONDS.sleep(length.toMillis());
            }
            case X_CUT -> {
                host.toX.cut();
                TimeUnit.MILLISECONDS.sleep(length.toMillis());
            }
            case DATABASE_AWAY -> {
                for (Host each : hosts) each.toDatabase.cut();
                TimeUnit.MILLISECONDS.sleep(length.toMillis());
            }
            case DATABASE_CUT -> host.toDatabase.cut();
            case DATABASE_SILENT -> host.toDatabase.silence();
            case DATABASE_ANSWERS_CUT -> host.toDatabase.silence(Cable.Way.BACK);
            case X_ANSWERS_CUT -> {
                host.toX.silence(Cable.Way.BACK);
                TimeUnit.MILLISECONDS.sleep(length.toMillis());
            }
            case DATABASE_RESTART -> database.restart();
        }
    }

    private void terminate(Host host) throws InterruptedException {
        int status = host.process().terminate();
        if (status != AFTER_SIGTERM) misses.add(host.name + " ended with status " + status + " after SIGTERM");
    }

    private void end(Strike strike, Host host) throws IOException, InterruptedException {
        switch (strike) {
            case PAUSE -> host.process().resume();
            case X_CUT, X_ANSWERS_CUT -> host.toX.mend();
            case DATABASE_AWAY -> {
                for (Host each : hosts) each.toDatabase.mend();
            }
            case DATABASE_CUT -> host.toDatabase.mend();
            case DATABASE_SILENT, DATABASE_ANSWERS_CUT -> {
                host.toDatabase.cut();
                host.toDatabase.mend();
            }
            default -> {
                // The strike has no end of its own.
            }
        }
        if (strike.losesDatabase()) host.process().awaitEnd();
    }

    private boolean takenOver(Holding before) throws SQLException {
        return database.firstAfter(before.term()).isPresent();
    }

    /** Returns whether the host handles posts in its term that were created after this time. */
    private boolean goesOn(Holding before, Instant after) throws SQLException {
        return before.host().isAlive() && isAfter(database.newestId(before.term()), after);
    }

    private static boolean isAfter(long id, Instant time) {
        return id > 0 && Snowflake.time(id).isAfter(time);
    }

    private Struck result(Strike strike, Holding before, Instant at) throws SQLException {
        Optional<Database.FirstPost> first = database.firstAfter(before.term());
        return new Struck(
                strike,
                before.term(),
                first.map(Database.FirstPost::term).orElse(before.term()),
                // A term is the time on the database's clock at which it began, in milliseconds.
                first.map(post -> Duration.between(at, Instant.ofEpochMilli(post.term()))),
                first.map(post -> Duration.between(at, post.at())));
    }

    private void report(Struck result, Holding before, Holding after, long handled) throws SQLException {
        long posts = database.handled() - handled;
        if (result.taken().isEmpty() || result.takeover().isEmpty()) {
            say(before.host().name + " went on in term " + before.term() + ", and has handled " + posts
                    + " posts since.");
            return;
        }
        say(after.host().name + " took over " + seconds(result.taken().get()) + " after the strike, in term "
                + result.term() + ". Its first post came after "
                + seconds(result.takeover().get()) + ". " + posts
                + " posts since, "
                + database.repeatedIn(result.term()) + " of them twice. " + other(after.host()).name + " stands by.");
    }

    private Host other(Host one) {
        return one == hosts.get(0) ? hosts.get(1) : hosts.get(0);
    }

    /**
     * Waits until one host has caught up with X and the other one stands by. A consumer that has ended is started again.
     */
    private Holding awaitReady() throws IOException, SQLException, InterruptedException {
        List<Holding> found = new ArrayList<>();
        await("one host handles posts and the other one stands by", () -> {
            for (Host host : hosts) revive(host);
            found.clear();
            Optional<Database.Holder> holder = database.holder();
            if (holder.isEmpty()) return false;
            for (Host host : hosts)
                if (host.is(holder.get()))
                    found.add(new Holding(host, holder.get().term()));
            return !found.isEmpty()
                    && isReady(other(found.get(0).host()))
                    && isAfter(database.newestId(found.get(0).term()), x.now().minus(CAUGHT_UP));
        });
        return found.get(0);
    }

    private boolean isReady(Host standby) {
        return options.warm() ? standby.isWarm() : standby.isStandingBy();
    }

    private void revive(Host host) throws IOException {
        if (host.isAlive()) return;
        if (host.hasLived())
            host.unexpectedEnd().ifPresent(line -> misses.add(host.name + " ended by itself: " + line));
        host.start(x.bearerToken(), database.port(), options);
    }

    private void await(String what, Condition condition) throws IOException, SQLException, InterruptedException {
        long startNanos = System.nanoTime();
        while (!condition.holds()) {
            if (System.nanoTime() - startNanos > PATIENCE.toNanos()) {
                keepsFiles = true;
                throw new IllegalStateException("This did not happen within " + seconds(PATIENCE) + ": " + what
                        + ". The logs are in " + scratch.path() + ".");
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }

    /** Waits until what X has sent is handled, closes the consumers, and compares. */
    public Verdict judge() throws IOException, SQLException, InterruptedException {
        awaitReady();
        Instant until = x.now();
        Judge judge = new Judge(x, database, struck, from, until);
        say("The consumers are closed, and what they have handled is compared with what X should have delivered.");
        judge.awaitComplete(RECOVERED_WITHIN);
        for (Host host : hosts) {
            terminate(host);
            misses.addAll(host.defects());
        }
        Verdict verdict = judge.verdict(misses);
        if (!verdict.misses().isEmpty()) keepLogs();
        return verdict;
    }

    /** Keeps the logs of the consumers, for a person to read. */
    public void keepLogs() {
        if (!keepsFiles) say("The logs are in " + scratch.path() + ".");
        keepsFiles = true;
    }

    private void say(String what) {
        account.accept(String.format(
                Locale.ROOT,
                "%6.1f s  %s",
                Duration.between(begun, Instant.now()).toMillis() / 1e3,
                what));
    }

    private static String seconds(Duration length) {
        return String.format(Locale.ROOT, "%.2f s", length.toMillis() / 1e3);
    }

    @Override
    public void close() throws IOException, SQLException {
        for (Host host : hosts) host.close();
        x.close();
        database.close();
        if (!keepsFiles) scratch.close();
    }
}
