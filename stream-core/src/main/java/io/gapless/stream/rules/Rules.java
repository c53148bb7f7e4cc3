package io.gapless.stream.rules;

import com.fasterxml.jackson.databind.JsonNode;
import io.gapless.stream.api.ApiAnswer;
import io.gapless.stream.api.XApi;
import io.gapless.stream.rules.RuleSet.WantedRule;
import io.gapless.stream.rules.RulesException.RuleRefusal;
import io.gapless.stream.rules.syntax.RuleText;
import io.gapless.stream.seam.Head;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/**
 * Lists, adds, checks and deletes the rules on X for an app. Thread-safe and stateless.
 *
 * <p>Each operation has two forms: one waits for the result and throws {@link RulesException}; the other, {@code
 * …Async}, returns at once, and its future fails with that exception. A call takes at most 30 s, and as long again if X
 * refuses the token at first. An operation makes as many calls as its rules need: a listing has 1,000 rules per call,
 * an addition or deletion 100. X allows 450 listings and 100 changes in 15 min.
 *
 * <p>All operations can be repeated: a rule that exists already counts as added, and a rule that does not exist counts
 * as deleted. Unless X reports full success, the rules are listed again, since the status and the numbers of X's answer
 * are not reliable.
 */
public final class Rules {
    /** The path of X's endpoint for rules. */
    public static final String PATH = "/2/tweets/search/stream/rules";

    private static final int CHUNK_RULES = 100;
    private static final int PAGE_RULES = 1_000;
    /** The most pages of a list. It is more than the largest contract needs. A longer list counts as endless. */
    private static final int PAGES_MAX = 300;

    private static final int LIST_MAX_CHARACTERS = 64 * 1024 * 1024;

    private final XApi api;
    private final Heard heard;

    /**
     * Creates access to the rules of an app.
     *
     * @param api X's API with the app's token
     * @hidden
     */
    @SuppressWarnings("exports") // Called by the stream and by the library's own programs, which see this type.
    public Rules(XApi api) {
        this(api, (head, askedAt, arrivedAt) -> {});
    }

    /**
     * Creates access to the rules of an app, for a caller that needs X's clock.
     *
     * @param api X's API with the app's token
     * @param heard receives each answer of X to a list
     * @hidden
     */
    @SuppressWarnings("exports") // Called by the stream, which sees these types.
    public Rules(XApi api, Heard heard) {
        this.api = api;
        this.heard = heard;
    }

    /**
     * Receives the answers of X to lists.
     *
     * @hidden
     */
    @SuppressWarnings("exports") // Implemented by the stream, which sees these types.
    public interface Heard {
        /**
         * Called for each answer, on a thread that must not be blocked.
         *
         * @param head status and headers
         * @param askedAt when the request was sent, by this machine's clock
         * @param arrivedAt when the answer arrived, by this machine's clock
         */
        void answered(Head head, Instant askedAt, Instant arrivedAt);
    }

    /**
     * Returns all rules on X for this app, including those of other owners.
     *
     * @return the rules, in X's order
     * @throws RulesException if the rules cannot be listed
     */
    public List<Rule> list() {
        return await(listAsync());
    }

    /**
     * Does the same as {@link #list}, without waiting.
     *
     * @return the rules in X's order
     */
    public CompletableFuture<List<Rule>> listAsync() {
        return listFrom("", 1, List.of());
    }

    private CompletableFuture<List<Rule>> listFrom(String token, int page, List<Rule> before) {
        Map<String, String> query = new HashMap<>(Map.of("max_results", String.valueOf(PAGE_RULES)));
        if (!token.isEmpty()) query.put("pagination_token", token);
        Instant askedAt = api.clock().instant();
        return api.get(PATH, query).thenCompose(answer -> {
            JsonNode body = success("list the rules", answer);
            if (!body.has("data") && !body.has("meta")) {
                throw RulesException.unclear("list the rules", answer, "the answer contains no list");
            }
            if (answer instanceof ApiAnswer.Received received) {
                heard.answered(received.head(), askedAt, api.clock().instant());
            }
            List<Rule> read = RuleJson.rules(body);
            if (read.size() != body.path("data").size()) {
                throw RulesException.unclear("list the rules", answer, "a rule in the list has no id or no value");
            }
            List<Rule> rules = new ArrayList<>(before);
            rules.addAll(read);
            String next = body.path("meta").path("next_token").asText("");
            if (next.isEmpty()) return CompletableFuture.completedFuture(List.copyOf(rules));
            if (page >= PAGES_MAX || next.equals(token) || characters(rules) > LIST_MAX_CHARACTERS) {
                throw RulesException.unclear(
                        "list the rules",
                        answer,
                        "the list has no end after " + page + " pages and " + rules.size() + " rules");
            }
            return listFrom(next, page + 1, rules);
        });
    }

