package io.gapless.proof.kit;

import io.gapless.receiver.Report;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Collects durations of one kind. Not thread-safe. */
public final class Sample {
    private final List<Double> millis = new ArrayList<>();

    public void add(long nanos) {
        millis.add(nanos / 1e6);
    }

    public int size() {
        return millis.size();
    }

    public double maxMillis() {
        return quantileMillis(1);
    }

    /** Returns a quantile, by the nearest-rank method; NaN if there are no durations. */
    public double quantileMillis(double share) {
        if (millis.isEmpty()) return Double.NaN;
        Collections.sort(millis);
        return millis.get((int) Math.max(0, Math.ceil(millis.size() * share) - 1));
    }

    /**
     * Says the median, the 99th percentile and the maximum in a report, each under a name that begins with {@code
     * name}.
     */
    public Report sayIn(Report report, String name) {
        return report.say(name + " p50 ms", quantileMillis(0.5))
                .say(name + " p99 ms", quantileMillis(0.99))
                .say(name + " max ms", maxMillis());
    }
}
