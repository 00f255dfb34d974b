package dev.goldcrest.app.reproduce;

import com.sun.management.OperatingSystemMXBean;
import dev.goldcrest.app.energy.Energy;
import dev.goldcrest.app.energy.World;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.runtime.text.TextConfig;
import dev.goldcrest.runtime.text.Vocabulary;
import dev.goldcrest.torch.LabelledText;
import dev.goldcrest.torch.TrainingOptions;
import dev.goldcrest.torch.TrainingRun;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How long training steps of classifiers take on libtorch, in short runs that take turns. */
final class StepTimes {
  private static final int WORDS = 900;
  private static final int WARM = 2;
  private static final int TIMED = 4;

  /**
   * What a model took.
   *
   * @param millis of a step, the median: what all threads have of processors
   * @param wallMillis that passed meanwhile, the median
   * @param wattHours of a step, the mean
   * @param measured whether by a counter
   * @param steps that were timed
   */
  record Result(double millis, double wallMillis, double wattHours, boolean measured, int steps) {}

  private StepTimes() {}

  /**
   * Steps of {@code batch} texts of {@code length} tokens.
   *
   * @param turns short runs of each model
   */
  static Map<String, Result> of(
      Map<String, Architecture> models, int batch, int length, int turns, int workers, World world)
      throws IOException {
    Map<String, Watch> watches = new LinkedHashMap<>();
    Energy energy = Energy.start(world);
    models.keySet().forEach(name -> watches.put(name, new Watch(energy)));
    for (int turn = 0; turn < turns; turn++) {
      for (Map.Entry<String, Architecture> model : models.entrySet()) {
        Watch watch = watches.get(model.getKey());
        watch.begin();
        run(model.getValue(), batch, length, workers)
            .run(false, false, () -> watch.step >= WARM + TIMED, watch);
      }
    }
    Map<String, Result> results = new LinkedHashMap<>();
    watches.forEach((name, watch) -> results.put(name, watch.result()));
    return results;
  }

  private static TrainingRun run(Architecture model, int batch, int length, int workers) {
    List<String> known = new ArrayList<>();
    for (int i = 0; i < WORDS; i++) {
      known.add("w" + i);
    }
    List<LabelledText> texts = new ArrayList<>();
    for (int i = 0; i < batch * (WARM + TIMED + 1); i++) {
      List<String> words = new ArrayList<>();
      for (int t = 1; t < length; t++) {
        words.add("w" + (i * 31 + t * 7) % WORDS);
      }
      texts.add(new LabelledText(words, i % 2));
    }
    TrainingOptions options =
        new TrainingOptions(
            1,
            batch,
            1e-4,
            0.1,
            TrainingOptions.Decay.LINEAR,
            0.01,
            0,
            1,
            0,
            0,
            0,
            0,
            "",
            1,
            workers);
    return new TrainingRun(
        model,
        TextConfig.indexed(true, new Vocabulary(known), model.readsClassToken()),
        List.of("a", "b"),
        texts,
        texts.subList(0, 1),
        options,
        null);
  }

  private static final class Watch implements TrainingRun.Listener {
    private final Energy energy;
    private final OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private final List<Long> nanos = new ArrayList<>();
    private final List<Long> wallNanos = new ArrayList<>();
    private int step;
    private long last;
    private long lastWall;
    private double before;
    private double wattHours;

    Watch(Energy energy) {
      this.energy = energy;
    }

    void begin() {
      step = 0;
    }

    @Override
    public void step(int epoch, int done, int steps, double loss, int words) {
      long now = system.getProcessCpuTime();
      long wall = System.nanoTime();
      double used = energy.read().wattHours();
      if (++step > WARM) {
        nanos.add(now - last);
        wallNanos.add(wall - lastWall);
        wattHours += used - before;
      }
      last = now;
      lastWall = wall;
      before = used;
    }

    @Override
    public void epoch(TrainingRun.Epoch epoch, TrainingRun.Epoch best) {}

    Result result() {
      return new Result(
          Contest.median(nanos) / 1e6,
          Contest.median(wallNanos) / 1e6,
          wattHours / nanos.size(),
          energy.read().measured(),
          nanos.size());
    }
  }
}
