package io.gapless.proof.kit;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/** Measures this process, and prints the numbers: one {@code name=value} per line. */
public final class Numbers {
    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int SETTLE_MILLIS = 100;

    private Numbers() {}

    public static void tell(String name, double value) {
        System.out.println(name + "=" + String.format(Locale.ROOT, "%.3f", value));
    }

    /**
     * Returns the CPU time of all threads of this process, including those of the garbage collector and the compiler.
     */
    public static long cpuNanos() {
        return SYSTEM.getProcessCpuTime();
    }

    /** Returns the CPU time of the calling thread. */
    public static long ownCpuNanos() {
        return THREADS.getCurrentThreadCpuTime();
    }

    /** Returns how many bytes the running threads have allocated in total since each of them started. */
    public static long allocatedBytesOfAllThreads() {
        return Arrays.stream(THREADS.getThreadAllocatedBytes(THREADS.getAllThreadIds()))
                .filter(bytes -> bytes > 0)
                .sum();
    }

    /**
     * Returns for how long garbage collections have stopped the program. Phases that run beside the program do not
     * count.
     */
    public static long pausedMillis() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .filter(collector -> !collector.getName().endsWith("Cycles"))
                .mapToLong(GarbageCollectorMXBean::getCollectionTime)
                .sum();
    }

    /** Collects the garbage several times, and returns the size of the heap that is still in use. */
    public static long heldBytes() throws InterruptedException {
        for (int i = 0; i < 3; i++) {
            System.gc();
            Thread.sleep(SETTLE_MILLIS);
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /** Returns the peak of the process's resident memory; NaN if the operating system does not show the peak. */
    public static double peakMiB() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmHWM"))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) / 1024)
                .findFirst()
                .orElse(Double.NaN);
    }
}
