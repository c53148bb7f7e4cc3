package io.gapless.emulator;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Holds the settings of an emulator. {@link XEmulator.Builder} documents each. */
record Settings(
        AccessLevel access,
        int port,
        boolean tls,
        InstantSource time,
        SharedClock clock,
        long seed,
        double rate,
        int shortestText,
        int longestText,
        List<PostShape> shapes,
        List<String> topics,
        Duration past,
        int historyPosts,
        Duration keepAlive,
        Duration lag,
        int disorder,
        int duplicateEvery,
        int connectionLimit,
        SecondConnection secondConnection,
        Duration zombieTime,
        Duration slowReaderAfter,
        int connectsPerWindow,
        boolean rateLimits,
        RecoveryParameters recovery,
        int jobLimit,
        boolean jobInfoLine,
        Duration indexingLag,
        boolean fullArchive,
        String bearerToken,
        String apiKey,
        String apiSecret,
        List<TaggedRule> rules,
        Optional<Path> state) {

    /** Returns whether X's time is that of the clock by which the emulator's threads wait. */
    boolean isOneClock() {
        return time == clock;
    }

    /** A rule that is in force from the start. */
    record TaggedRule(String tag, String value) {}
}
