package io.gapless.cli;

import io.gapless.stream.api.ApiAnswer;
import io.gapless.stream.rules.RuleCounts;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Turns what the doctor has measured into findings. Pure functions. */
final class Diagnosis {
    /** X gives its time in whole seconds, and the answer takes its time. */
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
        String said = " (" + answer.describe() + ")";
        if (received.ok()) return Finding.ok(subject, "X accepts the token of " + origin + ".");
        return switch (received.head().status()) {
            case 401 ->
                Finding.fail(
                        subject,
                        "X refuses the token of " + origin + said
                                + ". Copy the app-only bearer token again from the developer portal, exactly as it is.");
            case 402 ->
                Finding.fail(subject, "The account has no credits" + said + ". Buy some, or raise the spending limit.");
            case 403 ->
                Finding.fail(
                        subject,
                        "X does not allow the app to read its rules" + said
                                + ". Attach the app to a project with access to the filtered stream.");
            case 429 ->
                Finding.warn(subject, "X's rate limit for this call is used up" + said + ". Try again in 15 minutes.");
            default ->
                Finding.fail(subject, "X does not answer like this" + said + ". Check --base-url, or try again later.");
        };
    }

    static Finding rules(RuleCounts counts) {
        String text = number(counts.appRules()) + " of " + number(counts.appCap()) + " rules of this app are in use, "
                + number(counts.projectRules()) + " of " + number(counts.projectCap()) + " in its project.";
        if (counts.appRules().isPresent() && counts.appRules().getAsInt() == 0) {
            return Finding.warn(
                    "rules", text + " Without rules, nothing is streamed. Add rules with 'gapless rules apply FILE'.");
        }
        return Finding.ok("rules", text);
    }

    private static String number(OptionalInt number) {
        return number.isPresent() ? String.valueOf(number.getAsInt()) : "?";
    }

    /** The local moment is the middle between question and answer; a slow answer may be of any moment between them. */
    static Finding clock(Instant asked, Instant answered, Optional<Instant> date) {
        if (date.isEmpty()) {
            return Finding.warn(
                    "clock", "The answer holds no time, so the clocks could not be compared. Is it X's answer?");
        }
        Instant local = asked.plus(Duration.between(asked, answered).dividedBy(2));
        // X cuts the fraction of its second off: on average, half a second is missing.
        Duration ahead = Duration.between(date.get().plusMillis(500), local);
        String text = "This machine is " + Text.duration(ahead.abs()) + (ahead.isNegative() ? " behind" : " ahead of")
                + " X's clock";
        Duration unsure = Duration.between(asked, answered).dividedBy(2);
        return ahead.abs().compareTo(SKEW_OK.plus(unsure)) <= 0
                ? Finding.ok("clock", text + ", which is within the precision of this check.")
                : Finding.warn("clock", text + ". Synchronise it with a time server (NTP).");
    }

    static Finding proxy(Optional<EnvironmentProxy> proxy, URI baseUrl) {
        if (proxy.isEmpty()) return Finding.ok("proxy", "HTTPS_PROXY is not set; requests go directly to X.");
        return proxy.get().reachedDirectly(baseUrl)
                ? Finding.ok(
                        "proxy",
                        "NO_PROXY or this machine: requests go directly to " + baseUrl.getHost() + ", not through "
                                + proxy.get() + ".")
                : Finding.ok("proxy", "Requests go through " + proxy.get() + ".");
    }

    /** How long Java keeps an address; the property is empty unless somebody has set it. */
    static Finding dnsTtl(@Nullable String property) {
        String subject = "dns";
        int seconds;
        try {
            seconds = property == null ? JAVA_DNS_TTL_SECONDS : Integer.parseInt(property.strip());
        } catch (NumberFormatException e) {
            return Finding.warn(subject, "networkaddress.cache.ttl is not a number. Set it to 30, or remove it.");
        }
        if (seconds >= 0 && seconds <= DNS_TTL_OK_SECONDS) {
            return Finding.ok(subject, "Java caches an address for " + seconds + " s, so it notices when X moves.");
        }
        return Finding.warn(
                subject,
                "Java caches an address " + (seconds < 0 ? "for ever" : "for " + seconds + " s")
                        + ", and keeps using one that X has left. Set networkaddress.cache.ttl=30 in java.security.");
    }
}
