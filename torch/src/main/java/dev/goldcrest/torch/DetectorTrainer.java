package dev.goldcrest.torch;

import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Lstr;
import dev.goldcrest.core.models.Sizes;
import dev.goldcrest.runtime.StreamDetector;
import dev.goldcrest.runtime.StreamModel;
import dev.goldcrest.runtime.Weights;
import dev.goldcrest.torch.optim.Losses;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Trains a detector on windows: short memories tile each recording from an offset that is drawn
 * anew every epoch, every frame of them is a target, and the long memory is the one that a stream
 * would hold there. An example is a frame's number in all recordings laid end to end: that of a
 * window's first frame.
 */
final class DetectorTrainer extends Trainer {
  private final Architecture architecture;
  private final Lstr model;
  private final DetectorOptions options;
  private final List<Recording> train;
  private final int ignored;
  private final int[] begins;
  private final Tensor classWeights;

  /**
   * A trainer at step 0.
   *
   * @param ignored class whose frames are not learned, or -1
   */
  DetectorTrainer(
      Architecture architecture,
      List<Recording> train,
      int ignored,
      DetectorOptions options,
      Beginning start) {
    super(
        architecture,
        options.step(windows(architecture, train)),
        options.stepsPerEpoch(windows(architecture, train)),
        start);
    this.architecture = architecture;
    this.model = (Lstr) architecture.dense();
    this.options = options;
    this.train = train;
    this.ignored = ignored;
    this.begins = new int[train.size()];
    for (int r = 1; r < begins.length; r++) {
      begins[r] = Math.addExact(begins[r - 1], train.get(r - 1).frames());
    }
    this.classWeights = classWeights();
  }

  private static int windows(Architecture architecture, List<Recording> recordings) {
    int windows = 0;
    for (Recording recording : recordings) {
      windows += windows((Lstr) architecture.dense(), recording);
    }
    return windows;
  }

  private static int windows(Lstr model, Recording recording) {
    return Math.max(1, recording.frames() / model.shortFrames());
  }

  @Override
  int words(int[] batch) {
    return batch.length * model.shortFrames();
  }

  @Override
  List<int[]> order(int epoch) {
    SplittableRandom random = shuffling(epoch);
    List<Integer> starts = new ArrayList<>();
    for (int r = 0; r < train.size(); r++) {
      int width = model.shortFrames();
      int last = Math.max(0, train.get(r).frames() - width);
      int offset = random.nextInt(width);
      for (int w = 0; w < windows(model, train.get(r)); w++) {
        starts.add(begins[r] + Math.min(last, offset + w * width));
      }
    }
    Collections.shuffle(starts, new java.util.Random(random.nextLong()));
    List<int[]> batches = new ArrayList<>();
    for (int from = 0; from < starts.size(); from += options.batchSize()) {
      int to = Math.min(from + options.batchSize(), starts.size());
      batches.add(starts.subList(from, to).stream().mapToInt(Integer::intValue).toArray());
    }
    return batches;
  }

  @Override
  double backward(int worker, int[] batch) {
    Windows windows =
        new Windows((batch.length - worker + workers().count() - 1) / workers().count());
    int counted = 0;
    for (int i = 0; i < batch.length; i++) {
      int found = Arrays.binarySearch(begins, batch[i]);
      int r = found >= 0 ? found : -found - 2;
      int start = batch[i] - begins[r];
      counted += counted(train.get(r), start);
      if (i % workers().count() == worker) {
        windows.add(train.get(r), start);
      }
    }
    if (windows.count == 0 || counted == 0) {
      return 0;
    }
    windows.disturb(random(worker));
    try (PointerScope scope = new PointerScope()) {
      Traces.Traced traced =
          traced(true, Architecture.WHOLE, new Sizes(windows.count, model.maxLength(), 1));
      Tensor logits =
          new TorchOps(
                  traced.graph(),
                  traced.plan(),
                  leaves(worker),
                  windows.feeds(traced.graph()),
                  noise(worker))
              .run()
              .get("logits");
      long rows = (long) windows.count * model.shortFrames();
      Tensor targets = Torch.floats(windows.targets, rows, model.classes());
      Tensor loss =
          Losses.multiLabel(logits.view(rows, model.classes()), targets, classWeights, ignored)
              .sum()
              .div(new Scalar((double) counted));
      loss.backward();
      return loss.item_float();
    }
  }

  /** Frames of a window that the loss is a mean over. */
  private int counted(Recording recording, int start) {
    int to = Math.min(recording.frames(), start + model.shortFrames());
    int counted = 0;
    for (int t = start; t < to; t++) {
      boolean left = ignored >= 0 && recording.targets()[t * model.classes() + ignored] > 0;
      counted += left ? 0 : 1;
    }
    return counted;
  }

  /** One worker's windows, laid out for the graph; frames that there are not stay 0. */
  private final class Windows {
    private final int features = model.features();
    private final float[] past;
    private final float[] mask;
    private final float[] recent;
    private final float[] targets;
    private int count;

    Windows(int most) {
      past = new float[most * model.longSamples() * features];
      mask = new float[most * model.longSamples()];
      recent = new float[most * model.shortFrames() * features];
      targets = new float[most * model.shortFrames() * model.classes()];
    }

