package io.gapless.recovery;

import io.gapless.recovery.PostTimeline.XPost;
import io.gapless.recovery.SimulatedX.Asked;
import io.gapless.recovery.SimulatedX.Played;
import io.gapless.recovery.SimulatedX.Refusal;
import io.gapless.recovery.SimulatedX.Right;
import io.gapless.recovery.ledger.Span;
import io.gapless.stream.api.BodyJson;
import io.gapless.stream.rules.RuleSet;
import io.gapless.stream.seam.Ending;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * What X does wrong on a bad day, request by request, and the account of it: only what X has refused may be called lost.
 *
 * <p>X may end a job in every way but two: of two clean ends for the same chunk, one is honest, but for an end without a
 * post after one with some, which shows by itself that it is not; and only once is a chunk
 * cut while its posts come out of order. Nobody who can only ask X could tell otherwise.
 */
final class TroubledX implements SimulatedX.Jobs {
    static final String FIRST_TOKEN = "token";
    /** More than an hour: three times within one would be a fight, and then the watch stops. */
    private static final Duration NO_FIGHT = Duration.ofMinutes(65);

    /** For how long a refusal may go on, with all that may follow it, before X's own 401 is final. */
    private static final Duration SERVED_WITHIN = Duration.ofHours(12);

    private static final Duration REMEMBERED_AFTER = Duration.ofHours(3);
    private static final Duration ADDED_BACK_MIN = Duration.ofSeconds(20);
    private static final Duration ADDED_BACK_MAX = Duration.ofMinutes(5);
    private static final Duration LATELY = Duration.ofMinutes(5);
    private static final Map<String, String> HTML = Map.of("Content-Type", "text/html; charset=UTF-8");

    private static final String COMPLETED = "{\"info\":{\"message\":\"Replay Request Completed\"}}";

    final SimulatedX x;
    private final BadDay day;
    private final Random chance;
    private final Strikes strikes;
    private final WireCheck check;
    private final boolean saysCompleted;
    /** The rules that the stream is given. */
    final Optional<RuleSet> declared;

    private Instant rulesDeletedAt = Instant.MIN;

    /** Until when X answers all stream requests so. */
    private Instant badUntil = Instant.MIN;

    private Refusal badAnswer = SimulatedX.rateLimited();
    /** What answers in X's place. */
    private final List<Between> between = new ArrayList<>();

    private String token = FIRST_TOKEN;
    private int tokens;
    private Refusal tokenRefusal = SimulatedX.unauthorized();
    private final Map<String, Instant> tokensServed = new TreeMap<>();
    /** Until when X's rate is used up, by method and path. */
    private final Map<String, Instant> spentUntil = new TreeMap<>();

    private Instant servedAt = Instant.MIN;
    private Instant refusedByXAt = Instant.MIN;

    private final Set<String> lied = new HashSet<>();
    /** Chunks that have brought something, but not all. */
    private final Set<String> endedEarly = new HashSet<>();

    private final Set<String> cutOutOfOrder = new HashSet<>();
    /** Where jobs were cut: the creation of the last post that they brought, or their beginning. */
    private final List<Instant> cuts = new ArrayList<>();

    /** Until when something on the way breaks all lines, and whether it breaks the next one. */
    private Instant brokenUntil = Instant.MIN;

    private boolean breaksNext;
    private final Set<Long> broken = new HashSet<>();
    private final List<Instant> brokenAt = new ArrayList<>();

    private final List<Instant> tokensRefused = new ArrayList<>();
    private final Map<LocalDate, Long> soldBefore = new TreeMap<>();

    /** Told when X has refused to count. */
    Runnable onCountRefused = () -> {};

    /** For some requests and for a while. */
    private record Between(Predicate<Asked> whom, Refusal answer, Instant until) {}

