package io.gapless.recovery;

import io.gapless.recovery.PostTimeline.XPost;
import io.gapless.recovery.ledger.Span;
import io.gapless.stream.seam.Ending;
import io.gapless.stream.seam.Head;
import io.gapless.stream.seam.NoTokenException;
import io.gapless.stream.seam.Request;
import io.gapless.stream.seam.Time;
import io.gapless.stream.seam.Transport;
import io.gapless.stream.seam.VirtualTime;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * X as its documents describe it, in virtual time: live streams with keep-alives and a connection limit, backfill,
 * Recovery jobs, recent search, rules; and what it does wrong on demand. Virtual time's wall clock is X's clock.
 *
 * <p>Its fields are settings: a test may change them at any moment.
 */
final class SimulatedX implements Transport {
    /** What X does with a parameter that needs Enterprise access. */
    enum Right {
        GRANTED,
        REFUSED_400,
        REFUSED_403,
        IGNORED
    }

    /** A request as it came. */
    record Asked(Instant at, long sentNanos, String method, String path, Map<String, String> query, String token) {
        boolean isStream() {
            return path.contains("/stream") && !path.endsWith("/rules");
        }

        boolean isJob() {
            return isStream() && query.containsKey("start_time");
        }

        boolean isLive() {
            return isStream() && !isJob();
        }

        boolean isSearch() {
            return path.equals("/2/tweets/search/recent") || isArchive();
        }

        boolean isArchive() {
            return path.equals("/2/tweets/search/all");
        }

        boolean isToken() {
            return path.equals("/oauth2/token");
        }

        boolean isRules() {
            return path.equals("/2/tweets/search/stream/rules");
        }

        boolean isCount() {
            return path.equals("/2/tweets/counts/recent");
        }

        /** X counts its rates by method and path. */
        String place() {
            return method + " " + path;
        }

        String window() {
            return query.get("start_time") + " " + query.get("end_time");
        }
    }

    /** What X answers instead of serving a request. */
    record Refusal(int status, Map<String, String> headers, String body, Ending.Kind ending) {
        Refusal(int status, String body, Ending.Kind ending) {
            this(status, Map.of(), body, ending);
        }

        /** Somebody else's answer that looks like success. */
        static Refusal page(Instant date) {
            return new Refusal(
                    200,
                    Map.of("Date", rfc1123(date), "Content-Type", "text/html"),
                    "<!DOCTYPE html>\r\n<html>\r\n\r\n<body>Please log in</body>\r\n</html>\r\n",
                    Ending.Kind.COMPLETE);
        }

        static Refusal of(int status, String body) {
            return new Refusal(status, body, Ending.Kind.COMPLETE);
        }

        static Refusal noAnswer(Ending.Kind kind) {
            return new Refusal(0, "", kind);
        }

        Refusal with(Map<String, String> more) {
            return new Refusal(status, more, body, ending);
        }
    }

    /** What a job sends; after that it ends, or falls silent. */
    record Played(List<XPost> posts, Ending.Kind ending, String lastLine, boolean hangs) {
        Played(List<XPost> posts, Ending.Kind ending, String lastLine) {
            this(posts, ending, lastLine, false);
        }

        static Played whole(List<XPost> posts) {
            return new Played(posts, Ending.Kind.COMPLETE, "");
        }

        static Played cut(List<XPost> posts) {
            return new Played(posts, Ending.Kind.CUT, "");
        }

        static Played silent(List<XPost> posts) {
            return new Played(posts, Ending.Kind.CUT, "", true);
        }
    }

    /** How jobs go: what was asked for, the how-manieth job it is, and the posts that it should bring, oldest first. */
    @FunctionalInterface
    interface Jobs {
        Played play(Asked request, int number, List<XPost> wanted);
    }

