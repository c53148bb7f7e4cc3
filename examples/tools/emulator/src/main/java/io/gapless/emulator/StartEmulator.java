package io.gapless.emulator;

/**
 * Starts an emulator of X on this machine and prints how to connect to it. The emulator runs until the process ends.
 */
public final class StartEmulator {
    private static final int PORT = 8080;

    private StartEmulator() {}

    /**
     * Starts the emulator.
     *
     * @param arguments the port, or 0 for a free port; without arguments, the port is 8080
     * @throws InterruptedException if the thread is interrupted while the emulator runs
     */
    public static void main(String[] arguments) throws InterruptedException {
        int port = arguments.length == 0 ? PORT : Integer.parseInt(arguments[0]);
        try (XEmulator emulator = XEmulator.builder().port(port).rate(4).start()) {
            System.out.println(
                    "An emulator of X is running. A quarter of its posts mention a cat. End it with Ctrl-C.");
            System.out.println("X_BASE_URL=" + emulator.baseUri());
            System.out.println("X_BEARER_TOKEN=" + emulator.bearerToken());
            Thread.currentThread().join();
        }
    }
}