    TroubledX(SimulatedX x, BadDay day, Random chance, Strikes strikes, WireCheck check) {
        this.x = x;
        this.day = day;
        this.chance = chance;
        this.strikes = strikes;
        this.check = check;
        this.saysCompleted = chance.nextBoolean();
        x.meddler = this::meddle;
        x.onTheWay = this::passOn;
        x.onUnreached = check::tried;
        x.dateWrongBy = request -> strikes.byChance(Fault.DATE_WRONG) ? wrongTime() : Duration.ZERO;
        x.rateOf = this::rate;
        x.jobs = this;
        x.backfill = day.backfill;
        x.jobRight = day.jobs;
        x.connectionsMax = day.connectionsMax;
        x.zombieFor = day.zombieFor;
        x.jobsEvict = day.has(Fault.JOB_COSTS_LIVE);
        x.evicts = day.has(Fault.SECOND_COSTS_FIRST) || chance.nextBoolean();
        x.twiceEvery = day.has(Fault.POST_TWICE) ? 1 + chance.nextInt(30) : 0;
        x.backfillFirst = chance.nextBoolean();
        x.indexLag = day.indexLag;
        // Before the first connection nothing is promised.
        x.time.after(Duration.ofMinutes(1), () -> x.liveBeginsAfter = day.liveBeginsAfter);
        x.patience = BadDay.between(chance, Duration.ofSeconds(5), Duration.ofMinutes(10));
        x.socketChars = day.fillsInbox ? 8 * BadDay.LONG_POST_CHARS : 0;
        if (day.has(Fault.SEARCH_LIMITED)) x.searchesMax = 3 + chance.nextInt(60);
        if (day.rules > 1) x.rules.put("2", "from:dogs");
        if (day.rules > 2) x.rules.put("3", "from:dogs OR from:cats");
        if (day.declaresRules) x.rules.keySet().forEach(id -> x.ruleBook.tags.put(id, "gapless:" + id));
        declared = day.declaresRules ? Optional.of(RuleSet.of(x.rules)) : Optional.empty();
    }

    /** From now on X does nothing wrong, but for what this account may not do. */
    void calm() {
        x.zombieFor = Duration.ZERO;
        x.searchesMax = 450;
        x.answersAfter = Duration.ofMillis(50);
        x.backfillPerSecond = 5_000;
        x.shortPages = false;
        badUntil = Instant.MIN;
        between.clear();
        spentUntil.clear();
        brokenUntil = Instant.MIN;
        breaksNext = false;
    }

    /** X answers all requests for streams so for a while; what is open, it closes. */
    void answerBadly(Refusal answer, Duration length) {
        badAnswer = answer;
        badUntil = x.time.instant().plus(length);
        x.drop(Ending.Kind.COMPLETE);
    }

    // ---- what is between, and what X says for a while
    // ----------------------------------------------------------------

    /** Something between X and this machine answers so for a while, or X itself does, as it has done for hours. */
    void answerBetween(Duration length) {
        answer(somebody(), betweenAnswer(), length);
    }

    private void answer(Predicate<Asked> whom, Refusal answer, Duration length) {
        between.add(new Between(whom, answer, now().plus(length)));
        if (chance.nextBoolean()) x.drop(Ending.Kind.RESET);
    }

    private Predicate<Asked> somebody() {
        // Few requests are jobs, so what meets them must be common.
        List<Predicate<Asked>> whom = List.of(
                request -> true,
                Asked::isToken,
                Asked::isRules,
                Asked::isStream,
                Asked::isJob,
                Asked::isJob,
                Asked::isJob,
                Asked::isSearch,
                request -> !request.isStream());
        return whom.get(chance.nextInt(whom.size()));
    }

    private Refusal betweenAnswer() {
        List<Refusal> answers = List.of(
                SimulatedX.page(403),
                SimulatedX.page(404),
                SimulatedX.page(400),
                SimulatedX.page(401),
                SimulatedX.page(407),
                SimulatedX.page(451),
                SimulatedX.page(520 + chance.nextInt(11)),
                Refusal.of(302, "").with(Map.of("Location", "https://portal.example/login")),
                Refusal.of(204, ""),
                Refusal.of(400, ""),
                Refusal.of(403, "{\"message\":\"Forbidden\"}"),
                Refusal.of(403, "{\"errors\":[{\"message\":\"Your plan does not include this\",\"code\":467}]}"),
                Refusal.of(404, "{\"title\":\"Not Found\",\"type\":\"about:blank\",\"status\":404}"),
                Refusal.of(422, "{\"title\":\"Unprocessable\",\"type\":\"about:blank\",\"status\":422}"),
                SimulatedX.forbidden(),
                SimulatedX.unauthorized());
        return answers.get(chance.nextInt(answers.size()));
    }

