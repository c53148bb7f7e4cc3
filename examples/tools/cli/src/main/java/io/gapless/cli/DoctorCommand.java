package io.gapless.cli;

import io.gapless.recovery.Access;
import io.gapless.stream.FilteredStream;
import io.gapless.stream.api.ApiAnswer;
import io.gapless.stream.api.XApi;
import io.gapless.stream.rules.Rules;
import io.gapless.stream.rules.RulesException;
import io.gapless.stream.seam.Transport;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.Security;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Checks everything that a stream needs, and prints what to change. The command sends two requests to X, or three with
 * {@code --probe}. It prints no line about a subject that it could not check.
 */
@Command(
        name = "doctor",
        header = "Check token, rules, clock, proxy and DNS.",
        description = {
            "Checks proxy, DNS, token, clock and rules, and says by which methods X offers to recover an outage.",
            "Each line is about one thing that was looked at. Status 1 if a line says WARN or FAIL."
        },
        footer = {
            "",
            "Examples:",
            "  gapless doctor",
            "  gapless doctor --probe --access enterprise",
            "",
            XOptions.TOKEN_HELP
        })
final class DoctorCommand implements Callable<Integer> {
    private static final Map<String, Duration> OUTAGES = outages();

    private final Shell shell;
    private boolean good = true;

    @Mixin
    private final XOptions x;

    @Option(
            names = "--access",
            paramLabel = "WORD",
            defaultValue = "auto",
            converter = WordConverter.ToAccess.class,
            description =
                    "The account's access to X: auto, enterprise or pay-per-use. It decides which recovery methods"
                            + " are shown (default: ${DEFAULT-VALUE}).")
    private Access access = Access.AUTO;

    @Option(
            names = "--probe",
            description =
                    "Also open the stream for a moment. This takes a connection, perhaps the only one, and drops the"
                            + " posts that come meanwhile.")
    private boolean probe;

    DoctorCommand(Shell shell) {
        this.shell = shell;
        this.x = new XOptions(shell);
    }

    private static Map<String, Duration> outages() {
        Map<String, Duration> outages = new LinkedHashMap<>();
        outages.put("30 s", Duration.ofSeconds(30));
        outages.put("3 min", Duration.ofMinutes(3));
        outages.put("2 h", Duration.ofHours(2));
        outages.put("2 d", Duration.ofDays(2));
        return outages;
    }

    @Override
    public Integer call() throws Exception {
        print(Diagnosis.proxy(x.proxy(), x.baseUrl()));
        print(Diagnosis.dns(x.baseUrl().getHost(), resolved(), dnsTtl()));
        if (lookAtX()) {
            OUTAGES.forEach((name, length) -> print(
                    Finding.info("outage", "Recovery after " + name + ": " + OutageMethod.of(length, access) + ".")));
        }
        return (good ? ExitCode.OK : ExitCode.FOUND).status();
    }

    private Optional<Boolean> resolved() {
        boolean direct =
                x.proxy().map(proxy -> proxy.reachedDirectly(x.baseUrl())).orElse(true);
        if (!direct) return Optional.empty();
        try {
            return Optional.of(InetAddress.getAllByName(x.baseUrl().getHost()).length > 0);
        } catch (UnknownHostException e) {
            return Optional.of(false);
        }
    }

    /**
     * Returns Java's setting for its DNS cache; null if it is not set. The system property counts only if the security
     * property, which is newer, is not set.
     */
    private static @Nullable String dnsTtl() {
        String ttl = Security.getProperty("networkaddress.cache.ttl");
        return ttl == null ? System.getProperty("sun.net.inetaddr.ttl") : ttl;
    }

    /**
     * Checks the credentials and the rules with X. Returns whether X accepted the credentials; otherwise further checks
     * are of no use.
     */
    private boolean lookAtX() throws Exception {
        Credentials credentials;
        try {
            credentials = x.credentials();
        } catch (CliException e) {
            print(Finding.fail("token", String.valueOf(e.getMessage())));
            return false;
        }
        try (Transport transport = x.transport()) {
            if (!askX(x.api(transport), credentials.origin())) return false;
        }
        if (probe) print(Probe.of(stream()));
        return true;
    }

    private FilteredStream.Builder stream() {
        return x.applyTo(FilteredStream.builder());
    }

    private boolean askX(XApi api, String tokenOrigin) {
        Instant asked = Instant.now();
        ApiAnswer answer = api.get("/2/tweets/search/stream/rules", Map.of("max_results", "1"))
                .join();
        Instant answered = Instant.now();
        Finding token = Diagnosis.token(tokenOrigin, answer);
        print(token);
        if (!(answer instanceof ApiAnswer.Received received)) return false;
        if (!Diagnosis.isOfX(received)) return false;
        if (token.grade() != Finding.Grade.OK && received.head().date().isEmpty()) return false;
        print(Diagnosis.clock(asked, answered, received.head().date()));
        if (token.grade() != Finding.Grade.OK) return false;
        print(rules(new Rules(api)));
        return true;
    }

    private static Finding rules(Rules rules) {
        try {
            return Diagnosis.rules(rules.counts());
        } catch (RulesException e) {
            return Finding.warn("rules", String.valueOf(e.getMessage()));
        }
    }

    private void print(Finding finding) {
        good &= finding.grade() == Finding.Grade.OK || finding.grade() == Finding.Grade.INFO;
        shell.out().println(finding);
    }
}
