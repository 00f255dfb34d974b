package dev.goldcrest.runtime;

import dev.goldcrest.runtime.kernels.Kernels;
import dev.goldcrest.runtime.kernels.KernelsProvider;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/**
 * Says what happens in a stream while it runs: features in, a score for each label out, frame by
 * frame, in constant time and memory.
 *
 * <pre>{@code
 * StreamDetector wrist = StreamDetector.load(path);
 * float[] scores = wrist.push(frame);
 * }</pre>
 *
 * <p>One detector follows one stream on one thread at a time; {@link #another} follows a second
 * with the same weights. A frame that is refused changes nothing: the next good one goes on where
 * the last one was.
 */
public final class StreamDetector {
  /** Deviations from the mean that no sensor gives; sums of squares of more would overflow. */
  public static final float LIMIT = 1e8f;

  private final StreamModel model;
  private final StreamSession session;
  private final float[] means;
  private final float[] scales;
  private final float[] frame;
  private final float[] logits;
  private final float[] scores;
  private double lastSeconds = Double.NaN;

  /** A detector of a model that is in memory. */
  public StreamDetector(StreamModel model) {
    this(model, KernelsProvider.kernels());
  }

  /** A detector on kernels of the caller's choice. */
  public StreamDetector(StreamModel model, Kernels kernels) {
    this(model, new StreamSession(model.architecture(), model.weights(), kernels));
  }

  private StreamDetector(StreamModel model, StreamSession session) {
    this.model = model;
    this.session = session;
    int features = model.lstr().features();
    means = new float[features];
    scales = new float[features];
    for (int i = 0; i < features; i++) {
      means[i] = model.frames().means().get(i).floatValue();
      scales[i] = model.frames().scales().get(i).floatValue();
    }
    frame = new float[features];
    logits = new float[model.lstr().classes()];
    scores = new float[logits.length];
  }

  /** Loads a model file. */
  public static StreamDetector load(Path path) throws IOException {
    return new StreamDetector(StreamModel.load(path));
  }

  /** Loads a model from a stream, such as a jar's resource or an Android asset. */
  public static StreamDetector load(InputStream in) throws IOException {
    return new StreamDetector(StreamModel.load(in));
  }

  public StreamModel model() {
    return model;
  }

  /** A detector for another stream, at its beginning, with the same weights. */
  public StreamDetector another() {
    return new StreamDetector(model, session.another());
  }

  /** Frames since the recording began. */
  public long frames() {
    return session.frames();
  }

  /**
   * Takes in the next frame.
   *
   * @param values the features as they come from the sensor, F numbers
   * @return probability of each label in this frame, by class; overwritten by the next call
   * @throws IllegalArgumentException in one sentence, if the frame has another number of features
   *     or holds something that is no number; the stream stays as it was
   */
  public float[] push(float[] values) {
    normalise(values);
    session.push(frame, logits);
    softmax();
    return scores;
  }

  /**
   * As {@link #push(float[])} for frames that know their time.
   *
   * @param seconds later than the last frame's
   */
  public float[] push(double seconds, float[] values) {
    if (!(seconds > lastSeconds) && !Double.isNaN(lastSeconds) || Double.isNaN(seconds)) {
      throw new IllegalArgumentException(
          "time goes backwards: a frame of second "
              + seconds
              + " after one of second "
              + lastSeconds
              + "; reset at the start of a recording");
    }
    float[] result = push(values);
    lastSeconds = seconds;
    return result;
  }

  /** The scores of the last frame before the softmax, by class; overwritten by the next call. */
  public float[] logits() {
    return logits;
  }

  /** Forgets everything: the next frame is the first of a recording. */
  public void reset() {
    session.reset();
    lastSeconds = Double.NaN;
  }

  private void normalise(float[] values) {
    if (values.length != frame.length) {
      throw new IllegalArgumentException(
          "frame "
              + frames()
              + " has "
              + values.length
              + " features, this model reads "
              + frame.length);
    }
    boolean missing = model.frames().missing();
    for (int i = 0; i < frame.length; i++) {
      boolean absent = Float.isNaN(values[i]) && missing;
      float value = absent ? 0 : (values[i] - means[i]) * scales[i];
      if (!(Math.abs(value) <= LIMIT)) {
        throw new IllegalArgumentException(
            "feature "
                + (model.frames().names().isEmpty() ? i + 1 : model.frames().names().get(i))
                + " of frame "
                + frames()
                + " is "
                + values[i]
                + ", which is no number this model reads"
                + (missing ? "" : "; it was trained without missing values"));
      }
      frame[i] = value;
    }
  }

  private void softmax() {
    float max = Float.NEGATIVE_INFINITY;
    for (float logit : logits) {
      max = Math.max(max, logit);
    }
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit - max);
    }
    for (int i = 0; i < scores.length; i++) {
      scores[i] = (float) (Math.exp(logits[i] - max) / sum);
    }
  }
}