    /** X, or what is before it, asks to wait; sometimes for longer than anybody should believe. */
    void askToWait(Duration length) {
        String wait = String.valueOf(List.of(60, 120, 600, 3_600).get(chance.nextInt(4)));
        Refusal answer =
                switch (chance.nextInt(3)) {
                    case 0 -> Refusal.of(503, "<html>maintenance</html>").with(with(HTML, "Retry-After", wait));
                    case 1 -> Refusal.of(429, "<html>slow down</html>").with(with(HTML, "Retry-After", wait));
                    default ->
                        Refusal.of(503, "{\"title\":\"Service Unavailable\"}").with(Map.of("Retry-After", wait));
                };
        answer(somebody(), answer, length);
    }

    private static Map<String, String> with(Map<String, String> headers, String name, String value) {
        Map<String, String> all = new TreeMap<>(headers);
        all.put(name, value);
        return all;
    }

    void capSpending(Duration length) {
        Instant reset = now().plus(length);
        answer(request -> true, SimulatedX.spent(reset), length);
    }

    /** Another program of the same app has used up a window of X's. */
    void useUpWindow(Duration length) {
        Instant reset = now().plus(length);
        answer(somebody(), SimulatedX.rateLimited(reset), length);
    }

    /** Another program of the same app deletes rules, as many do at their start, and perhaps adds its own, or ours again. */
    boolean deleteRules() {
        if (now().isBefore(rulesDeletedAt.plus(NO_FIGHT))) return false;
        List<String> ours = List.copyOf(x.rules.keySet());
        if (ours.isEmpty()) return false;
        rulesDeletedAt = now();
        boolean all = chance.nextBoolean();
        String one = ours.get(chance.nextInt(ours.size()));
        Map<String, String> tags = new LinkedHashMap<>();
        ours.stream()
                .filter(id -> all || id.equals(one))
                .forEach(id -> tags.put(x.rules.get(id), x.ruleBook.tags.getOrDefault(id, "")));
        ours.stream().filter(id -> all || id.equals(one)).forEach(x.ruleBook::delete);
        if (chance.nextBoolean()) x.ruleBook.add("from:birds", "");
        if (chance.nextInt(4) == 0)
            x.time.after(
                    BadDay.between(chance, ADDED_BACK_MIN, ADDED_BACK_MAX),
                    () -> tags.forEach(x.ruleBook::addUnlessHeld));
        return true;
    }

    /** From now on X accepts another token only. */
    void replaceToken() {
        token = FIRST_TOKEN + ++tokens;
        tokenRefusal = chance.nextBoolean() ? SimulatedX.unauthorized() : SimulatedX.page(401);
        if (chance.nextBoolean()) x.drop(Ending.Kind.RESET);
    }

    String token() {
        return token;
    }

    /** Whether a live connection was let through in the last hours. */
    boolean servedLately() {
        return now().isBefore(servedAt.plus(SERVED_WITHIN));
    }

    /** Whether X has just said itself that it refuses what it grants. */
    boolean hasRefusedLately() {
        return now().isBefore(refusedByXAt.plus(LATELY));
    }

    private Instant now() {
        return x.time.instant();
    }

    private Optional<Refusal> inPlaceOfX(Asked request) {
        between.removeIf(one -> !now().isBefore(one.until()));
        boolean known = isLongKnown(request.token());
        Optional<Refusal> answer = between.stream()
                .filter(one -> one.whom().test(request))
                .map(Between::answer)
                .filter(refusal -> known || !mayBeFinal(request, refusal))
                .findFirst();
        if (answer.isPresent() || request.isToken()) return answer;
        return request.token().endsWith(" " + token) ? Optional.empty() : Optional.of(tokenRefusal);
    }

    /** A wrong address, and a wrong token or key, is found at once, whoever says so. */
    private static boolean mayBeFinal(Asked request, Refusal refusal) {
        boolean refused = refusal.status() > 200 && refusal.status() < 429;
        return isByX(refusal) || request.isToken() && refused;
    }

