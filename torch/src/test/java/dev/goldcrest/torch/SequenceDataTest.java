package dev.goldcrest.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SequenceDataTest {
  @Test
  void batch_ofPairs_shiftsTheTargetAndPadsAtTheEnd() {
    SequenceData data =
        SequenceData.pairs(
            List.of(new int[] {5, 6}, new int[] {7}),
            List.of(new int[] {8}, new int[] {9, 10, 11}),
            100);
    SequenceBatch batch = data.batch(new int[] {0, 1});
    assertThat(batch.sizes().batch()).isEqualTo(2);
    assertThat(batch.sizes().time()).isEqualTo(4);
    assertThat(batch.sizes().source()).isEqualTo(3);
    assertThat(batch.source()).containsExactly(5, 6, 2, 7, 2, 0);
    assertThat(batch.sourceMask()).containsExactly(1, 1, 1, 1, 1, 0);
    assertThat(batch.ids()).containsExactly(2, 8, 0, 0, 2, 9, 10, 11);
    assertThat(batch.targets()).containsExactly(8, 2, 0, 0, 9, 10, 11, 2);
    assertThat(data.targets(new int[] {0, 1})).isEqualTo(6);
    assertThat(data.tokens(new int[] {0, 1})).isEqualTo(11);
  }

  @Test
  void order_ofPairs_holdsEachPairOnceInAsManyBatchesEachEpoch() {
    SequenceData data = Echo.pairs(500, 20, 200, 3);
    for (int epoch = 0; epoch < 3; epoch++) {
      List<int[]> batches = data.order(new SplittableRandom(epoch));
      assertThat(batches).hasSize(data.batches());
      assertThat(batches.stream().flatMapToInt(Arrays::stream).sorted().toArray())
          .containsExactly(IntStream.range(0, 500).toArray());
      for (int[] examples : batches) {
        SequenceBatch batch = data.batch(examples);
        assertThat(batch.ids().length + batch.source().length).isLessThanOrEqualTo(200);
      }
    }
  }

  @Test
  void order_sameSeed_isTheSame() {
    SequenceData data = Echo.pairs(100, 20, 100, 3);
    List<int[]> one = data.order(new SplittableRandom(1));
    List<int[]> again = data.order(new SplittableRandom(1));
    List<int[]> other = data.order(new SplittableRandom(2));
    assertThat(one).usingRecursiveComparison().isEqualTo(again);
    assertThat(one).usingRecursiveComparison().isNotEqualTo(other);
  }

  @Test
  void order_ofPairs_padsLittle() {
    SequenceData data = Echo.pairs(2000, 20, 400, 3);
    long laidOut = 0;
    long real = 0;
    for (int[] examples : data.order(new SplittableRandom(1))) {
      SequenceBatch batch = data.batch(examples);
      laidOut += batch.ids().length + batch.source().length;
      real += data.tokens(examples);
    }
    assertThat((double) real / laidOut).isGreaterThan(0.75);
  }

  @Test
  void batch_ofStream_beginsWithTheTokenBefore() {
    SequenceData data = SequenceData.stream(new int[] {4, 5, 2, 6, 7, 8, 2}, 3, 6);
    List<int[]> batches = data.inOrder();
    assertThat(batches).hasSize(2);
    SequenceBatch first = data.batch(batches.get(0));
    assertThat(first.ids()).containsExactly(2, 4, 5, 2, 6, 7);
    assertThat(first.targets()).containsExactly(4, 5, 2, 6, 7, 8);
    assertThat(first.source()).isNull();
    SequenceBatch last = data.batch(batches.get(1));
    assertThat(last.ids()).containsExactly(8);
    assertThat(last.targets()).containsExactly(2);
    assertThat(data.targets()).isEqualTo(7);
  }

  @Test
  void order_ofStream_startsElsewhereButHasAsManyBatches() {
    SequenceData data = Echo.stream(103, 10, 10, 20, 1);
    boolean[] read = new boolean[103];
    for (int epoch = 0; epoch < 20; epoch++) {
      List<int[]> batches = data.order(new SplittableRandom(epoch));
      assertThat(batches).hasSize(data.batches()).hasSize(5);
      for (int[] examples : batches) {
        assertThat(data.targets(examples)).isEqualTo(10 * examples.length);
        for (int start : examples) {
          Arrays.fill(read, start, start + 10, true);
        }
      }
    }
    assertThat(read).doesNotContain(false);
  }

  @Test
  void fingerprint_anotherToken_isAnother() {
    List<int[]> sources = List.of(new int[] {5, 6});
    long one = SequenceData.pairs(sources, List.of(new int[] {8}), 100).fingerprint();
    long other = SequenceData.pairs(sources, List.of(new int[] {9}), 100).fingerprint();
    assertThat(one).isNotEqualTo(other);
  }

  @Test
  void pairs_sidesOfUnlikeNumber_areRefused() {
    List<int[]> sources = List.of(new int[] {5, 6});
    assertThatThrownBy(() -> SequenceData.pairs(sources, List.of(), 100))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1 source sentences, 0 target sentences");
  }
}