    private static final Duration KEEP_ALIVE = Duration.ofSeconds(20);
    /** The header timeout of a stream, and what any other request has, with some room. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(32);

    private static final Duration PUMP = Duration.ofMillis(100);
    private static final Duration SEARCH_WINDOW = Duration.ofMinutes(15);
    private static final String TOO_MANY =
            "{\"title\":\"ConnectionException\",\"detail\":\"This stream is currently at the"
                    + " maximum allowed connection limit.\",\"connection_issue\":\"TooManyConnections\"}";
    private static final String RATE = "{\"title\":\"Too Many Requests\",\"type\":\"about:blank\",\"status\":429}";
    private static final String FORBIDDEN =
            "{\"title\":\"Client Forbidden\",\"detail\":\"Appropriate Level of API Access\","
                    + "\"reason\":\"client-not-enrolled\"}";

    final VirtualTime time;
    final PostTimeline posts;
    final List<Asked> asked = new ArrayList<>();
    final SimulatedRules ruleBook = new SimulatedRules();
    /** Rules by id; a post matches those that name its author, and is sent if it matches any. */
    final Map<String, String> rules = ruleBook.values;

    Right backfill = Right.GRANTED;
    Right jobRight = Right.GRANTED;
    int connectionsMax = 1;
    /** Whether one connection too many ends the oldest one, instead of being refused. */
    boolean evicts;
    /** How long X believes in a connection whose other end is gone. */
    Duration zombieFor = Duration.ZERO;
    /** How long X waits for a reader that does not read. */
    Duration patience = Duration.ofMinutes(5);

    Ending.Kind slowReaderEnding = Ending.Kind.CUT;
    /** Every so many posts one comes twice; 0 for never. */
    int twiceEvery;

    /** From a request to its answer. */
    Duration answersAfter = Duration.ofMillis(50);

    /** Whether it is the answer that takes its time on the way, and not the request. */
    boolean answersHeldBack;

    /** How much longer it takes for a job. */
    Duration jobsAnswerLater = Duration.ZERO;

    double backfillPerSecond = 5_000;
    /** Whether what is new waits until all that is backfilled has been sent. */
    boolean backfillFirst;

    double jobPerSecond = 5_000;
    Duration jobFreshness = Duration.ofSeconds(10);
    Jobs jobs = (request, number, wanted) -> Played.whole(wanted);
    int jobsMax = 2;
    /** Whether a job costs the oldest live connection. */
    boolean jobsEvict;
    /** How much later than the stream search finds a post. */
    Duration indexLag = Duration.ZERO;
    /** How long after its answer a live connection begins to bring what arrives. */
    Duration liveBeginsAfter = Duration.ZERO;
    /** How many searches X answers in 15 minutes. */
    int searchesMax = 450;
    /** Whether a page of search may hold less than was asked for, and yet not be the last one. */
    boolean shortPages;

    /** Looks at every request first. */
    Function<Asked, Optional<Refusal>> meddler = request -> Optional.empty();

    /** Looks at every line of a post last: whatever is on the way may break it. */
    BiFunction<XPost, String, String> onTheWay = (post, line) -> line;

    /** By how much the {@code Date} of an answer to a stream request is changed on the way. */
    Function<Asked, Duration> dateWrongBy = request -> Duration.ZERO;

    /** By how much the {@code Date} of an answer to a list of the rules is changed on the way. */
    Supplier<Duration> dateOfRulesWrongBy = () -> Duration.ZERO;

    /** What the headers of a success say of X's rate. */
    Function<Asked, Map<String, String>> rateOf = request -> Map.of();

    /** What X issues for the app's key and secret. */
    Supplier<String> issuedToken = () -> "token";

    /** Is told when a request has to wait for a token. */
    Runnable onWait = () -> {};

    /** Is told when a request that was sent at this moment still waits for a token although its time is over. */
    LongConsumer onHang = sentNanos -> {};

    /** Is told of what search hands out. */
    Consumer<List<XPost>> seller = sold -> {};

    private final Map<Live, Instant> zombies = new LinkedHashMap<>();
    private final List<Live> live = new ArrayList<>();
    private final Set<Job> jobsUnderWay = Collections.newSetFromMap(new LinkedHashMap<>());
    private final List<Instant> jobZombies = new ArrayList<>();
    private final List<Span> dropped = new ArrayList<>();
    /** How much the sockets between X and a reader that does not read take before X has to wait. */
    int socketChars;

