package dev.goldcrest.app.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.goldcrest.app.evaluate.Heap;
import dev.goldcrest.app.train.Attended;
import dev.goldcrest.app.train.Tuned;
import dev.goldcrest.cost.Cost;
import dev.goldcrest.runtime.ModelFile;
import dev.goldcrest.runtime.kernels.Kernels;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MemoryTest {
  private static final int HELD = 60_000_000;
  private static final int PASSING = 30_000_000;

  /**
   * Holds some bytes while it runs and asks for others each time; one table is made once for all,
   * and something that is not the model's goes in between.
   */
  private static final class Holder implements Subject {
    private byte[] once;
    private byte[] others = new byte[HELD];
    private byte[] kept;
    private int read;

    @Override
    public Runner runner(ModelFile model) {
      once = once == null ? new byte[HELD] : once;
      return new Runner() {
        private final byte[] held = new byte[HELD];

        @Override
        public void run(int i) {
          kept = new byte[i == 3 ? PASSING : 1000];
          held[i] = kept[0];
          kept = null;
        }

        @Override
        public void close() {
          others = null; // what it holds itself goes with it
        }
      };
    }

    @Override
    public String metric() {
      return "";
    }

    @Override
    public String text(double score) {
      return "";
    }

    @Override
    public String unit() {
      return "";
    }

    @Override
    public String scoredOn() {
      return null;
    }

    @Override
    public Score score(ModelFile model) {
      return Score.NONE;
    }

    @Override
    public Cost cost(ModelFile model) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Runner reader(ModelFile model, Kernels kernels) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Optional<Tuned> tune(ModelFile model, Set<String> pruned, Attended attended) {
      throw new UnsupportedOperationException();
    }
  }

  @Test
  void peak_isWhatTheRunnerHoldsAndTheDearestPredictionAsksFor() throws Exception {
    Holder holder = new Holder();
    long peak =
        Memory.peak(
            holder,
            () -> {
              holder.read++;
              return null;
            });
    // Other threads of this process allocate too.
    assertThat(peak).isCloseTo(HELD + PASSING, within(6_000_000L));
    assertThat(holder.read).as("what others hold is not shared").isEqualTo(4);
  }

  @Test
  void processPeak_whereTheSystemTells_isMoreThanTheHeap() {
    assertThat(Heap.processPeak())
        .satisfiesAnyOf(
            peak -> assertThat(peak).isEqualTo(-1),
            peak -> assertThat(peak).isGreaterThan(Heap.used()));
  }
}
