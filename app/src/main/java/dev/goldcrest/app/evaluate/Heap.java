package dev.goldcrest.app.evaluate;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the virtual machine says about its memory. */
public final class Heap {
  private static final int MOST_COLLECTIONS = 3;

  /** A collection that frees less than this has left nothing to free. */
  private static final long LITTLE = 1 << 16;

  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String PEAK = "VmHWM:";

  private Heap() {}

  /** Bytes in use after collection. */
  public static long used() {
    long used = Long.MAX_VALUE;
    for (int i = 0; i < MOST_COLLECTIONS; i++) {
      System.gc();
      long left = Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
      if (used - left < LITTLE) {
        return left;
      }
      used = left;
    }
    return used;
  }

  /** Bytes that this thread has asked for since it began. */
  public static long allocated() {
    return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
  }

  /**
   * The most memory that this process ever had, or -1 where the system does not tell (Linux does).
   */
  public static long processPeak() {
    try {
      for (String line : Files.readAllLines(STATUS)) {
        if (line.startsWith(PEAK)) {
          return 1024 * Long.parseLong(line.replaceAll("[^0-9]", ""));
        }
      }
    } catch (IOException | NumberFormatException e) {
      // As where there is no such file.
    }
    return -1;
  }
}