    private int tokenWaits;
    /** Posts that matched no rule when they arrived. */
    private final Set<Long> unmatched = new HashSet<>();

    private final Deque<Instant> searchedAt = new ArrayDeque<>();
    private final List<Exchange> open = new ArrayList<>();
    /** Hears of each request that cannot reach X. */
    Consumer<Asked> onUnreached = request -> {};

    private Instant downUntil = Instant.MIN;
    private Ending.Kind downAs = Ending.Kind.UNKNOWN_HOST;
    private int jobsBegun;
    private int sent;
    private int twiceSent;
    private int refusedAsFull;
    private int evicted;
    private long postsSearched;
    private int largestPush;

    SimulatedX(VirtualTime time, long seed) {
        this.time = time;
        this.posts = new PostTimeline(seed);
    }

    // ---- what a test asks for --------------------------------------------------------------------------------------

    /** The ids of all posts created within a span. */
    Set<Long> shouldHave(Instant from, Instant until) {
        return posts.created(from, until).stream().map(XPost::id).collect(Collectors.toCollection(TreeSet::new));
    }

    /** When a post could first be sent live. */
    Instant readyAt(long id) {
        return posts.byId(id).arrivesAt();
    }

    /** How often a post was sent twice in a row. */
    int twiceSent() {
        return twiceSent;
    }

    /** How often a connection was refused because there were enough. */
    int refusedAsFull() {
        return refusedAsFull;
    }

    /** How often one connection has cost another one. */
    int evicted() {
        return evicted;
    }

    /** When anything was sent last on a live connection that is open. */
    Instant lastSentAt() {
        return live.stream().map(one -> one.lastSent).max(Instant::compareTo).orElse(Instant.MIN);
    }

    /** How many posts search has handed out. */
    long postsSearched() {
        return postsSearched;
    }

    /** The most bytes that were sent at once. */
    int largestPush() {
        return largestPush;
    }

    int jobsUnderWay() {
        return jobsUnderWay.size();
    }

    /** Ends all live connections. */
    void drop(Ending.Kind kind) {
        List.copyOf(live).forEach(connection -> connection.end(kind));
    }

    /** Ends one live connection, the oldest being 0. */
    void drop(int index, Ending.Kind kind) {
        live.get(index).end(kind);
    }

    /** A live connection goes silent without an end. */
    void freeze(int index) {
        live.get(index).frozen = true;
    }

    /** All live connections break inside a line. */
    void cutInLine() {
        for (Live connection : List.copyOf(live)) {
            if (!connection.frozen) connection.wire.send("{\"data\":{\"id\":\"1");
            connection.end(Ending.Kind.CUT);
        }
    }

    /** X ends its live connections in order, after a post without a line end; false if there is none to send. */
    boolean endAfterBareLine() {
        List<XPost> lately = posts.created(now().minus(Duration.ofMinutes(10)), now()).stream()
                .filter(ruleBook::match)
                .toList();
        if (lately.isEmpty()) return false;
        XPost last = lately.get(lately.size() - 1);
        for (Live connection : List.copyOf(live)) {
            if (!connection.frozen) connection.wire.send(last.json(true, rulesOf(last)));
            connection.end(Ending.Kind.COMPLETE);
        }
        return true;
    }

    /** X says something of a post, among the posts: where those come, and nowhere else. */
    void tellAmongPosts(String line) {
        for (Live connection : List.copyOf(live)) if (!connection.frozen) connection.wire.send(line + "\r\n");
    }

    /** X says something on all live connections. */
    void tell(String line) {
        for (Live connection : List.copyOf(live)) connection.wire.send(line + "\r\n");
    }

    /** All live connections go silent. */
    void freezeAll() {
        live.forEach(connection -> connection.frozen = true);
    }

    /** All that is open goes silent: the way to X is gone, and nobody is told. */
    void blackHole() {
        freezeAll();
        jobsUnderWay.forEach(job -> job.frozen = true);
    }

