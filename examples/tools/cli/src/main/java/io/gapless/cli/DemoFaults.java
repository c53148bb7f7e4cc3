package io.gapless.cli;

import java.util.function.UnaryOperator;

/** Breaks the connection in five ways, one after the other. */
final class DemoFaults implements DemoAct {
    @Override
    public String title() {
        return "The connection breaks";
    }

    @Override
    public String subtitle() {
        return "The stream reconnects, and asks X to send the last minutes again (backfill).";
    }

    @Override
    public void play(DemoStage stage) throws InterruptedException {
        stage.page().faultTable();
        stage.openFirst(UnaryOperator.identity());
        for (DemoFault fault : DemoFault.values())
            stage.fault(fault.title, fault.step(), () -> fault.strike(stage.x()));
    }
}