    private static boolean isByX(Refusal refusal) {
        return BodyJson.problem(refusal.body().getBytes(StandardCharsets.UTF_8)).isOfX();
    }

    /** On such a day answers count down, and another program of the app may use up the rest. */
    private Map<String, String> rate(Asked request) {
        if (!day.has(Fault.WINDOW_SPENT) || request.isToken()) return Map.of();
        Instant reset = now().plus(BadDay.between(chance, Duration.ofSeconds(2), Duration.ofMinutes(15)))
                .truncatedTo(ChronoUnit.SECONDS);
        boolean spent = strikes.byChance(Fault.WINDOW_SPENT);
        if (spent) {
            spentUntil.put(request.place(), reset);
            check.spent(request, reset);
        }
        return Map.of(
                "x-rate-limit-limit",
                "450",
                "x-rate-limit-remaining",
                String.valueOf(spent ? 0 : 1 + chance.nextInt(400)),
                "x-rate-limit-reset",
                String.valueOf(reset.getEpochSecond()));
    }

    private void serve(Asked request) {
        servedAt = now();
        tokensServed.putIfAbsent(request.token(), now());
    }

    /** Whether X has accepted its present token for long. */
    boolean acceptsKnownToken() {
        return isLongKnown("Bearer " + token);
    }

    /** What X says of a token that it never accepted is final; a full disk may be why nobody remembers that it did. */
    private boolean isLongKnown(String authorization) {
        Instant first = tokensServed.get(authorization);
        return first != null && now().isAfter(first.plus(REMEMBERED_AFTER));
    }

    /** No two are the same: a second answer that agrees would be believed, and nobody could tell. */
    private Duration wrongTime() {
        Duration length = BadDay.between(chance, Duration.ofSeconds(6), Duration.ofDays(10_000));
        return chance.nextBoolean() ? length : length.negated();
    }

    /** Something else answers for a while, as if it were X. */
    void answerByPage(Duration length) {
        Instant now = x.time.instant();
        Refusal page = Refusal.page(chance.nextBoolean() ? Instant.EPOCH : now.plus(Duration.ofDays(7)));
        if (chance.nextBoolean()) answerBadly(page, length);
        else answer(somebody(), page, length);
    }

    void breakLines(Duration length) {
        brokenUntil = x.time.instant().plus(length);
    }

    void breakLine() {
        breaksNext = true;
    }

    private String passOn(XPost post, String line) {
        Instant now = x.time.instant();
        if (!breaksNext && !now.isBefore(brokenUntil)) return line;
        breaksNext = false;
        broken.add(post.id());
        brokenAt.add(now);
        return switch (chance.nextInt(3)) {
            case 0 -> line.substring(0, 1 + chance.nextInt(line.length() - 4)) + "\r\n";
            case 1 -> compressed(line.length() / 3);
            default -> "<html>\r\n<body>Please wait</body>\r\n\r\n</html>\r\n";
        };
    }