    private static long characters(List<Rule> rules) {
        return rules.stream()
                .mapToLong(rule -> rule.value().length() + rule.tag().length())
                .sum();
    }

    /**
     * Adds rules to those on X.
     *
     * @param rules the rules to add
     * @return the rules as they are on X, in no particular order; a rule that existed already keeps its tag
     * @throws RulesException if X does not hold all these rules after the call
     */
    public List<Rule> add(RuleSet rules) {
        return await(addAsync(rules));
    }

    /**
     * Does the same as {@link #add}, without waiting.
     *
     * @param rules the rules to add
     * @return the rules as they are on X
     */
    public CompletableFuture<List<Rule>> addAsync(RuleSet rules) {
        return addAll(rules.rules());
    }

    private CompletableFuture<List<Rule>> addAll(List<WantedRule> wanted) {
        return inChunks(wanted, Added.NONE, this::addNext).thenApply(Added::orThrow);
    }

    private CompletableFuture<Added> addNext(Added before, List<WantedRule> chunk) {
        // Once the app holds as many rules as X allows, X would refuse every further call, and X counts each call.
        if (before.capReached()) return CompletableFuture.completedFuture(before);
        return add(chunk, true).thenApply(before::and);
    }

    private CompletableFuture<Added> add(List<WantedRule> chunk, boolean firstTry) {
        return api.post(PATH, Map.of(), RuleJson.add(chunk)).thenCompose(answer -> {
            AddAnswer added = addAnswer("add rules", answer);
            if (added.createdAll(chunk.size())) {
                return CompletableFuture.completedFuture(new Added(added.created(), List.of(), List.of()));
            }
            return listAsync().thenCompose(held -> {
                Added result = Added.of(chunk, added, held);
                // X may skip valid rules because of other rules in the same call. So the skipped rules are sent once
                // more, without the others.
                if (!firstTry || result.unexplained().isEmpty()) return CompletableFuture.completedFuture(result);
                return add(result.unexplained(), false).thenApply(result.withoutUnexplained()::and);
            });
        });
    }

    /**
     * Deletes rules of any owner.
     *
     * @param ids X's ids; an id that does not exist counts as deleted
     * @return how many rules X reports as deleted
     * @throws RulesException if X still holds one of these rules
     */
    public int delete(Collection<String> ids) {
        return await(deleteAsync(ids));
    }

    /**
     * Does the same as {@link #delete}, without waiting.
     *
     * @param ids X's ids
     * @return how many rules X reports as deleted
     */
    public CompletableFuture<Integer> deleteAsync(Collection<String> ids) {
        return inChunks(ids.stream().distinct().toList(), 0, (before, chunk) -> delete(chunk, true)
                .thenApply(deleted -> before + deleted));
    }

    private CompletableFuture<Integer> delete(List<String> ids, boolean firstTry) {
        return api.post(PATH, Map.of(), RuleJson.delete(ids)).thenCompose(answer -> {
            int deleted = deleted(answer);
            if (deleted == ids.size()) return CompletableFuture.completedFuture(deleted);
            return listAsync().thenCompose(held -> {
                Set<String> heldIds = new HashSet<>();
                held.forEach(rule -> heldIds.add(rule.id()));
                List<String> rest = ids.stream().filter(heldIds::contains).toList();
                if (rest.isEmpty()) return CompletableFuture.completedFuture(deleted);
                // X may skip rules because of an unknown id in the same call. So the skipped rules are sent once more,
                // without that id.
                if (firstTry && rest.size() < ids.size()) {
                    return delete(rest, false).thenApply(more -> deleted + more);
                }
                throw RulesException.unclear(
                        "delete rules", answer, "X still has the rules " + RuleText.shown(rest.toString()));
            });
        });
    }

