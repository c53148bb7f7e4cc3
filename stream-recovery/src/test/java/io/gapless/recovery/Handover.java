package io.gapless.recovery;

import io.gapless.stream.BatchPostHandler;
import io.gapless.stream.MatchingRule;
import io.gapless.stream.Post;
import io.gapless.stream.Snowflake;
import io.gapless.stream.StreamEvent;
import io.gapless.stream.seam.VirtualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The user's handler: slow, blocked, or throwing on a bad day; and the account of what it was given, over all lives of the
 * process.
 */
final class Handover {
    /** Without a stack, which would cost more than the rest. */
    private static final class Broken extends RuntimeException {
        private static final long serialVersionUID = 1;

        Broken(String why) {
            super(why, null, false, false);
        }
    }

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
    /** What was handed over while the handler was down. */
    private final Set<Long> metDown = new HashSet<>();
    /** How often in a row the handler has thrown by chance at a post. */
    private final Map<Long, Integer> unlucky = new HashMap<>();

    /** Whether this life has been told that its state cannot be written. */
    private boolean unwritable;

    Duration blockNext = Duration.ZERO;
    Duration slowFor = Duration.ZERO;
    Instant slowUntil = Instant.MIN;
    Instant downUntil = Instant.MIN;

    Handover(VirtualTime time, BadDay day, SimulatedX x, FragileStore store, Strikes strikes, RunLog log) {
        this.time = time;
        this.day = day;
        this.x = x;
        this.store = store;
        this.strikes = strikes;
        this.log = log;
        this.poisonUntil = day.calmAt;
        this.poisonPerMille = day.has(Fault.POISON) ? 1 + (int) (day.odds.get(Fault.POISON) * 40) : 0;
    }

    void onEvent(StreamEvent event) {
        if (event instanceof RecoveryEvent.StateUnwritable) unwritable = true;
        else if (event instanceof RecoveryEvent.StateWritable) unwritable = false;
    }

    /** The handler of one life of the process. */
    BatchPostHandler in(Machine machine) {
        Set<Long> returned = new HashSet<>();
        unwritable = false;
        return posts -> {
            for (Post post : posts) check(post, returned);
            pause();
            // What a dead process does, nobody sees.
            if (machine.isDead()) throw new Broken("the process has died");
            if (time.instant().isBefore(downUntil)) {
                for (Post post : posts) meetDown(post.id());
                throw new Broken("the handler is down");
            }
            if (strikes.byChance(Fault.HANDLER_THROWS)) {
                for (Post post : posts) unlucky.merge(post.id(), 1, Integer::sum);
                throw new Broken("the handler throws");
            }
            for (Post post : posts) {
                if (isPoison(post.id())) throw new Broken("the post is poison");
            }
            for (Post post : posts) {
                returned.add(post.id());
                delivered.add(post.id());
                log.mix(post.id());
            }
        };
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
        List<String> expected = x.rulesOf(x.posts.byId(id));
        boolean some = day.mayEndSearches() && expected.containsAll(rules);
        if (!some && !rules.equals(expected)) {
            log.fail(Failure.Kind.WRONG_RULES, post.origin() + " post " + id + " with rules " + rules);
        }
    }

    private void pause() {
        Duration block = blockNext;
        blockNext = Duration.ZERO;
        if (!block.isZero()) time.sleep(block);
        if (time.instant().isBefore(slowUntil)) time.sleep(slowFor);
    }

    private void meetDown(long id) {
        metDown.add(id);
        unlucky.remove(id);
    }

    private boolean isPoison(long id) {
        // After the last poison there must be time for another post, which shows that the handler works.
        boolean poison = Snowflake.time(id).isBefore(poisonUntil)
                && Math.floorMod(Long.hashCode(id * 0x9e3779b97f4a7c15L), 1_000) < poisonPerMille;
        if (poison && poisonous.add(id)) strikes.count(Fault.POISON);
        return poison;
    }

    boolean isDelivered(long id) {
        return delivered.contains(id);
    }

    /** Whether a post was given up with reason. */
    boolean mayBeDeadLetter(long id) {
        // Before it is given up, a post is tried three times, and three times again if the handler was not down before.
        int tries = metDown.contains(id) ? 3 : 6;
        return poisonous.contains(id) || unlucky.getOrDefault(id, 0) >= tries;
    }

    int delivered() {
        return delivered.size();
    }
}