    /** Nothing of X can be reached for so long; what is open breaks. */
    void unreachable(Duration length) {
        unreachable(length, Ending.Kind.UNKNOWN_HOST);
    }

    /** Nothing of X can be reached for so long, for this reason; what is open breaks. */
    void unreachable(Duration length, Ending.Kind why) {
        downUntil = now().plus(length);
        downAs = why;
        drop(Ending.Kind.RESET);
        List.copyOf(jobsUnderWay).forEach(job -> job.wire.end(Ending.Kind.RESET));
    }

    /** The process at the other end is gone with all that it had open. */
    void clientGone() {
        List.copyOf(open).forEach(Exchange::cancel);
    }

    int liveCount() {
        return live.size();
    }

    List<Asked> liveAsked() {
        return asked.stream().filter(Asked::isLive).toList();
    }

    List<Asked> jobsAsked() {
        return asked.stream().filter(Asked::isJob).toList();
    }

    List<Asked> searchesAsked() {
        return asked.stream().filter(Asked::isSearch).toList();
    }

    List<Asked> countsAsked() {
        return asked.stream().filter(Asked::isCount).toList();
    }

    /** The backfill that each live connect asked for; 0 for none. */
    List<Integer> backfillsAsked() {
        return liveAsked().stream()
                .map(connect -> Integer.parseInt(connect.query.getOrDefault("backfill_minutes", "0")))
                .toList();
    }

    private Instant now() {
        return time.instant();
    }

    // ---- the wire --------------------------------------------------------------------------------------------------

    @Override
    public Exchange open(Request request, Receiver receiver) {
        Wire wire = new Wire(receiver);
        open.add(wire);
        long sentNanos = time.nanoTime();
        wire.waitsForToken = true;
        request.authorizationLater().whenComplete((token, failure) -> {
            wire.waitsForToken = false;
            if (failure != null || token.isBlank() && request.authorization().isPresent())
                time.after(Duration.ZERO, () -> wire.end(kind(failure)));
            else if (wire.over) time.after(Duration.ZERO, () -> wire.end(Ending.Kind.CANCELLED));
            else send(request, token, sentNanos, wire);
        });
        if (wire.waitsForToken) {
            wire.hangs = ++tokenWaits % 2 == 0;
            onWait.run();
            time.after(LONGEST_WAIT, () -> {
                if (wire.waitsForToken && !wire.over) onHang.accept(sentNanos);
            });
        }
        return wire;
    }

    private void send(Request request, String token, long sentNanos, Wire wire) {
        // Whoever asks for a token waits for it, and in virtual time nobody can wait.
        if (request.uri().getPath().equals("/oauth2/token")) {
            answer(request, token, sentNanos, wire);
            return;
        }
        boolean job = String.valueOf(request.uri().getQuery()).contains("end_time=")
                && request.uri().getPath().contains("/stream")
                && !request.uri().getPath().endsWith("/rules");
        time.after(job ? answersAfter.plus(jobsAnswerLater) : answersAfter, () -> {
            if (!wire.over) answer(request, token, sentNanos, wire);
        });
    }

    /** As a wire does before it sends anything. */
    private static Ending.Kind kind(@Nullable Throwable failure) {
        if (!(failure instanceof NoTokenException why)) return Ending.Kind.NO_TOKEN;
        return switch (why.next()) {
            case SOON -> Ending.Kind.NO_TOKEN;
            case PARKED -> Ending.Kind.KEYS_PARKED;
            case NEVER -> Ending.Kind.KEYS_REFUSED;
        };
    }

    @Override
    public void close() {
        clientGone();
    }

    private void answer(Request request, String token, long sentNanos, Wire wire) {
        Asked now = new Asked(now(), sentNanos, request.method(), request.uri().getPath(), query(request), token);
        if (now().isBefore(downUntil)) {
            onUnreached.accept(now);
            wire.end(downAs);
            return;
        }
        asked.add(now);
        Optional<Refusal> refusal = meddler.apply(now).or(() -> refusal(now));
        if (refusal.isPresent()) refuse(wire, refusal.get());
        else if (now.isRules() && request.body().isPresent())
            refuse(wire, ruleBook.change(request.body().get(), now()));
        else serve(now, wire);
    }

