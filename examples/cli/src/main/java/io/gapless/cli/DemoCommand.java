package io.gapless.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code gapless demo}. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = "Streams from an emulator of X in this process, breaks the connection in five ways, and accounts"
                + " for every post. Needs no token and no network; takes less than a minute.")
final class DemoCommand implements Callable<Integer> {
    @Override
    public Integer call() throws InterruptedException {
        DemoReport report = new Demo(System.out).run();
        report.print(System.out);
        return report.silentlyLost() == 0 ? 0 : 1;
    }
}
