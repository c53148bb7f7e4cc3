package io.gapless.recovery;

import io.gapless.recovery.PostTimeline.XPost;
import io.gapless.recovery.ledger.RecoveryMethod;
import io.gapless.recovery.ledger.Span;
import io.gapless.stream.event.StreamEvent;
import io.gapless.stream.post.BatchPostHandler;
import io.gapless.stream.post.Origin;
import io.gapless.stream.post.Post;
import io.gapless.stream.post.Post.MatchingRule;
import io.gapless.stream.post.Snowflake;
import io.gapless.stream.seam.VirtualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * The user's handler: slow, blocked, or throwing on a bad day; and the account of what it was given, over all lives of the
 * process.
 */
final class Handover {
    /** Without a stack, which would cost more than the rest. */
    static final class Broken extends RuntimeException {
        private static final long serialVersionUID = 1;

        Broken(String why) {
            super(why, null, false, false);
        }
    }

    /** A post is given up when it has failed so often while others did not. */
    private static final int TRIES = 6;
    /** A search that ends early is parked right after it has handed over what it has. */
    private static final Duration SEARCH_ENDS_WITHIN = Duration.ofSeconds(1);

    /** In virtual time, a handler that is not slow takes what has come at once. */
    private static final Duration HELD_UP = Duration.ofSeconds(1);
    /** What is acknowledged is committed so soon, also while nothing can be read. */
    private static final Duration COMMITTED_WITHIN = Duration.ofMillis(500);
    /** What has piled up is handed over so soon. */
    private static final Duration PILE = Duration.ofMinutes(1);

    private final VirtualTime time;
    private final BadDay day;
    private final SimulatedX x;
    private final FragileStore store;
    private final Strikes strikes;
    private final RunLog log;
    private final int poisonPerMille;
    private final Instant poisonUntil;

    private final Set<Long> delivered = new HashSet<>();
    private final Set<Long> poisonous = new HashSet<>();
    /** Until when the handler was down at which a post was thrown last. */
    private final Map<Long, Instant> metDown = new HashMap<>();
    /** How often the handler has thrown at a single post, by chance, or being down: however often, that counts once. */
    private final Map<Long, Integer> unlucky = new HashMap<>();

    /** Done with in this life of the process: handled, or dead-lettered. */
    private Set<Long> done = new HashSet<>();
    /** What this life has handed over, done with or not. */
    private Set<Long> tried = new HashSet<>();

    private int deathsBefore;
    private boolean missedWhileFull;

    /** Whether this life has been told that its state cannot be written. */
    private boolean unwritable;
    /** Whether this life takes the handler to be down. */
    private boolean down;
    /** Whether a post is looked for on the disk; one at a time is enough. */
    private boolean awaitsCommit;

    private long deliveries;
    /** How many posts had been delivered when this life tried each bad post first. */
    private Map<Long, Long> poisonTried = new HashMap<>();
    /** When search was last parked. */
    private Instant searchParkedAt = Instant.MIN;
    /** Until when posts may have piled up. */
    private Instant pileUntil = Instant.MIN;

    /** Of each ten tries of a handler that is overloaded, nine fail. */
    private final Random overload = new Random(1);

    Duration blockNext = Duration.ZERO;
    Duration slowFor = Duration.ZERO;
    Instant slowUntil = Instant.MIN;
    Instant downUntil = Instant.MIN;
    Instant overloadedUntil = Instant.MIN;

    Handover(VirtualTime time, BadDay day, SimulatedX x, FragileStore store, Strikes strikes, RunLog log) {
        this.time = time;
        this.day = day;
        this.x = x;
        this.store = store;
        this.strikes = strikes;
        this.log = log;
        this.poisonUntil = day.calmAt;
        this.poisonPerMille = day.has(Fault.POISON) ? 1 + (int) (day.odds.get(Fault.POISON) * 96) : 0;
    }