    /**
     * Returns how many rules X reports as deleted. An answer 400 counts as 0, because it may mean that an id is
     * unknown, which is not a failure. The caller then lists the rules to see which still exist.
     */
    private static int deleted(ApiAnswer answer) {
        if (answer instanceof ApiAnswer.Received received && received.head().status() == 400) return 0;
        return success("delete rules", answer)
                .path("meta")
                .path("summary")
                .path("deleted")
                .asInt();
    }

    /**
     * Asks X whether it would accept rules, without adding them. X checks each rule by itself, so X does not notice
     * that all these rules together exceed its cap.
     *
     * @param rules the rules to check
     * @return the rules that X would refuse; rules that exist already are not among them
     * @throws RulesException if X does not answer
     */
    public List<RuleRefusal> check(RuleSet rules) {
        return await(checkAsync(rules));
    }

    /**
     * Does the same as {@link #check}, without waiting.
     *
     * @param rules the rules to check
     * @return the rules that X would refuse
     */
    public CompletableFuture<List<RuleRefusal>> checkAsync(RuleSet rules) {
        return inChunks(rules.rules(), List.of(), (before, chunk) -> api.post(
                        PATH, Map.of("dry_run", "true"), RuleJson.add(chunk))
                .thenApply(answer -> {
                    AddAnswer checked = addAnswer("check rules", answer);
                    if (checked.refusesWithoutNaming()) {
                        throw RulesException.unclear("check rules", answer, "X refuses rules without naming them");
                    }
                    List<RuleRefusal> refusals = new ArrayList<>(before);
                    refusals.addAll(checked.refusals());
                    return refusals;
                }));
    }

    /**
     * Returns how many rules exist and how many are allowed. This is the cheapest call to learn the limits of an
     * account.
     *
     * @return X's numbers
     * @throws RulesException if the rules cannot be counted
     */
    public RuleCounts counts() {
        return await(countsAsync());
    }

    /**
     * Does the same as {@link #counts}, without waiting.
     *
     * @return X's numbers
     */
    public CompletableFuture<RuleCounts> countsAsync() {
        String fields = "cap_per_client_app,cap_per_project,client_app_rules_count,project_rules_count";
        return api.get(PATH + "/counts", Map.of("rules_count.fields", fields)).thenApply(answer -> {
            JsonNode data = success("count the rules", answer).path("data");
            if (!data.isObject()) {
                throw RulesException.unclear("count the rules", answer, "the answer contains no counts");
            }
            return RuleJson.counts(data);
        });
    }

    /**
     * Compares the wanted rules with the rules on X. The comparison changes no rule.
     *
     * @param rules the wanted rules of their owner
     * @return what {@link #apply} would do
     * @throws RulesException if the rules cannot be listed
     */
    public RulePlan plan(RuleSet rules) {
        return await(planAsync(rules));
    }

    /**
     * Does the same as {@link #plan}, without waiting.
     *
     * @param rules the wanted rules of their owner
     * @return what {@link #apply} would do
     */
    public CompletableFuture<RulePlan> planAsync(RuleSet rules) {
        return listAsync().thenApply(held -> RulePlan.between(rules, held));
    }

    /**
     * Holds the result of {@link #carryOutAsync}.
     *
     * @param rules the wanted rules as they are on X now, in no particular order
     * @param replaced the rules that could be added only after others were deleted; usually empty
     * @param from when the first of those others was deleted
     * @param until when the last rule was added in their place
     */
    public record Applied(List<Rule> rules, List<WantedRule> replaced, Instant from, Instant until) {
        /**
         * Copies the lists.
         *
         * @param rules the wanted rules as they are on X
         * @param replaced the rules that had to wait for room
         * @param from when the first rule was deleted
         * @param until when the last rule was added
         */
        public Applied {
            rules = List.copyOf(rules);
            replaced = List.copyOf(replaced);
        }
    }