    private static Map<String, String> query(Request request) {
        Map<String, String> query = new TreeMap<>();
        String raw = request.uri().getRawQuery();
        for (String parameter : raw == null ? new String[0] : raw.split("&")) {
            String[] pair = parameter.split("=", 2);
            query.put(pair[0], URLDecoder.decode(pair[1], StandardCharsets.UTF_8));
        }
        return query;
    }

    private void refuse(Wire wire, Refusal refusal) {
        if (refusal.status > 0) {
            wire.answer(refusal.status, refusal.headers);
            wire.send(refusal.body);
        }
        wire.end(refusal.ending);
    }

    private void serve(Asked request, Wire wire) {
        if (request.isJob() && jobRight == Right.GRANTED) {
            if (jobsEvict) evict();
            wire.answer(200, dated(request));
            // As in Gnip's times: by the rules of now, not by those of then.
            List<XPost> wanted = ready(posts.created(start(request), end(request))).stream()
                    .filter(ruleBook::match)
                    .toList();
            new Job(wire, jobs.play(request, ++jobsBegun, wanted)).play();
        } else if (request.isStream()) {
            if (live.size() >= connectionsMax && evicts) evict();
            wire.answer(200, dated(request));
            new Live(wire, request).begin();
        } else {
            Map<String, String> headers = new TreeMap<>(rateOf.apply(request));
            if (request.isRules()) headers.put("Date", rfc1123(written().plus(dateOfRulesWrongBy.get())));
            wire.answer(200, headers);
            wire.send(body(request));
            wire.end(Ending.Kind.COMPLETE);
        }
    }

    private String body(Asked request) {
        if (request.isSearch()) return found(request);
        if (request.isCount()) return counted(request);
        if (request.isRules()) return ruleBook.list(now());
        return "{\"token_type\":\"bearer\",\"access_token\":\"" + issuedToken.get() + "\"}";
    }

    /** By a wrong date nobody could tell when a window ends. */
    private Map<String, String> dated(Asked request) {
        Duration wrongBy = dateWrongBy.apply(request);
        Map<String, String> headers = new TreeMap<>(wrongBy.isZero() ? rateOf.apply(request) : Map.of());
        headers.put("Date", rfc1123(written().plus(wrongBy)));
        return headers;
    }

    /** When X has written what arrives now. */
    private Instant written() {
        return answersHeldBack ? now().minus(answersAfter) : now();
    }

    private static String rfc1123(Instant date) {
        return DateTimeFormatter.RFC_1123_DATE_TIME.format(date.atOffset(ZoneOffset.UTC));
    }

    private void evict() {
        if (live.isEmpty()) return;
        evicted++;
        live.get(0).end(Ending.Kind.COMPLETE);
    }

    // ---- refusals --------------------------------------------------------------------------------------------------

    private Optional<Refusal> refusal(Asked request) {
        if (request.isSearch()) return searchRefusal(request);
        if (!request.isStream()) return Optional.empty();
        if (request.path.equals("/2/tweets/search/stream") && rules.isEmpty()) return Optional.of(SimulatedRules.NONE);
        if (request.isJob() && jobRight != Right.IGNORED) return jobRefusal(request);
        if (request.query.containsKey("backfill_minutes") && isRefused(backfill)) {
            return Optional.of(right(backfill, "backfill_minutes"));
        }
        zombies.values().removeIf(until -> !now().isBefore(until));
        boolean full = live.size() + zombies.size() >= connectionsMax;
        if (!full || evicts) return Optional.empty();
        refusedAsFull++;
        return Optional.of(Refusal.of(429, TOO_MANY));
    }