    private String compressed(int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) text.append((char) chance.nextInt(256));
        return text.toString();
    }

    /** Whether the line of a post was broken. */
    boolean isBroken(long id) {
        return broken.contains(id);
    }

    /** Whether any line was broken within a span. */
    boolean brokeWithin(Span span) {
        return brokenAt.stream().anyMatch(span::contains);
    }

    /** Whether X lets this account do all that a recovery may ask for. */
    boolean grantsAll() {
        return x.backfill == Right.GRANTED && x.jobRight == Right.GRANTED;
    }

    /** The account is not what it was. */
    boolean loseRights() {
        if (x.backfill != Right.GRANTED && x.jobRight != Right.GRANTED) return false;
        x.backfill = Right.REFUSED_403;
        x.jobRight = Right.REFUSED_403;
        return true;
    }

    /** The account is what it was. */
    boolean returnRights() {
        if (x.backfill == day.backfill && x.jobRight == day.jobs) return false;
        x.backfill = day.backfill;
        x.jobRight = day.jobs;
        return true;
    }

    private Optional<Refusal> meddle(Asked request) {
        soldBefore.putIfAbsent(LocalDate.ofInstant(request.at(), ZoneOffset.UTC), x.postsSearched());
        check.asked(request, x);
        Optional<Refusal> answer = badAnswer(request);
        answer.ifPresent(refusal -> check.refused(request, refusal));
        if (answer.isPresent() && request.isCount()) onCountRefused.run();
        return answer;
    }

    private Optional<Refusal> tokenFailure(Asked request) {
        boolean known = isLongKnown(request.token());
        if (!strikes.byChance(Fault.TOKEN_REQUEST_FAILS)) {
            tokensServed.putIfAbsent(request.token(), now());
            return Optional.empty();
        }
        List<Refusal> answers = List.of(
                Refusal.noAnswer(Ending.Kind.NO_ANSWER),
                Refusal.noAnswer(Ending.Kind.RESET),
                Refusal.of(503, "{}"),
                SimulatedX.rateLimited().with(Map.of("Retry-After", "120")),
                SimulatedX.page(401),
                SimulatedX.page(403),
                SimulatedX.page(404),
                SimulatedX.forbidden(),
                SimulatedX.unauthorized());
        Refusal answer = answers.get(chance.nextInt(answers.size()));
        return Optional.of(known || !mayBeFinal(request, answer) ? answer : answers.get(0));
    }

    private Optional<Refusal> badAnswer(Asked request) {
        Instant spent = spentUntil.get(request.place());
        if (spent != null && now().isBefore(spent)) return Optional.of(SimulatedX.rateLimited(spent));
        Optional<Refusal> inPlace = inPlaceOfX(request);
        if (inPlace.isPresent()) {
            if (isByX(inPlace.get())) refusedByXAt = now();
            return inPlace;
        }
        if (request.isStream()) {
            if (request.at().isBefore(badUntil)) return Optional.of(badAnswer);
            if (request.isLive()) serve(request);
            if (request.isLive()) beginBackfill(request);
            countRights(request);
            return request.isJob() && x.jobRight == Right.GRANTED && strikes.byChance(Fault.JOB_FAILS)
                    ? Optional.of(jobFailure())
                    : Optional.empty();
        }
        if (request.isToken()) return tokenFailure(request);
        if (!request.isSearch()) return Optional.empty();
        x.shortPages = strikes.byChance(Fault.SEARCH_SHORT_PAGES);
        if (x.searchesMax < 100) strikes.count(Fault.SEARCH_LIMITED);
        if (strikes.byChance(Fault.SEARCH_FAILS)) {
            return Optional.of(chance.nextBoolean() ? Refusal.of(503, "{}") : Refusal.noAnswer(Ending.Kind.NO_ANSWER));
        }
        if (request.query().containsKey("next_token") && strikes.byChance(Fault.SEARCH_TOKEN_REFUSED)) {
            tokensRefused.add(request.at());
            return Optional.of(SimulatedX.invalid("next_token"));
        }
        return Optional.empty();
    }

    /** Soon after it live may end, which has to do with X and not with the job. */
    private Refusal jobFailure() {
        Duration soon = BadDay.between(chance, Duration.ofSeconds(6), Duration.ofSeconds(40));
        if (chance.nextInt(4) == 0) x.time.after(soon, () -> x.drop(Ending.Kind.RESET));
        return switch (chance.nextInt(4)) {
            case 0 -> Refusal.of(503, "{}");
            case 1 -> SimulatedX.rateLimited();
            case 2 -> SimulatedX.page(chance.nextBoolean() ? 403 : 404);
            default -> Refusal.noAnswer(Ending.Kind.NO_ANSWER);
        };
    }

    private void beginBackfill(Asked request) {
        boolean trickles = request.query().containsKey("backfill_minutes")
                && x.backfill == Right.GRANTED
                && strikes.byChance(Fault.BACKFILL_TRICKLES);
        x.backfillFirst |= trickles;
        x.backfillPerSecond = trickles ? 1 + chance.nextInt(20) : 5_000;
        // Before all of it has come, the connection may end.
        Duration soon = BadDay.between(chance, Duration.ofSeconds(1), Duration.ofSeconds(40));
        if (trickles && chance.nextBoolean()) x.time.after(soon, () -> x.drop(Ending.Kind.RESET));
    }

    private void countRights(Asked request) {
        if (request.isJob() && x.jobRight == Right.IGNORED) strikes.count(Fault.JOB_IGNORED);
        else if (request.isJob() && x.jobRight != Right.GRANTED) refused(Fault.JOB_REFUSED);
        else if (!request.query().containsKey("backfill_minutes")) return;
        else if (x.backfill == Right.IGNORED) strikes.count(Fault.BACKFILL_IGNORED);
        else if (x.backfill != Right.GRANTED) refused(Fault.BACKFILL_REFUSED);
    }

    /** Whatever X grants a moment later. */
    private void refused(Fault fault) {
        strikes.count(fault);
        refusedByXAt = now();
    }

    @Override
    public Played play(Asked request, int number, List<XPost> wanted) {
        String chunk = request.query().get("start_time") + "/" + request.query().get("end_time");
        if (!wanted.isEmpty() && strikes.byChance(Fault.JOB_CUT)) {
            Ending.Kind ending = chance.nextBoolean() ? Ending.Kind.CUT : Ending.Kind.RESET;
            return new Played(cut(request, wanted), ending, "");
        }
        if (strikes.byChance(Fault.JOB_SILENT)) return Played.silent(cut(request, wanted));
        if (wanted.size() > 1 && lied.stream().noneMatch(other -> isOfOneChunk(other, chunk))) {
            lied.add(chunk);
            if (strikes.byChance(Fault.JOB_EMPTY)) return Played.whole(List.of());
            if (strikes.byChance(Fault.JOB_ENDS_EARLY)) return endingEarly(chunk, wanted);
            if (strikes.byChance(Fault.JOB_SHUFFLED)) return shuffled(chunk, wanted);
        }
        if (endedEarly.remove(chunk) && strikes.byChance(Fault.JOB_ENDS_EARLY)) return Played.whole(List.of());
        lied.remove(chunk);
        return saysCompleted ? new Played(wanted, Ending.Kind.COMPLETE, COMPLETED) : Played.whole(wanted);
    }

    /**
     * Whether two jobs fetch one chunk: a job that was cut is resumed, and passes are repeated. Whoever lies twice about
     * one time cannot be found out.
     */
    private static boolean isOfOneChunk(String job, String other) {
        return job.substring(job.indexOf('/')).equals(other.substring(other.indexOf('/')));
    }

    private Played endingEarly(String chunk, List<XPost> wanted) {
        List<XPost> brought = part(wanted);
        if (!brought.isEmpty()) endedEarly.add(chunk);
        return Played.whole(brought);
    }

    private Played shuffled(String chunk, List<XPost> wanted) {
        List<XPost> shuffled = new ArrayList<>(wanted);
        Collections.shuffle(shuffled, chance);
        boolean cut = chance.nextBoolean() && cutOutOfOrder.add(chunk);
        return cut ? Played.cut(part(shuffled)) : Played.whole(shuffled);
    }

    private List<XPost> cut(Asked request, List<XPost> wanted) {
        List<XPost> brought = wanted.isEmpty() ? wanted : part(wanted);
        cuts.add(
                brought.isEmpty()
                        ? Instant.parse(request.query().get("start_time"))
                        : brought.get(brought.size() - 1).createdAt());
        return brought;
    }

    private List<XPost> part(List<XPost> posts) {
        return posts.subList(0, chance.nextInt(posts.size()));
    }

    // ---- what justifies a loss
    // ---------------------------------------------------------------------------------------

    /** How often jobs were cut near a span. */
    long cutsNear(Span span) {
        Span near = new Span(span.from().minusSeconds(10), span.until().plusSeconds(10));
        return cuts.stream().filter(near::contains).count();
    }

    /** How many next pages were refused within a span. */
    long tokensRefusedWithin(Span span) {
        return tokensRefused.stream().filter(span::contains).count();
    }

    /** How many posts search has handed out on the days of a span, at most. */
    long soldOnDaysOf(Span span) {
        LocalDate first = LocalDate.ofInstant(span.from(), ZoneOffset.UTC);
        long before = soldBefore.entrySet().stream()
                .filter(entry -> !entry.getKey().isBefore(first))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(x.postsSearched());
        return x.postsSearched() - before;
    }
}