    void onEvent(StreamEvent event) {
        if (event instanceof RecoveryEvent.StateUnwritable) unwritable = true;
        else if (event instanceof RecoveryEvent.StateWritable) unwritable = false;
        else if (event instanceof RecoveryEvent.LastCommitMissed) missedWhileFull = store.isFull();
        else if (event instanceof StreamEvent.HandlerDown) down = true;
        else if (event instanceof StreamEvent.HandlerUp) down = false;
        else if (event instanceof StreamEvent.DeadLettered it)
            done.add(it.post().id());
        if (event instanceof RecoveryEvent.StateWritable || event instanceof StreamEvent.HandlerUp) pilesUp();
        if (event instanceof RecoveryEvent.MethodParked it && it.method() == RecoveryMethod.SEARCH)
            searchParkedAt = time.instant();
    }

    /** The handler of one life of the process. */
    BatchPostHandler in(Machine machine, Closers closers) {
        Set<Long> returned = new HashSet<>();
        done = returned;
        tried = new HashSet<>();
        poisonTried = new HashMap<>();
        deathsBefore = store.deathsInCommit();
        missedWhileFull = false;
        unwritable = false;
        down = false;
        awaitsCommit = false;
        return posts -> {
            for (Post post : posts) check(post, returned);
            for (Post post : posts) checkDelay(post, machine);
            pause(closers);
            // What a dead process does, nobody sees; and a stream that has ended has given up on its handler.
            if (machine.isDead() || closers.isOver()) throw new Broken("the process has died");
            if (time.instant().isBefore(downUntil)) {
                meetDown(posts, downUntil);
                throw new Broken("the handler is down");
            }
            if (time.instant().isBefore(overloadedUntil) && overload.nextInt(10) > 0) {
                meetDown(posts, overloadedUntil);
                throw new Broken("the handler is overloaded");
            }
            if (strikes.byChance(Fault.HANDLER_THROWS)) {
                if (posts.size() == 1) unlucky.merge(posts.get(0).id(), 1, Integer::sum);
                throw new Broken("the handler throws");
            }
            for (Post post : posts) {
                if (isPoison(post.id())) throw new Broken("the post is poison");
            }
            for (Post post : posts) {
                returned.add(post.id());
                delivered.add(post.id());
                deliveries++;
                log.mix(post.id());
            }
            awaitCommit(posts.get(0).id(), machine, closers);
        };
    }

    private void awaitCommit(long id, Machine machine, Closers closers) {
        if (awaitsCommit || unwritable || store.isFull()) return;
        awaitsCommit = true;
        int failures = store.failures();
        time.after(COMMITTED_WITHIN, () -> {
            // The next life awaits its own.
            if (machine.isDead()) return;
            awaitsCommit = false;
            if (store.isCommitted(id) || closers.isClosing() || store.failures() > failures) return;
            log.fail(Failure.Kind.COMMITTED_LATE, "post " + id, Snowflake.time(id));
        });
    }

    private void check(Post post, Set<Long> returned) {
        long id = post.id();
        if (unwritable && store.isFull()) log.fail(Failure.Kind.UNKEPT, "post " + id, Snowflake.time(id));
        if (returned.contains(id)) {
            log.fail(Failure.Kind.TWICE_IN_A_LIFE, "post " + id, Snowflake.time(id));
        } else if (store.isCommitted(id)) {
            log.fail(Failure.Kind.TWICE_AFTER_COMMIT, "post " + id, Snowflake.time(id));
        }
        List<String> rules = post.matchingRules().stream().map(MatchingRule::id).toList();
        XPost sent = x.posts.byId(id);
        List<String> expected = x.rulesOf(sent);
        boolean some = day.mayEndSearches() && expected.containsAll(rules);
        // Those of then, or of now, or only some, while others were missing.
        if (day.has(Fault.RULES_DELETED) || day.has(Fault.RULES_CHANGED))
            some = rules.stream().allMatch(rule -> x.ruleBook.everMatched(rule, sent));
        if (some || rules.equals(expected)) return;
        Instant at = time.instant();
        Runnable judgement = () -> {
            // A search that ends half way hands over what it has, with the rules that it has asked for.
            boolean endedEarly = expected.containsAll(rules) && !searchParkedAt.isBefore(at);
            if (!endedEarly) log.fail(Failure.Kind.WRONG_RULES, post.origin() + " post " + id + " with rules " + rules);
        };
        if (post.origin() == Origin.SEARCH) time.after(SEARCH_ENDS_WITHIN, judgement);
        else judgement.run();
    }