    private Optional<Refusal> jobRefusal(Asked request) {
        if (isRefused(jobRight)) return Optional.of(right(jobRight, "start_time"));
        jobZombies.removeIf(until -> !now().isBefore(until));
        if (jobsUnderWay.size() + jobZombies.size() >= jobsMax) return Optional.of(Refusal.of(429, RATE));
        if (start(request).isBefore(now().minus(Duration.ofHours(24)))) return Optional.of(invalid("start_time"));
        if (end(request).isAfter(now().minus(jobFreshness))) return Optional.of(invalid("end_time"));
        return Optional.empty();
    }

    private Optional<Refusal> searchRefusal(Asked request) {
        while (!searchedAt.isEmpty() && searchedAt.peek().isBefore(now().minus(SEARCH_WINDOW))) searchedAt.remove();
        if (searchedAt.size() >= searchesMax) return Optional.of(rateLimited());
        searchedAt.add(now());
        boolean old = start(request).isBefore(now().minus(Duration.ofDays(7)));
        if (old && !request.isArchive()) return Optional.of(invalid("start_time"));
        return end(request).isAfter(now().minusSeconds(10)) ? Optional.of(invalid("end_time")) : Optional.empty();
    }

    private static boolean isRefused(Right right) {
        return right == Right.REFUSED_400 || right == Right.REFUSED_403;
    }

    private static Refusal right(Right right, String parameter) {
        return right == Right.REFUSED_403 ? Refusal.of(403, FORBIDDEN) : invalid(parameter);
    }

    static Refusal invalid(String parameter) {
        return Refusal.of(
                400,
                "{\"errors\":[{\"parameters\":{\"%1$s\":[\"x\"]},\"message\":\"Invalid '%1$s'\"}],\"title\":\"Invalid Request\"}"
                        .formatted(parameter));
    }

    /** What something between X and this machine answers. */
    static Refusal page(int status) {
        return Refusal.of(status, "<!DOCTYPE html><html><h1>Sorry, you have been blocked</h1></html>")
                .with(Map.of("Content-Type", "text/html; charset=UTF-8"));
    }

    /** A spending cap that lifts by itself. */
    static Refusal spent(Instant until) {
        return Refusal.of(
                403,
                "{\"title\":\"SpendCapReached\",\"reset_date\":\"%s\",\"type\":\"https://api.twitter.com/2/problems/credits\"}"
                        .formatted(until));
    }

    /** X's rate is used up until a moment. */
    static Refusal rateLimited(Instant until) {
        return rateLimited()
                .with(Map.of(
                        "x-rate-limit-remaining", "0", "x-rate-limit-reset", String.valueOf(until.getEpochSecond())));
    }

    static Refusal forbidden() {
        return Refusal.of(403, FORBIDDEN);
    }

    /** What X says of a token that it does not accept. */
    static Refusal unauthorized() {
        return Refusal.of(401, "{\"title\":\"Unauthorized\",\"type\":\"about:blank\",\"status\":401}");
    }

    static Refusal rateLimited() {
        return Refusal.of(429, RATE);
    }

    private static Instant start(Asked request) {
        return Instant.parse(request.query.get("start_time"));
    }

    private static Instant end(Asked request) {
        return Instant.parse(request.query.get("end_time"));
    }

    // ---- rules and search ------------------------------------------------------------------------------------------

    /** Which rules a post matches. */
    List<String> rulesOf(XPost post) {
        return ruleBook.of(post);
    }

    private String counted(Asked request) {
        long hits = indexed(posts.created(start(request), end(request))).stream()
                .filter(post -> SimulatedRules.names(request.query.get("query"), post))
                .count();
        return "{\"data\":[],\"meta\":{\"total_tweet_count\":" + hits + "}}";
    }

    /** What X has indexed by now. */
    private List<XPost> ready(List<XPost> created) {
        Instant now = now();
        return created.stream().filter(post -> !post.arrivesAt().isAfter(now)).toList();
    }

    /** What search finds and counts by now. */
    private List<XPost> indexed(List<XPost> created) {
        Instant now = now();
        return created.stream()
                .filter(post -> !post.arrivesAt().plus(indexLag).isAfter(now))
                .toList();
    }