    void add(Recording recording, int start) {
      float[] values = recording.values();
      for (int slot = 0; slot < model.longSamples(); slot++) {
        int frame = model.frameInSlot(slot, start);
        if (frame >= 0) {
          int at = count * model.longSamples() + slot;
          mask[at] = 1;
          System.arraycopy(values, frame * features, past, at * features, features);
        }
      }
      int frames = Math.min(model.shortFrames(), recording.frames() - start);
      int row = count * model.shortFrames();
      System.arraycopy(values, start * features, recent, row * features, frames * features);
      int classes = model.classes();
      System.arraycopy(
          recording.targets(), start * classes, targets, row * classes, frames * classes);
      count++;
    }

    void disturb(SplittableRandom random) {
      if (options.shift() > 0) {
        for (int window = 0; window < count; window++) {
          for (int f = 0; f < features; f++) {
            float offset = (float) (options.shift() * random.nextGaussian());
            shift(past, window * model.longSamples(), model.longSamples(), f, offset);
            shift(recent, window * model.shortFrames(), model.shortFrames(), f, offset);
          }
        }
      }
      if (options.noise() > 0) {
        for (float[] values : List.of(past, recent)) {
          for (int i = 0; i < values.length; i++) {
            values[i] += (float) (options.noise() * random.nextGaussian());
          }
        }
      }
    }

    private void shift(float[] values, int from, int rows, int feature, float offset) {
      for (int row = from; row < from + rows; row++) {
        values[row * features + feature] += offset;
      }
    }

    Map<String, Tensor> feeds(Graph graph) {
      Map<String, Tensor> feeds = new LinkedHashMap<>();
      graph
          .inputs()
          .forEach(
              (name, input) -> {
                long[] shape = TorchGraph.sizes(input.shape());
                feeds.put(
                    name,
                    switch (name) {
                      case "long" -> Torch.floats(past, shape);
                      case "mask" -> Torch.floats(mask, shape);
                      case "short" -> Torch.floats(recent, shape);
                      default -> throw new IllegalStateException("a detector has no input " + name);
                    });
              });
      return feeds;
    }
  }

  /** Logits (T, classes) of each recording as a stream gives them, by the weights that are kept. */
  List<float[]> logits(List<Recording> recordings) {
    float[][] logits = new float[recordings.size()][];
    StreamDetector first = new StreamDetector(bare(Weights.of(weights())));
    workers()
        .run(
            worker -> {
              StreamDetector detector = first.another();
              for (int r = worker; r < logits.length; r += workers().count()) {
                logits[r] = logits(detector, recordings.get(r));
              }
              return null;
            });
    return List.of(logits);
  }

  private static float[] logits(StreamDetector detector, Recording recording) {
    detector.reset();
    float[] frame = new float[recording.features()];
    float[] logits = new float[recording.targets().length];
    for (int t = 0; t < recording.frames(); t++) {
      System.arraycopy(recording.values(), t * frame.length, frame, 0, frame.length);
      detector.push(frame);
      System.arraycopy(detector.logits(), 0, logits, t * recording.classes(), recording.classes());
    }
    return logits;
  }

  /** A model that takes frames as they are. */
  private StreamModel bare(Weights weights) {
    List<String> labels = new ArrayList<>();
    for (int c = 0; c < model.classes(); c++) {
      labels.add(Integer.toString(c));
    }
    StreamModel.Frames frames =
        new StreamModel.Frames(
            List.of(),
            "",
            "",
            Collections.nCopies(model.features(), 0.0),
            Collections.nCopies(model.features(), 1.0),
            false,
            0,
            -1,
            -1);
    return new StreamModel(architecture, labels, frames, Map.of(), weights);
  }

  /** Mean loss of the frames that count, without class weights. */
  double loss(List<Recording> recordings, List<float[]> logits) {
    double sum = 0;
    long frames = 0;
    for (int r = 0; r < logits.size(); r++) {
      float[] targets = recordings.get(r).targets();
      for (int at = 0; at < targets.length; at += model.classes()) {
        if (ignored >= 0 && targets[at + ignored] > 0) {
          continue;
        }
        sum += loss(logits.get(r), targets, at);
        frames++;
      }
    }
    return sum / Math.max(1, frames);
  }

  private double loss(float[] logits, float[] targets, int at) {
    double max = Double.NEGATIVE_INFINITY;
    for (int c = 0; c < model.classes(); c++) {
      max = c == ignored ? max : Math.max(max, logits[at + c]);
    }
    double sum = 0;
    for (int c = 0; c < model.classes(); c++) {
      sum += c == ignored ? 0 : Math.exp(logits[at + c] - max);
    }
    double loss = 0;
    for (int c = 0; c < model.classes(); c++) {
      loss -= c == ignored ? 0 : targets[at + c] * (logits[at + c] - max - Math.log(sum));
    }
    return loss;
  }

  private Tensor classWeights() {
    if (options.balance() == 0) {
      return null;
    }
    int classes = model.classes();
    double[] counts = new double[classes];
    double all = 0;
    for (Recording recording : train) {
      for (int i = 0; i < recording.targets().length; i++) {
        counts[i % classes] += recording.targets()[i];
        all += recording.targets()[i];
      }
    }
    float[] weights = new float[classes];
    double sum = 0;
    for (int c = 0; c < classes; c++) {
      weights[c] = counts[c] == 0 ? 0 : (float) Math.pow(all / counts[c], options.balance());
      sum += weights[c] * counts[c];
    }
    for (int c = 0; c < classes; c++) {
      weights[c] *= (float) (all / sum);
    }
    return Torch.floats(weights, classes);
  }

  @Override
  public void close() {
    super.close();
    if (classWeights != null) {
      classWeights.close();
    }
  }
}
