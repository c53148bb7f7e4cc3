package io.gapless.cli;

import io.gapless.stream.api.ApiAnswer;
import io.gapless.stream.rules.RuleCounts;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Turns the doctor's measurements into findings. Pure functions. */
final class Diagnosis {
    /**
     * The largest difference between the clocks that counts as good. X's dates have only whole seconds, and an answer
     * takes time to arrive, so a smaller difference cannot be measured.
     */
    private static final Duration SKEW_OK = Duration.ofSeconds(2);

    private static final int DNS_TTL_OK_SECONDS = 120;
    private static final int JAVA_DNS_TTL_SECONDS = 30;

    private Diagnosis() {}

    static Finding token(String origin, ApiAnswer answer) {
        String subject = "token";
        if (!(answer instanceof ApiAnswer.Received received)) {
            return Finding.fail(
                    subject,
                    "X did not answer (" + answer.describe()
                            + "), so the token could not be tried. Check the network, --base-url and the proxy.");
        }
        if (!isOfX(received)) {
            return Finding.fail(
                    subject,
                    "Not X, but a server in between has answered (HTTP "
                            + received.head().status()
                            + "), so the token could not be tried. Check the proxy, a login page of the network, and"
                            + " --base-url.");
        }
        String answerText = " (" + answer.describe() + ")";
        if (received.ok())
            return Finding.ok(
                    subject, "X accepts the token of " + origin + " for its rules; --probe tries the stream.");
        return switch (received.head().status()) {
            case 401 ->
                Finding.fail(
                        subject,
                        "X refuses the token of " + origin + answerText
                                + ". Copy the app-only bearer token again from the developer portal, exactly as it is.");
            case 402 ->
                Finding.fail(
                        subject,
                        "The account has no credits" + answerText + ". Buy some, or raise the spending limit.");
            case 403 ->
                Finding.fail(
                        subject,
                        "X does not allow the app to read its rules" + answerText
                                + ". Attach the app to a project with access to the filtered stream.");
            case 429 ->
                Finding.warn(
                        subject, "X's rate limit for this call is used up" + answerText + ". Try again in 15 minutes.");
            default ->
                Finding.fail(
                        subject,
                        "X does not answer like this" + answerText + ". Check --base-url, or try again later.");
        };
    }

    /**
     * Returns whether X itself answered the request for rules. The status alone does not show this, since any server
     * can answer with 200.
     */
    static boolean isOfX(ApiAnswer.Received rules) {
        return rules.ok()
                ? rules.body().path("data").isArray()
                        || rules.body().path("meta").isObject()
                : rules.answer().isByX();
    }

    static Finding rules(RuleCounts counts) {
        String text = number(counts.appRules()) + " of " + number(counts.appCap()) + " rules of this app are in use, "
                + number(counts.projectRules()) + " of " + number(counts.projectCap()) + " in its project.";
        if (counts.appRules().isPresent() && counts.appRules().getAsInt() == 0) {
            return Finding.warn(
                    "rules", text + " Without rules, nothing is streamed. Add rules with 'gapless rules apply FILE'.");
        }
        if (counts.appRules().isEmpty()) {
            return Finding.warn("rules", text + " X does not say whether there are any. See 'gapless rules list'.");
        }
        return Finding.ok("rules", text);
    }

    private static String number(OptionalInt number) {
        return number.isPresent() ? String.valueOf(number.getAsInt()) : "?";
    }

    /**
     * Compares this machine's clock with the date in X's answer. The date is compared with the middle between request
     * and answer. The longer the answer took, the less exact is the comparison.
     */
    static Finding clock(Instant asked, Instant answered, Optional<Instant> date) {
        if (date.isEmpty()) {
            return Finding.warn(
                    "clock", "The answer holds no time, so the clocks could not be compared. Is it X's answer?");
        }
        Instant local = asked.plus(Duration.between(asked, answered).dividedBy(2));
        // X truncates its date to whole seconds, so the date is half a second behind X's clock on average.
        Duration ahead = Duration.between(date.get().plusMillis(500), local);
        String text = "This machine is " + Text.duration(ahead.abs()) + (ahead.isNegative() ? " behind" : " ahead of")
                + " X's clock";
        Duration unsure = Duration.between(asked, answered).dividedBy(2);
        if (ahead.abs().compareTo(SKEW_OK.plus(unsure)) > 0) {
            return Finding.warn("clock", text + ". Synchronise it with a time server (NTP).");
        }
        return unsure.compareTo(SKEW_OK) > 0
                ? Finding.info(
                        "clock",
                        text + ", give or take " + Text.duration(unsure) + ", because X's answer took so long.")
                : Finding.ok("clock", text + ", which is within the precision of this check.");
    }

    /**
     * Reports the proxy that the environment names, without a test of it. The doctor's first request to X shows whether
     * the proxy works.
     */
    static Finding proxy(Optional<EnvironmentProxy> proxy, URI baseUrl) {
        if (proxy.isEmpty()) {
            return Finding.info(
                    "proxy", "HTTPS_PROXY is not set, so requests go directly to " + baseUrl.getHost() + ".");
        }
        return proxy.get().reachedDirectly(baseUrl)
                ? Finding.info(
                        "proxy",
                        "NO_PROXY or this machine: requests go directly to " + baseUrl.getHost() + ", not through "
                                + proxy.get() + ".")
                : Finding.info("proxy", "Requests go through " + proxy.get() + ".");
    }

    /**
     * Reports whether the host name can be resolved, and how long Java caches an address.
     *
     * @param host the host name of the base URL
     * @param resolved whether this machine can resolve the name; empty if the proxy resolves the name
     * @param ttl Java's setting for the cache, in seconds; null if it is not set
     */
    static Finding dns(String host, Optional<Boolean> resolved, @Nullable String ttl) {
        String subject = "dns";
        if (resolved.isPresent() && !resolved.get()) {
            return Finding.fail(subject, "The name " + host + " cannot be resolved. Check the network and --base-url.");
        }
        String found = resolved.isPresent()
                ? host + " can be resolved. This Java"
                : "The proxy looks up " + host + ". Of the proxy, this Java";
        int seconds;
        try {
            seconds = ttl == null ? JAVA_DNS_TTL_SECONDS : Integer.parseInt(ttl.strip());
        } catch (NumberFormatException e) {
            return Finding.warn(subject, "networkaddress.cache.ttl is not a number. Set it to 30, or remove it.");
        }
        if (seconds >= 0 && seconds <= DNS_TTL_OK_SECONDS) {
            return Finding.ok(subject, found + " caches an address for " + seconds + " s, so it notices a move.");
        }
        return Finding.warn(
                subject,
                found + " caches an address " + (seconds < 0 ? "for ever" : "for " + seconds + " s")
                        + ", and keeps using one that is left. Set networkaddress.cache.ttl=30 in java.security.");
    }
}