    /** A page, newest first. Its token is the place where the next one begins. */
    private String found(Asked request) {
        List<XPost> hits = new ArrayList<>(indexed(posts.created(start(request), end(request))));
        hits.removeIf(post -> !SimulatedRules.names(request.query.get("query"), post));
        Collections.reverse(hits);
        int from = Integer.parseInt(request.query.getOrDefault("next_token", "0"));
        int wanted = Integer.parseInt(request.query.get("max_results"));
        int until = Math.min(hits.size(), from + (shortPages ? wanted / 2 : wanted));
        postsSearched += Math.max(0, until - from);
        if (from < until) seller.accept(hits.subList(from, until));
        String data = hits.subList(from, until).stream()
                .map(post -> post.json(false, List.of()))
                .collect(Collectors.joining(",", "\"data\":[", "],"));
        String next = until < hits.size() ? ",\"next_token\":\"" + until + "\"" : "";
        return "{" + (until > from ? data : "") + "\"meta\":{\"result_count\":" + (until - from) + next + "}}";
    }

    // ---- exchanges -------------------------------------------------------------------------------------------------

    /** One exchange as X sees it. Who does not read does not see its end either, nor what X says before. */
    private final class Wire implements Exchange {
        private final Receiver receiver;
        private final StringBuilder unread = new StringBuilder();
        private Ending.@Nullable Kind unreadEnding;
        private boolean waitsForToken;
        /** A cancel is not reported before the token source has answered: its thread ignores the interrupt. */
        private boolean hangs;

        private boolean over;
        private boolean told;
        private boolean paused;
        private Runnable onOver = () -> {};
        private Runnable onResume = () -> {};

        Wire(Receiver receiver) {
            this.receiver = receiver;
        }

        void answer(int status, Map<String, String> headers) {
            Map<String, String> all = new LinkedHashMap<>(Map.of("Date", rfc1123(written())));
            all.putAll(headers);
            paused = !receiver.answered(new Head(status, all), time.nanoTime());
        }

        void send(String text) {
            if (over) return;
            if (paused) unread.append(text);
            else push(text);
        }

        private void push(String text) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            largestPush = Math.max(largestPush, bytes.length);
            if (bytes.length > 0) paused = !receiver.bytes(bytes, bytes.length, time.nanoTime());
        }

        void end(Ending.Kind kind) {
            if (!over) {
                over = true;
                onOver.run();
            }
            if (paused && kind != Ending.Kind.CANCELLED) {
                unreadEnding = kind;
            } else if (!told) {
                told = true;
                open.remove(this);
                receiver.ended(new Ending(kind, "simulated"), time.nanoTime());
            }
        }

        @Override
        public void resume() {
            paused = false;
            time.after(Duration.ZERO, this::readOn);
        }

        private void readOn() {
            String text = unread.toString();
            unread.setLength(0);
            if (!told) push(text);
            if (over && !paused && unreadEnding != null) end(unreadEnding);
            else onResume.run();
        }

