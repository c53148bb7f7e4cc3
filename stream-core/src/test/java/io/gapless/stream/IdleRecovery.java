package io.gapless.stream;

import io.gapless.stream.seam.Head;
import java.time.Instant;
import java.util.OptionalInt;

/** A recovery that asks for nothing; a test overrides what it is about. */
class IdleRecovery implements Recovery {
    @Override
    public void begin(Host host) {}

    @Override
    public OptionalInt backfillMinutes(int connection) {
        return OptionalInt.empty();
    }

    @Override
    public void connected(int connection, Head head) {}

    @Override
    public boolean isOtherwise(int connection, Disconnection.Refused how) {
        return false;
    }

    @Override
    public void ended(int connection, Disconnection how, Instant lastSignalAt, boolean slowReader) {}

    @Override
    public void lost(Instant oldest) {}

    @Override
    public long step(long nowNanos) {
        return UNTIL_WOKEN;
    }

    @Override
    public boolean wantsSecond(int connection) {
        return true;
    }
}
