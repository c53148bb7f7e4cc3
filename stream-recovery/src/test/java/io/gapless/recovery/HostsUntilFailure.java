package io.gapless.recovery;

/** Lives through the hours of two hosts, one seed after another, until a check speaks; so a mutant is judged. */
final class HostsUntilFailure {
    private HostsUntilFailure() {}

    /** {@code <first seed> <seeds>}, then the found days; says {@code FAILED seed N: what}, or nothing if none did. */
    public static void main(String[] arguments) {
        long first = Long.parseLong(arguments[0]);
        long count = Long.parseLong(arguments[1]);
        for (long seed : FoundDays.ofTwoHosts(first, count).toArray()) {
            HostsDay.Result day = HostsDay.run(seed);
            if (day.failures().isEmpty()) continue;
            System.out.println(
                    "FAILED seed " + seed + ": " + kind(day.failures().get(0)));
            return;
        }
    }

    /** Without what differs from seed to seed. */
    private static String kind(String failure) {
        return failure.substring(failure.indexOf(' ') + 1).replaceAll("[0-9T:.Z-]{4,}", "…");
    }
}
