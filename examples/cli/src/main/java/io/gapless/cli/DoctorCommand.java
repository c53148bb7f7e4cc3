package io.gapless.cli;

import io.gapless.recovery.Access;
import io.gapless.stream.FilteredStream;
import io.gapless.stream.api.ApiAnswer;
import io.gapless.stream.api.XApi;
import io.gapless.stream.rules.Rules;
import io.gapless.stream.rules.RulesException;
import io.gapless.stream.seam.Transport;
import java.security.Security;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Looks at everything that a stream needs, and says what to change. Asks X twice, or three times with a probe. */
@Command(
        name = "doctor",
        description = {
            "Looks at token, rules, clock, proxy and DNS, and says what X offers after an outage.",
            "Status 1 if anything is worse than OK."
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
            description = "auto, enterprise or pay-per-use: whose ways back to show (default: ${DEFAULT-VALUE}).")
    private Access access = Access.AUTO;

    @Option(
            names = "--probe",
            description =
                    "Open the stream, too. It takes a slot, perhaps the only one, and drops what comes meanwhile.")
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
        tell(Diagnosis.proxy(x.proxy(), x.baseUrl()));
        tell(Diagnosis.dnsTtl(Security.getProperty("networkaddress.cache.ttl")));
        lookAtX();
        OUTAGES.forEach((name, length) -> tell(Finding.ok(
                "outage", name + " — what X offers to get the posts back: " + OutageMethod.of(length, access) + ".")));
        return (good ? ExitCode.OK : ExitCode.FOUND).status();
    }

    private void lookAtX() throws Exception {
        Credentials credentials;
        try {
            credentials = x.credentials();
        } catch (CliException e) {
            tell(Finding.fail("token", String.valueOf(e.getMessage())));
            return;
        }
        try (Transport transport = x.transport()) {
            askX(x.api(transport), credentials.origin());
        }
        tell(
                probe
                        ? Probe.of(stream())
                        : Finding.ok("stream", "Not opened, since that takes a slot; --probe opens it for a moment."));
    }

    private FilteredStream.Builder stream() {
        return x.applyTo(FilteredStream.builder());
    }

    private void askX(XApi api, String tokenOrigin) {
        Instant asked = Instant.now();
        ApiAnswer answer = api.get("/2/tweets/search/stream/rules", Map.of("max_results", "1"))
                .join();
        Instant answered = Instant.now();
        Finding token = Diagnosis.token(tokenOrigin, answer);
        tell(token);
        if (!(answer instanceof ApiAnswer.Received received)) return;
        tell(Diagnosis.clock(asked, answered, received.head().date()));
        if (token.grade() == Finding.Grade.OK) tell(rules(new Rules(api)));
    }

    private static Finding rules(Rules rules) {
        try {
            return Diagnosis.rules(rules.counts());
        } catch (RulesException e) {
            return Finding.warn("rules", String.valueOf(e.getMessage()));
        }
    }

    private void tell(Finding finding) {
        good &= finding.grade() == Finding.Grade.OK;
        shell.out().println(finding);
    }
}
