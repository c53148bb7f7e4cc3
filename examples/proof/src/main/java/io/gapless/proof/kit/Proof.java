package io.gapless.proof.kit;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.gapless.receiver.Report;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Tests one promise, or measures whether a bound is kept. */
@FunctionalInterface
public interface Proof {
    Report run() throws Exception;

    /**
     * Runs proofs one after the other, so that they do not disturb each other. Prints their reports. Returns the exit
     * status: 1 if a promise is broken.
     *
     * @param key the name of the reports in the JSON
     * @param json the file for the numbers as JSON; null for none
     */
    static int runAll(List<Proof> proofs, String key, @Nullable Path json) throws Exception {
        System.out.println(Machine.now());
        List<Map<String, Object>> all = new ArrayList<>();
        boolean holds = true;
        for (Proof proof : proofs) {
            Report report = proof.run();
            System.out.println(report.text());
            all.add(report.fields());
            holds &= report.holds();
        }
        if (json != null) {
            new ObjectMapper()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .writeValue(json.toFile(), new TreeMap<>(Map.of("machine", Machine.now(), key, all)));
        }
        System.out.println(holds ? "Every promise holds." : "A promise is BROKEN.");
        return holds ? 0 : 1;
    }
}