    private void pilesUp() {
        pileUntil = time.instant().plus(PILE);
    }

    /** One bad post stops only itself: a live one that has come waits for nothing but a handler that is busy or down. */
    private void checkDelay(Post post, Machine machine) {
        boolean first = tried.add(post.id());
        if (!first || post.origin() != Origin.LIVE || !day.isClockRight() || machine.isDead()) return;
        if (down || unwritable || time.instant().isBefore(pileUntil)) return;
        Duration waited = Duration.between(post.receivedAt(), machine.instant());
        if (waited.compareTo(HELD_UP) > 0) {
            log.fail(Failure.Kind.HELD_UP, "post " + post.id() + " waited " + waited, Snowflake.time(post.id()));
        }
    }

    private void pause(Closers closers) {
        Duration block = blockNext;
        blockNext = Duration.ZERO;
        boolean slow = time.instant().isBefore(slowUntil);
        if (!block.isZero()) closers.sleep(block);
        if (slow) closers.sleep(slowFor);
        if (slow || !block.isZero()) pilesUp();
    }

    private void meetDown(List<Post> posts, Instant until) {
        if (posts.size() > 1) return;
        long id = posts.get(0).id();
        if (!until.equals(metDown.put(id, until))) unlucky.merge(id, 1, Integer::sum);
    }

    private boolean isPoison(long id) {
        // After the last poison there must be time for another post, which shows that the handler works.
        boolean poison = Snowflake.time(id).isBefore(poisonUntil)
                && Math.floorMod(Long.hashCode(id * 0x9e3779b97f4a7c15L), 1_000) < poisonPerMille;
        if (poison && poisonous.add(id)) strikes.count(Fault.POISON);
        if (poison && !done.contains(id)) poisonTried.putIfAbsent(id, deliveries);
        return poison;
    }

    /**
     * Whether a bad post of a span still waits, because too few posts have been handled since it was tried first: only
     * other posts show that the handler works. The owner may have deleted the rules that would bring them.
     */
    boolean waitsForAnotherPost(Span span) {
        return poisonTried.keySet().stream()
                .anyMatch(id -> span.contains(Snowflake.time(id)) && waitsForAnotherPost(id));
    }

    /** Whether a bad post still waits, for the same reason. It is not lost: the next start would recover it. */
    boolean waitsForAnotherPost(long id) {
        Long tried = poisonTried.get(id);
        return tried != null && !done.contains(id) && deliveries - tried < TRIES;
    }

    /** After a close, all that this life is done with is in the state, unless it was told that it could not be. */
    void checkRemembered(boolean toldMissed) {
        if (toldMissed) {
            if (!missedWhileFull && store.deathsInCommit() == deathsBefore)
                log.fail(Failure.Kind.FORGOTTEN, "the last commit was missed, and the disk has room");
            return;
        }
        long forgotten = done.stream().filter(id -> !store.isCommitted(id)).count();
        if (forgotten > 0) log.fail(Failure.Kind.FORGOTTEN, forgotten + " posts of " + done.size());
    }

    boolean isDelivered(long id) {
        return delivered.contains(id);
    }

    /** Whether a post was given up with reason. */
    boolean mayBeDeadLetter(long id) {
        return poisonous.contains(id) || unlucky.getOrDefault(id, 0) >= TRIES;
    }

    int delivered() {
        return delivered.size();
    }
}
