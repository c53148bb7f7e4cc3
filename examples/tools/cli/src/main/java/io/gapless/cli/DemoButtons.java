package io.gapless.cli;

import io.gapless.emulator.Misbehaviour;
import io.gapless.emulator.XEmulator;
import io.gapless.page.GaplessPage;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Adds a button to the demo's page for each fault that the emulator can play. */
final class DemoButtons {
    private static final String REQUESTS = "The connection ends, and the next request fails";

    private DemoButtons() {}

    /** Returns the faults by the place where they strike. */
    static Map<String, Set<Misbehaviour>> groups() {
        Map<String, Set<Misbehaviour>> groups = new LinkedHashMap<>();
        groups.put("The connection ends", EnumSet.range(Misbehaviour.EOF, Misbehaviour.IN_BAND_TOO_MANY_CONNECTIONS));
        groups.put("Strange data on the connection", EnumSet.range(Misbehaviour.SPLIT_UTF8, Misbehaviour.LATE));
        groups.put(REQUESTS, EnumSet.range(Misbehaviour.ACCEPT_AND_NEVER_ANSWER, Misbehaviour.GZIP));
        groups.put("The next recovery job fails", EnumSet.range(Misbehaviour.JOB_ENDS_EARLY, Misbehaviour.JOB_STALLS));
        groups.put(
                "The next search fails",
                EnumSet.range(Misbehaviour.SEARCH_TOKEN_REJECTED, Misbehaviour.SEARCH_RATE_LIMITED));
        return groups;
    }

    static void add(GaplessPage.Builder page, XEmulator x) {
        groups().forEach((group, faults) -> faults.forEach(
                fault -> page.button(group, fault.words(), () -> strike(x, fault, group.equals(REQUESTS)))));
    }

    /** Injects a fault. A fault of requests meets the reconnect, so the connection ends, too. */
    private static void strike(XEmulator x, Misbehaviour fault, boolean atReconnect) {
        x.inject(fault);
        if (atReconnect) x.inject(Misbehaviour.EOF);
    }
}