        @Override
        public void cancel() {
            if (waitsForToken && hangs) over = true;
            else time.after(Duration.ZERO, () -> end(waitsForToken ? Ending.Kind.NO_TOKEN : Ending.Kind.CANCELLED));
        }
    }

    private String lines(XPost post) {
        String line = onTheWay.apply(post, post.json(true, rulesOf(post)) + "\r\n");
        if (twiceEvery == 0 || ++sent % twiceEvery != 0) return line;
        twiceSent++;
        return line + line;
    }

    /** One live connection: first what is backfilled, then what arrives, and a keep-alive after 20 s without either. */
    private final class Live {
        private final Wire wire;
        private final Deque<XPost> backlog = new ArrayDeque<>();
        private double backlogRoom = 1;
        private final Instant begins = now().plus(liveBeginsAfter);
        private Instant sentUpTo = begins;
        private Instant lastSent = now();
        private Instant pausedSince = Instant.MAX;
        private boolean frozen;
        private Time.Alarm next = () -> {};

        Live(Wire wire, Asked request) {
            this.wire = wire;
            String minutes = request.query.get("backfill_minutes");
            if (minutes == null || backfill != Right.GRANTED) return;
            Instant from = now().minus(Duration.ofMinutes(Long.parseLong(minutes)));
            // What is created in this millisecond has arrived already, or comes live.
            for (XPost post : posts.created(from, now().plusMillis(1))) {
                boolean arrived = !post.arrivesAt().isAfter(now());
                // As the stream would have sent it, so by the rules of then.
                boolean matched = !unmatched.contains(post.id()) && ruleBook.match(post);
                if (arrived && matched && dropped.stream().noneMatch(span -> span.contains(post.arrivesAt()))) {
                    backlog.add(post);
                }
            }
        }

        void begin() {
            live.add(this);
            wire.onOver = this::gone;
            wire.onResume = this::pump;
            pump();
        }

        private void gone() {
            next.cancel();
            live.remove(this);
            if (!zombieFor.isZero()) zombies.put(this, now().plus(zombieFor));
        }

        void end(Ending.Kind kind) {
            wire.end(kind);
        }

        private void pump() {
            next.cancel();
            if (wire.over) return;
            if (wire.paused && wire.unread.length() >= socketChars) waitForReader();
            else if (!frozen) flow();
        }

        private void waitForReader() {
            if (pausedSince.equals(Instant.MAX)) pausedSince = now();
            if (!now().isBefore(pausedSince.plus(patience))) cutSlowReader();
            else next = time.after(Duration.ofSeconds(1), this::pump);
        }

        /** What a reader was too slow for is dropped, and no backfill brings it. */
        private void cutSlowReader() {
            dropped.add(new Span(pausedSince, now()));
            wire.end(slowReaderEnding);
        }

        private void flow() {
            pausedSince = Instant.MAX;
            StringBuilder text = new StringBuilder();
            backlogRoom += backfillPerSecond * PUMP.toMillis() / 1_000;
            for (; backlogRoom >= 1 && !backlog.isEmpty(); backlogRoom--) text.append(lines(backlog.remove()));
            Instant now = now();
            if (now.isAfter(begins) && (!backfillFirst || backlog.isEmpty())) {
                for (XPost post : posts.arrived(sentUpTo, now)) {
                    if (ruleBook.match(post)) text.append(lines(post));
                    else unmatched.add(post.id());
                }
                sentUpTo = now;
            }
            if (text.length() == 0 && !now.isBefore(lastSent.plus(KEEP_ALIVE))) text.append("\r\n");
            if (text.length() > 0) lastSent = now;
            next = time.after(untilNext(now), this::pump);
            wire.send(text.toString());
        }

        private Duration untilNext(Instant now) {
            if (!backlog.isEmpty()) return PUMP;
            Instant keepAlive = lastSent.plus(KEEP_ALIVE);
            Instant due = posts.nextArrival(now).filter(keepAlive::isAfter).orElse(keepAlive);
            return Duration.between(now, due);
        }
    }

    /** One Recovery job. */
    private final class Job {
        private final Wire wire;
        private final Deque<XPost> rest;
        private final Played played;
        private boolean frozen;

        Job(Wire wire, Played played) {
            this.wire = wire;
            this.played = played;
            this.rest = new ArrayDeque<>(played.posts);
        }

        void play() {
            jobsUnderWay.add(this);
            wire.onOver = this::gone;
            wire.onResume = this::pump;
            time.after(PUMP, this::pump);
        }

        private void gone() {
            jobsUnderWay.remove(this);
            if (!zombieFor.isZero()) jobZombies.add(now().plus(zombieFor));
        }

        private void pump() {
            if (wire.over || wire.paused || frozen) return;
            StringBuilder text = new StringBuilder();
            for (double room = jobPerSecond * PUMP.toMillis() / 1_000; room > 0 && !rest.isEmpty(); room--) {
                text.append(lines(rest.remove()));
            }
            if (rest.isEmpty() && !played.hangs && !played.lastLine.isEmpty())
                text.append(played.lastLine).append("\r\n");
            wire.send(text.toString());
            if (!rest.isEmpty()) time.after(PUMP, this::pump);
            else if (!played.hangs) wire.end(played.ending);
        }
    }
}
