package dev.goldcrest.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.graph.Shape;
import dev.goldcrest.core.graph.Value;
import dev.goldcrest.core.graph.WeightForms;
import dev.goldcrest.core.graph.WeightForms.Stored;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Architectures;
import dev.goldcrest.core.models.Settings;
import dev.goldcrest.runtime.json.Json;
import dev.goldcrest.runtime.safetensors.FormatException;
import dev.goldcrest.runtime.safetensors.SafetensorsFile;
import dev.goldcrest.runtime.safetensors.SafetensorsWriter;
import dev.goldcrest.runtime.safetensors.TensorData;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Model files whose weights have forms: what comes back, how small they are, what is refused. */
class ModelFormsTest {
  private static final String IN = "word.in.weight";
  private static final String OUT = "word.out.weight";
  private static final String CONVOLUTION = "convolution.weight";

  private static Architecture dense() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("features", "100");
    settings.put("wordHidden", "40");
    settings.put("dim", "24");
    settings.put("heads", "3");
    settings.put("ffn", "20");
    settings.put("layers", "1");
    settings.put("convolution", "3");
    settings.put("classes", "5");
    return Architectures.of("proformer", new Settings(settings));
  }

  /** One weight of every form, ranks and widths among them. */
  private static WeightForms every() {
    return WeightForms.NONE
        .withRank(OUT, 6)
        .withRank(CONVOLUTION, 5)
        .withWidth("encoder.layer.0.ffn.hidden", 11)
        .withWidth("encoder.layer.0.attention.heads", 2)
        .withStored(IN, Stored.INT8)
        .withStored(WeightForms.first(OUT), Stored.KMEANS8)
        .withStored(WeightForms.second(OUT), Stored.KMEANS4)
        .withStored(WeightForms.first(CONVOLUTION), Stored.INT8)
        .withStored("encoder.layer.0.ffn.in.weight", Stored.F16)
        .withStored("encoder.layer.0.ffn.in.bias", Stored.INT8);
  }

  private static Graph whole(Architecture architecture) {
    return architecture.whole();
  }

  /** Weights held as the forms want them, so many of them zero. */
  private static ModelFile model(Architecture architecture, double zeros) {
    Map<String, float[]> floats = new LinkedHashMap<>();
    Map<String, Coded> coded = new LinkedHashMap<>();
    Random random = new Random(4);
    for (Value parameter : whole(architecture).parameters().values()) {
      Stored how = architecture.forms().stored(parameter.path());
      Shape shape = parameter.shape();
      byte[] codes = new byte[shape.size()];
      float[] values = new float[shape.size()];
      for (int i = 0; i < codes.length; i++) {
        boolean zero = random.nextDouble() < zeros;
        double value = zero ? 0 : 30 * random.nextGaussian();
        codes[i] = (byte) Math.max(-127, Math.min(127, Math.rint(value)));
        values[i] = (float) (value / 100);
        if (how.codes() > 0) {
          codes[i] = (byte) (zero ? 0 : random.nextInt(how.codes()));
        }
      }
      switch (how) {
        case F32, F16 -> floats.put(parameter.path(), values);
        case INT8 ->
            coded.put(parameter.path(), new Coded.Int8(codes, numbers(Stored.rows(shape), random)));
        default ->
            coded.put(parameter.path(), new Coded.Codebook(codes, numbers(how.codes(), random)));
      }
    }
    return new ModelFile(
        "classify", architecture, Map.of("labels", "none"), Map.of(), Weights.of(floats, coded));
  }

  /** A mask and what is left of a weight's 16-bit floats take less than all of them. */
  @ParameterizedTest
  @CsvSource({"0.1, true", "0.15, true", "0.06, false"})
  void fewZeros_inHalfPrecision_areLeftOutWhereThatSaves(double zeros, boolean smaller)
      throws IOException {
    byte[] full = bytes(model(dense(), 0), true);
    byte[] pruned = bytes(model(dense(), zeros), true);
    assertThat(pruned.length < full.length).isEqualTo(smaller);
    ModelFile read = ModelFile.load(new ByteArrayInputStream(pruned));
    float[] values = model(dense(), zeros).weights().get(IN);
    float[] back = read.weights().get(IN);
    for (int i = 0; i < values.length; i++) {
      assertThat(back[i]).isCloseTo(values[i], within(1e-2f));
      assertThat(back[i] == 0).isEqualTo(values[i] == 0);
    }
  }

  /** Wherever a mask begins to pay, the file does not grow. */
  @Test
  void zeros_oneAfterTheOther_neverMakeAFileLarger() throws IOException {
    ModelFile model = model(dense(), 0);
    Map<String, float[]> floats = new LinkedHashMap<>();
    model.weights().paths().forEach(path -> floats.put(path, model.weights().get(path).clone()));
    for (String path : new String[] {IN, OUT, "encoder.layer.0.attention.out.weight"}) {
      float[] values = floats.get(path);
      for (boolean half : new boolean[] {false, true}) {
        int before = bytes(model, half).length;
        float[] zeroed = values.clone();
        for (int i = 0; i < values.length; i++) {
          zeroed[i] = 0;
          floats.put(path, zeroed);
          int now = i % 8 < 7 ? before : bytes(with(model, floats), half).length;
          assertThat(now).as("%s %s with %d zeros", path, half, i + 1).isLessThanOrEqualTo(before);
        }
        floats.put(path, values);
      }
    }
  }

  private static ModelFile with(ModelFile model, Map<String, float[]> floats) {
    return model.with(model.architecture(), Weights.of(floats));
  }

  private static float[] numbers(int count, Random random) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = random.nextFloat() / 100;
    }
    return numbers;
  }

  private static byte[] bytes(ModelFile model, boolean half) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    model.write(out, half);
    return out.toByteArray();
  }

  private static ModelFile read(byte[] bytes) throws IOException {
    return ModelFile.load(new ByteArrayInputStream(bytes));
  }

  @ParameterizedTest
  @CsvSource({"0, false", "0, true", "0.8, false", "0.8, true"})
  void load_everyForm_givesTheSameFormsValuesAndBytes(double zeros, boolean half)
      throws IOException {
    ModelFile model = model(dense().with(every()), zeros);
    byte[] bytes = bytes(model, half);
    ModelFile read = read(bytes);
    assertThat(read.architecture()).isEqualTo(model.architecture());
    assertThat(read.sections()).containsOnlyKeys("labels");
    for (String path : model.weights().paths()) {
      Coded coded = read.weights().coded(path);
      assertThat(coded != null).as(path).isEqualTo(model.weights().coded(path) != null);
      if (coded != null) {
        assertThat(read.weights().get(path)).as(path).isEqualTo(model.weights().get(path));
      } else {
        assertThat(read.weights().get(path)).as(path).hasSameSizeAs(model.weights().get(path));
      }
    }
    assertThat(bytes(read, half)).isEqualTo(bytes);
  }

  @Test
  void write_withoutForms_isTheFormatOfOldFiles() throws IOException {
    byte[] bytes = bytes(model(dense(), 0), false);
    try (SafetensorsFile file = SafetensorsFile.read(new ByteArrayInputStream(bytes))) {
      assertThat(file.metadata("goldcrest")).contains("\"format\":1").doesNotContain("\"forms\"");
    }
  }

  @ParameterizedTest
  @EnumSource
  void write_eachForm_takesTheBytesThatTheCostSays(Stored how) throws IOException {
    WeightForms forms = WeightForms.NONE.withStored(IN, how);
    long size = data(bytes(model(dense().with(forms), 0), false));
    long floats = data(bytes(model(dense(), 0), false));
    long saved = Stored.F32.bytes(Shape.of(40, 100)) - how.bytes(Shape.of(40, 100));
    // Codes drawn evenly cannot be packed, those of a bell can a little.
    assertThat(floats - size).isBetween(saved, saved + (how == Stored.INT8 ? 800 : 0));
  }

  @ParameterizedTest
  @EnumSource
  void write_prunedWeights_areSmallerWhateverTheForm(Stored how) throws IOException {
    WeightForms forms = WeightForms.NONE.withStored(IN, how);
    byte[] full = bytes(model(dense().with(forms), 0), false);
    byte[] pruned = bytes(model(dense().with(forms), 0.8), false);
    int plain = (int) how.bytes(Shape.of(40, 100));
    assertThat(pruned.length).isLessThan(full.length - plain / 4);
    assertThat(ways(pruned).get(IN))
        .isIn("f32-sparse", "f16-sparse", "int8-packed", "kmeans8-packed", "kmeans4-packed");
    assertThat(read(pruned).architecture().forms()).isEqualTo(forms);
  }

  @Test
  void save_codesThatAreFloats_isRefused() {
    Architecture architecture = dense().with(WeightForms.NONE.withStored(IN, Stored.INT8));
    ModelFile floats = model(dense(), 0).with(architecture, model(dense(), 0).weights());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> bytes(floats, false))
        .withMessage(IN + " is to be stored as int8, its values are not; quantise them first");
    WeightForms unknown = WeightForms.NONE.withStored("word.inn.weight", Stored.INT8);
    ModelFile other = floats.with(dense().with(unknown), floats.weights());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> bytes(other, false))
        .withMessage("the model has no stored weight word.inn.weight");
  }

  @Test
  void weights_codes_becomeFloatsOnceAndOnlyWhenAsked() {
    Coded.Int8 int8 = new Coded.Int8(new byte[] {1, -2, 3, 127}, new float[] {0.5f, 2});
    Coded.Codebook book = new Coded.Codebook(new byte[] {1, 0, (byte) 1}, new float[] {0, 7});
    Weights weights = Weights.of(Map.of("a", new float[1]), Map.of("b", int8, "c", book));
    assertThat(weights.get("b")).containsExactly(0.5f, -1, 6, 254).isSameAs(weights.get("b"));
    assertThat(weights.get("c")).containsExactly(7, 0, 7);
    assertThat(weights.coded("b")).isSameAs(int8);
    assertThat(weights.coded("a")).isNull();
    assertThat(weights.paths()).containsExactlyInAnyOrder("a", "b", "c");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Coded.Int8(new byte[5], new float[2]));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Coded.Codebook(new byte[] {2}, new float[2]));
  }

  private static long data(byte[] bytes) throws IOException {
    try (SafetensorsFile file = SafetensorsFile.read(new ByteArrayInputStream(bytes))) {
      return file.dataBytes();
    }
  }

  private static Map<String, Object> ways(byte[] bytes) throws IOException {
    try (SafetensorsFile file = SafetensorsFile.read(new ByteArrayInputStream(bytes))) {
      Map<String, Object> object = Json.parseObject(file.metadata("goldcrest"));
      return Json.object(Json.object(object.get("forms"), "forms").get("stored"), "stored");
    } catch (dev.goldcrest.runtime.json.JsonException e) {
      throw new IOException(e);
    }
  }

  /** The file with other tensors or metadata. */
  private static byte[] changed(
      byte[] bytes, BiConsumer<Map<String, TensorData>, Map<String, String>> change)
      throws IOException {
    try (SafetensorsFile file = SafetensorsFile.read(new ByteArrayInputStream(bytes))) {
      Map<String, TensorData> tensors = new LinkedHashMap<>();
      for (String name : file.names()) {
        tensors.put(name, file.tensor(name));
      }
      Map<String, String> metadata = new LinkedHashMap<>(file.metadata());
      change.accept(tensors, metadata);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      SafetensorsWriter.write(out, tensors, metadata);
      return out.toByteArray();
    }
  }

  private static void refused(
      byte[] bytes,
      String sentence,
      BiConsumer<Map<String, TensorData>, Map<String, String>> change)
      throws IOException {
    byte[] bad = changed(bytes, change);
    assertThatThrownBy(() -> read(bad))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("the model: ")
        .hasMessageContaining(sentence);
  }

  private static void edit(Map<String, String> metadata, String from, String to) {
    String json = metadata.get("goldcrest");
    assertThat(json).contains(from);
    metadata.put("goldcrest", json.replace(from, to));
  }

  @Test
  void load_hostileForms_areRefusedInASentence() throws IOException {
    byte[] plain = bytes(model(dense().with(every()), 0), false);
    byte[] pruned = bytes(model(dense().with(every()), 0.8), false);
    String u = WeightForms.first(OUT);
    String v = WeightForms.second(OUT);
    refused(plain, "word.in.weight.scale", (t, m) -> t.remove(IN + ".scale"));
    refused(
        plain,
        "needs [40]",
        (t, m) -> t.put(IN + ".scale", TensorData.ofFloats(new float[41], 41)));
    refused(
        plain,
        "its form needs I8",
        (t, m) ->
            t.put(WeightForms.first(CONVOLUTION), TensorData.ofFloats(new float[360], 5, 24, 3)));
    refused(
        plain,
        "more than 256 values",
        (t, m) -> t.put(u + ".codebook", TensorData.ofFloats(new float[257], 257)));
    refused(
        plain,
        "stands for none of 2 values",
        (t, m) -> t.put(u + ".codebook", TensorData.ofFloats(new float[2], 2)));
    refused(
        plain,
        "stands for none of 0 values",
        (t, m) -> t.put(v + ".codebook", TensorData.ofFloats(new float[0], 0)));
    refused(plain, "its form needs U8", (t, m) -> t.put(v, TensorData.ofBytes(new byte[72], 72)));
    refused(plain, "needs [72]", (t, m) -> t.put(v, TensorData.ofUnsignedBytes(new byte[71], 71)));
    refused(
        pruned,
        "its packed codes are damaged",
        (t, m) -> t.put(IN, TensorData.ofUnsignedBytes(new byte[2000], 2000)));
    refused(pruned, "its form needs U8", (t, m) -> t.put(IN, TensorData.ofBytes(new byte[9], 9)));
    String sparse = "encoder.layer.0.attention.q.weight";
    refused(
        pruned,
        "needs [48]",
        (t, m) -> t.put(sparse + ".mask", TensorData.ofUnsignedBytes(new byte[47], 47)));
    refused(
        pruned,
        "needs [0]",
        (t, m) -> t.put(sparse + ".mask", TensorData.ofUnsignedBytes(new byte[48], 48)));
    refused(pruned, sparse + ".mask", (t, m) -> t.remove(sparse + ".mask"));
    refused(plain, "does not know", (t, m) -> edit(m, "\"int8\"", "\"int4\""));
    refused(plain, "does not know", (t, m) -> edit(m, "\"kmeans4\"", "\"kmeans4-sparse\""));
    refused(plain, "does not know", (t, m) -> edit(m, "\"f16\"", "7"));
    refused(plain, "rank 2000000000", (t, m) -> edit(m, OUT + "\":6", OUT + "\":2000000000"));
    refused(plain, "out of range", (t, m) -> edit(m, OUT + "\":6", OUT + "\":20000000000"));
    refused(plain, "at least 1, got -6", (t, m) -> edit(m, OUT + "\":6", OUT + "\":-6"));
    refused(plain, "width: 21 of 20", (t, m) -> edit(m, "ffn.hidden\":11", "ffn.hidden\":21"));
    refused(
        plain,
        "no width encoder.layer.9.ffn.hidden",
        (t, m) -> edit(m, "layer.0.ffn.hidden\":11", "layer.9.ffn.hidden\":11"));
    refused(
        plain,
        "no weight of low rank word.off.weight",
        (t, m) -> edit(m, "\"word.out.weight\":6", "\"word.off.weight\":6"));
    refused(plain, "without widths", (t, m) -> edit(m, "\"widths\"", "\"width\""));
    refused(plain, "reads up to 2", (t, m) -> edit(m, "\"format\":2", "\"format\":3"));
  }

  @Test
  void load_alteredCodes_failTheChecksum() throws IOException {
    byte[] plain = bytes(model(dense().with(every()), 0), false);
    refused(
        plain,
        "its weights were altered",
        (tensors, m) -> tensors.put(IN + ".scale", TensorData.ofFloats(new float[40], 40)));
  }

  @Test
  void load_scaleThatIsNoNumber_namesTheWeight() throws IOException {
    byte[] plain = bytes(model(dense().with(every()), 0), false);
    float[] scales = new float[40];
    scales[7] = Float.POSITIVE_INFINITY;
    refused(
        plain,
        "weight " + IN + " holds NaN or infinity",
        (tensors, m) -> {
          tensors.put(IN + ".scale", TensorData.ofFloats(scales, 40));
          m.remove("goldcrest.weights");
        });
  }

  /** A packed weight of two thousand million zeros would be a small file. */
  @Test
  void load_smallFileThatClaimsGigabytes_isRefusedAtOnce() throws IOException {
    Architecture architecture = dense().with(WeightForms.NONE.withStored(IN, Stored.KMEANS8));
    byte[] pruned = bytes(model(architecture, 0.8), false);
    refused(
        pruned,
        "too few",
        (tensors, m) -> {
          edit(m, "\"features\":\"100\"", "\"features\":\"1048576\"");
          edit(m, "\"wordHidden\":\"40\"", "\"wordHidden\":\"2000\"");
        });
  }

  /** A damaged file is read all the same or refused in words; nothing else. */
  @Test
  void load_mutants_succeedOrGiveAFormatException() throws IOException {
    Random random = new Random(9);
    int[] refused = {0};
    assertTimeout(
        Duration.ofSeconds(60),
        () -> {
          for (double zeros : new double[] {0, 0.8}) {
            byte[] valid =
                changed(
                    bytes(model(dense().with(every()), zeros), false),
                    (tensors, metadata) -> metadata.remove("goldcrest.weights"));
            for (int i = 0; i < 1000; i++) {
              byte[] mutant = valid.clone();
              for (int n = random.nextInt(3); n >= 0; n--) {
                // Half of them where the description is.
                int at = random.nextInt(i % 2 == 0 ? mutant.length : 4000);
                mutant[at] = (byte) (i % 3 == 0 ? random.nextInt() : '0' + random.nextInt(10));
              }
              try {
                read(mutant);
              } catch (FormatException e) {
                assertThat(e.getMessage()).hasSizeLessThan(800).doesNotContain("\n");
                refused[0]++;
              }
            }
          }
        });
    assertThat(refused[0]).isBetween(300, 1900);
  }
}
