package dev.goldcrest.app.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.goldcrest.app.evaluate.Heap;
import dev.goldcrest.app.train.Attended;
import dev.goldcrest.app.train.Tuned;
import dev.goldcrest.runtime.ModelFile;
import dev.goldcrest.runtime.kernels.Kernels;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MemoryTest {
  private static final int HELD = 64_000_000;

  /** Of a small model. */
  private static final int LITTLE = 1_000_000;

  /**
   * Holds some bytes while it runs and asks for others each time; one table is made once for all,
   * and something that is not the model's goes in between.
   */
  private static final class Holder implements Subject {
    private final int size;
    private byte[] once;
    private byte[] others = new byte[HELD];
    private byte[] kept;
    private int read;

    Holder(int size) {
      this.size = size;
    }

    @Override
    public Runner runner(ModelFile model) {
      once = once == null ? new byte[HELD] : once;
      return new Runner() {
        private final byte[] held = new byte[size];

        @Override
        public void run(int i) {
          kept = new byte[i == 3 ? size / 2 : 1000];
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
    public long macs(ModelFile model) {
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

  private static Memory peak(Holder holder, int size) throws Exception {
    return Memory.peak(
        holder,
        () -> {
          holder.read++;
          return null;
        },
        size);
  }

  @Test
  void peak_isWhatTheRunnerHoldsAndTheDearestPredictionAsksFor() throws Exception {
    Holder holder = new Holder(HELD);
    // Other threads of this process allocate too.
    assertThat(peak(holder, HELD).bytes()).isCloseTo(HELD + HELD / 2, within(6_000_000L));
    assertThat(holder.read).as("what others hold is not shared").isEqualTo(4);
  }

  /** One copy of it would drown in what else the process does. */
  @Test
  void peak_ofASmallModel_isThatOfManyDividedByTheirNumber() throws Exception {
    Holder holder = new Holder(LITTLE);
    Memory memory = peak(holder, LITTLE);
    assertThat(memory.bytes()).isCloseTo(LITTLE + LITTLE / 2, within(200_000L));
    assertThat(memory.spread()).isLessThan(200_000);
    assertThat(holder.read).isEqualTo(1 + 3 * 32);
  }

  @Test
  void processPeak_whereTheSystemTells_isMoreThanTheHeap() {
    assertThat(Heap.processPeak())
        .satisfiesAnyOf(
            peak -> assertThat(peak).isEqualTo(-1),
            peak -> assertThat(peak).isGreaterThan(Heap.used()));
  }
}
