package io.gapless.cli;

import io.gapless.emulator.Fault;
import io.gapless.emulator.Misbehaviour;
import io.gapless.emulator.XEmulator;
import java.time.Duration;

/** Ends one of two connections. The other connection delivers every post. */
final class DemoConnections implements DemoAct {
    @Override
    public String title() {
        return "One of two connections breaks";
    }

    @Override
    public String subtitle() {
        return "The other one has every post: nothing has to be recovered.";
    }

    @Override
    public void play(DemoStage stage) throws InterruptedException {
        stage.page().coveredTable();
        stage.openTwo();
        stage.fault("reset", Duration.ZERO, () -> strikeOldest(Misbehaviour.RESET, stage.x()));
        stage.fault(
                DemoFault.STALL.title, DemoFault.STALL.step(), () -> strikeOldest(Misbehaviour.HALF_OPEN, stage.x()));
    }

    private static void strikeOldest(Misbehaviour kind, XEmulator x) {
        x.inject(Fault.of(kind), x.connections().get(0).id());
    }
}
