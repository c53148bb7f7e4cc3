package io.gapless.emulator;

/** What the stream makes of recovery parameters now; tests turn it while the emulator runs. Thread-safe. */
final class RecoverySwitch {
    private final AccessLevel access;
    private volatile RecoveryParameters policy;

    RecoverySwitch(Settings settings) {
        this.access = settings.access();
        this.policy = settings.recovery();
    }

    void turn(RecoveryParameters to) {
        policy = to;
    }

    RecoveryParameters policy() {
        boolean entitled = access == AccessLevel.ENTERPRISE;
        return policy == RecoveryParameters.HONOURED && !entitled ? RecoveryParameters.REFUSED_400 : policy;
    }
}