    /**
     * Carries a plan out in three steps: it adds rules, then retags rule by rule, then deletes rules. So a post that
     * old and new rules match is missed only while its rule is being retagged. If X has no room for the new rules
     * beside the old ones, a surplus rule is deleted before each rule that has no room. If a step fails, the later
     * steps do not run. A new plan contains what is left to do.
     *
     * @param plan a result of {@link #plan}
     * @return the wanted rules as they are on X now, in no particular order
     * @throws RulesException if a step failed
     */
    public List<Rule> apply(RulePlan plan) {
        return await(applyAsync(plan));
    }

    /**
     * Does the same as {@link #apply}, without waiting.
     *
     * @param plan a result of {@link #plan}
     * @return the wanted rules as they are on X now
     */
    public CompletableFuture<List<Rule>> applyAsync(RulePlan plan) {
        return carryOutAsync(plan).thenApply(Applied::rules);
    }

    /**
     * Does the same as {@link #applyAsync}, and reports which rules could be added only after others were deleted.
     *
     * @param plan a result of {@link #plan}
     * @return the result
     */
    public CompletableFuture<Applied> carryOutAsync(RulePlan plan) {
        return addAll(plan.add())
                .thenApply(
                        added -> new Additions(new Applied(added, List.of(), Instant.EPOCH, Instant.EPOCH), Set.of()))
                .exceptionallyCompose(failure -> replaceAtCap(plan, rulesException(failure)))
                .thenCompose(made -> retagAll(plan.retag()).thenCompose(retagged -> {
                    Applied added = made.applied;
                    List<Rule> holding = new ArrayList<>(plan.keep());
                    holding.addAll(added.rules());
                    holding.addAll(retagged);
                    plan.covered().forEach(match -> holding.add(match.held()));
                    return deleteAsync(unneeded(plan.delete(), holding, made.deletedIds))
                            .thenApply(deleted -> new Applied(holding, added.replaced(), added.from(), added.until()));
                }));
    }

    // ---- rules at X's cap ------------------------------------------------------------------------------------------

    /** Holds the result of adding rules, and the ids of the rules that were deleted first to make room. */
    private record Additions(Applied applied, Set<String> deletedIds) {}

    /**
     * Adds the missing rules when X has no room for old and new rules at once: before each new rule, one surplus rule
     * is deleted.
     */
    private CompletableFuture<Additions> replaceAtCap(RulePlan plan, RulesException failure) {
        if (failure.reason() != RulesException.Reason.CAP_REACHED
                || plan.delete().isEmpty()) {
            return CompletableFuture.failedFuture(failure);
        }
        return listAsync().thenCompose(held -> {
            Map<String, Rule> byValue = new HashMap<>();
            held.forEach(rule -> byValue.put(RulePlan.written(rule.value()), rule));
            List<Rule> there = new ArrayList<>();
            List<WantedRule> missing = new ArrayList<>();
            for (WantedRule wanted : plan.add()) {
                Rule rule = byValue.get(RulePlan.written(wanted.value()));
                if (rule == null) missing.add(wanted);
                else there.add(rule);
            }
            List<Rule> unwanted = plan.delete().stream()
                    .filter(rule -> held.stream().anyMatch(one -> one.id().equals(rule.id())))
                    .toList();
            if (missing.size() > unwanted.size()) return CompletableFuture.failedFuture(failure);
            Instant from = api.clock().instant();
            List<Rule> first = unwanted.subList(0, missing.size());
            return replaceAll(missing, first).thenApply(added -> {
                there.addAll(added);
                Set<String> alreadyDeleted = first.stream().map(Rule::id).collect(Collectors.toSet());
                return new Additions(
                        new Applied(there, missing, from, api.clock().instant()), alreadyDeleted);
            });
        });
    }

    private CompletableFuture<List<Rule>> replaceAll(List<WantedRule> wanted, List<Rule> unwanted) {
        CompletableFuture<List<Rule>> replaced = CompletableFuture.completedFuture(List.of());
        for (int i = 0; i < wanted.size(); i++) {
            List<WantedRule> rule = List.of(wanted.get(i));
            String old = unwanted.get(i).id();
            replaced = replaced.thenCompose(before -> deleteAsync(List.of(old))
                    .thenCompose(deleted -> addAll(rule).exceptionallyCompose(again -> addAll(rule)))
                    .thenApply(added -> {
                        List<Rule> all = new ArrayList<>(before);
                        all.addAll(added);
                        return all;
                    }));
        }
        return replaced;
    }

