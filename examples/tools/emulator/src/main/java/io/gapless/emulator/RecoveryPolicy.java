package io.gapless.emulator;

/** Decides how the stream treats recovery parameters. Tests change this policy while the emulator runs. Thread-safe. */
final class RecoveryPolicy {
    private final AccessLevel access;
    private volatile RecoveryParameters wanted;

    RecoveryPolicy(Settings settings) {
        this.access = settings.access();
        this.wanted = settings.recovery();
    }

    void set(RecoveryParameters policy) {
        wanted = policy;
    }

    /** Returns the policy in force. Without Enterprise access, parameters are refused with 400 instead of honoured. */
    RecoveryParameters current() {
        boolean entitled = access == AccessLevel.ENTERPRISE;
        return wanted == RecoveryParameters.HONOURED && !entitled ? RecoveryParameters.REFUSED_400 : wanted;
    }
}
