package io.gapless.recovery.scorecard;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One way in which the library is wrong.
 *
 * @param name what is wrong, in words
 * @param file the source file, below the repository
 * @param edits what is changed in it
 * @param judge who shall notice it
 */
record Mutant(String name, Path file, List<Edit> edits, Judge judge) {
    /** Who plays the library until something is wrong. */
    enum Judge {
        /** Virtual days, on one thread. */
        SIMULATION,
        /** The days on which a fault was found before, alone: the others do not show the mistake. */
        FOUND_DAYS,
        /** Short lives on real threads. */
        LIVES,
        /** Virtual hours of two hosts, on one thread. */
        HOSTS,
        /** Virtual days of sending, on one thread. */
        SENDER_DAYS
    }

    /**
     * A change.
     *
     * @param right what stands there, once
     * @param wrong what stands there instead
     */
    record Edit(String right, String wrong) {}

    private static final Path CORE = Path.of("stream-core/src/main/java/io/gapless/stream");
    private static final Path RECOVERY = Path.of("stream-recovery/src/main/java/io/gapless/recovery");

    private static final Path OUTBOX = RECOVERY.resolve("outbox");

    static Mutant ofCore(String name, String file, String right, String wrong) {
        return new Mutant(name, CORE.resolve(file), List.of(new Edit(right, wrong)), Judge.SIMULATION);
    }

    static Mutant ofRecovery(String name, String file, String right, String wrong) {
        return new Mutant(name, RECOVERY.resolve(file), List.of(new Edit(right, wrong)), Judge.SIMULATION);
    }

    static Mutant ofSender(String name, String file, String right, String wrong) {
        return new Mutant(name, OUTBOX.resolve(file), List.of(new Edit(right, wrong)), Judge.SENDER_DAYS);
    }

    /** The same mistake, which only two hosts show. */
    Mutant seenByHosts() {
        return new Mutant(name, file, edits, Judge.HOSTS);
    }

    /** The same mistake, which only a day shows that has found a fault before. */
    Mutant seenOnFoundDays() {
        return new Mutant(name, file, edits, Judge.FOUND_DAYS);
    }

    /** The same mistake, which needs a second change. */
    Mutant and(String right, String wrong) {
        List<Edit> both = new ArrayList<>(edits);
        both.add(new Edit(right, wrong));
        return new Mutant(name, file, List.copyOf(both), judge);
    }

    /** The same mistake, which only several threads can make. */
    Mutant seenByLives() {
        return new Mutant(name, file, edits, Judge.LIVES);
    }

    /** How often each of its places is found in the sources as they are. */
    List<Integer> places(Path repository) throws IOException {
        String source = Files.readString(repository.resolve(file));
        return edits.stream()
                .map(edit -> (source.length() - source.replace(edit.right, "").length()) / edit.right.length())
                .toList();
    }

    /** The whole file, made wrong. */
    String source(Path repository) throws IOException {
        String source = Files.readString(repository.resolve(file));
        for (Edit edit : edits) source = source.replace(edit.right, edit.wrong);
        return source;
    }

    @Override
    public String toString() {
        return name;
    }
}