    /**
     * Returns the ids to delete. X may write a value differently, so an added rule can turn out to be one of the rules
     * to delete. Such a rule stays.
     */
    private static List<String> unneeded(List<Rule> delete, List<Rule> holding, Set<String> alreadyDeleted) {
        Set<String> needed = new HashSet<>(alreadyDeleted);
        holding.forEach(rule -> needed.add(rule.id()));
        return delete.stream().map(Rule::id).filter(id -> !needed.contains(id)).toList();
    }

    private CompletableFuture<List<Rule>> retagAll(List<RulePlan.Match> matches) {
        CompletableFuture<List<Rule>> retagged = CompletableFuture.completedFuture(List.of());
        for (RulePlan.Match match : matches) {
            retagged = retagged.thenCompose(before -> retag(match).thenApply(rules -> {
                List<Rule> all = new ArrayList<>(before);
                all.addAll(rules);
                return all;
            }));
        }
        return retagged;
    }

    /**
     * Deletes the rule and adds it with its new tag. If the addition fails, it is tried a second time, because X does
     * not have the rule at all until the addition succeeds.
     */
    private CompletableFuture<List<Rule>> retag(RulePlan.Match match) {
        return deleteAsync(List.of(match.held().id())).thenCompose(deleted -> addInPlace(match)
                .exceptionallyCompose(failure -> addInPlace(match))
                .exceptionally(failure -> {
                    throw rulesException(failure)
                            .withConsequence(
                                    "The rule '" + RuleText.shown(match.wanted().tag())
                                            + "' is missing on X until a new plan is applied: it was deleted to be added with its"
                                            + " new tag.");
                }));
    }

    private CompletableFuture<List<Rule>> addInPlace(RulePlan.Match match) {
        return addAll(List.of(match.wanted())).thenApply(added -> {
            if (added.stream().anyMatch(rule -> rule.id().equals(match.held().id()))) {
                // Another server of X has not applied the deletion yet, and took the new rule for a duplicate.
                throw RulesException.refused(List.of(new RuleRefusal(
                        match.wanted().value(),
                        "DuplicateRule",
                        List.of("X still names the rule that it has deleted"))));
            }
            return added;
        });
    }

    private static AddAnswer addAnswer(String aim, ApiAnswer answer) {
        if (answer instanceof ApiAnswer.Received received) {
            AddAnswer parsed = AddAnswer.of(received.body());
            if (parsed.hasSummary()) return parsed;
            if (received.ok()) throw RulesException.unclear(aim, answer, "the answer has no summary");
        }
        throw RulesException.of(aim, answer);
    }

    private static JsonNode success(String aim, ApiAnswer answer) {
        if (answer instanceof ApiAnswer.Received received && received.ok()) {
            if (received.body().isObject()) return received.body();
            throw RulesException.unclear(aim, answer, "the answer is not a JSON object");
        }
        throw RulesException.of(aim, answer);
    }

    /** Makes the calls one after the other: X counts calls, and after a refusal the next call may be pointless. */
    private static <E, T> CompletableFuture<T> inChunks(
            List<E> all, T start, BiFunction<T, List<E>, CompletableFuture<T>> call) {
        CompletableFuture<T> result = CompletableFuture.completedFuture(start);
        for (int from = 0; from < all.size(); from += CHUNK_RULES) {
            List<E> chunk = all.subList(from, Math.min(all.size(), from + CHUNK_RULES));
            result = result.thenCompose(before -> call.apply(before, chunk));
        }
        return result;
    }

    private static <T> T await(CompletableFuture<T> future) {
        try {
            return future.join();
        } catch (CompletionException e) {
            throw rulesException(e);
        }
    }

    private static RulesException rulesException(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof RulesException known) return known;
        throw new IllegalStateException(
                "A rule operation failed because of a defect in Gapless. Report it with this stack trace.", cause);
    }
}
