package dev.goldcrest.runtime.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.goldcrest.runtime.safetensors.FormatException.Reason;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SafetensorsFileTest {
  /**
   * Reasons that come up when an open file is asked for something; tested one by one below, those
   * of codes with the forms of weights.
   */
  private static final Set<Reason> ON_ACCESS =
      EnumSet.of(
          Reason.BAD_CODES,
          Reason.NO_SUCH_TENSOR,
          Reason.WRONG_TYPE,
          Reason.TENSOR_TOO_LARGE,
          Reason.VALUE_OUT_OF_RANGE,
          Reason.WRONG_CHECKSUM,
          Reason.UNUSABLE_METADATA);

  @TempDir Path directory;

  static List<Attacks.Attack> attacks() {
    return Attacks.all();
  }

  @ParameterizedTest
  @MethodSource("attacks")
  void openAndRead_attack_refuseForItsReasonAndAllocateLittle(Attacks.Attack attack)
      throws IOException {
    Path path = Files.write(directory.resolve("attack.safetensors"), attack.file());
    long allocated = allocatedBytes();
    FormatException opened =
        catchThrowableOfType(FormatException.class, () -> SafetensorsFile.open(path));
    FormatException read =
        catchThrowableOfType(FormatException.class, () -> Bytes.read(attack.file()));
    allocated = allocatedBytes() - allocated;

    assertThat(opened).as("opened").isNotNull();
    assertThat(opened.reason()).isEqualTo(attack.reason());
    assertThat(opened).hasMessageStartingWith(path + ": ");
    assertThat(opened.getMessage()).hasSizeLessThan(path.toString().length() + 400);
    assertThat(read.reason()).isEqualTo(attack.reason());
    assertThat(read).hasMessageStartingWith("test: ");
    assertThat(allocated).as("bytes allocated").isLessThan(2_000_000);
    Files.delete(path); // would fail on some systems if the file were still open
  }

  /** Of this thread, all garbage included. */
  private static long allocatedBytes() {
    return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
        .getThreadAllocatedBytes(Thread.currentThread().getId());
  }

  @Test
  void attacks_together_coverEveryReason() {
    Set<Reason> covered = EnumSet.copyOf(ON_ACCESS);
    for (Attacks.Attack attack : Attacks.all()) {
      covered.add(attack.reason());
    }
    assertThat(covered).isEqualTo(EnumSet.allOf(Reason.class));
  }

  @Test
  void read_everyType_givesItsValues() throws IOException {
    try (SafetensorsFile file = Bytes.read(Bytes.everyType())) {
      assertEveryType(file);
    }
  }

  @Test
  void open_everyType_givesItsValues() throws IOException {
    Path path = Files.write(directory.resolve("m.safetensors"), Bytes.everyType());
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertThat(file.name()).isEqualTo(path.toString());
      assertEveryType(file);
    }
  }

  private static void assertEveryType(SafetensorsFile file) throws IOException {
    float inf = Float.NEGATIVE_INFINITY;
    assertThat(file.doubles("f64")).containsExactly(Math.PI, -0.0, 1e300);
    assertThat(file.floats("f64")).containsExactly((float) Math.PI, -0f, Float.POSITIVE_INFINITY);
    assertThat(file.floats("f32")).containsExactly(0f, -1.5f, 65504f, 1e-7f, Float.NaN, inf);
    assertThat(file.doubles("f32")).containsExactly(0, -1.5, 65504, 1e-7f, Double.NaN, inf);
    assertThat(file.floats("f16")).containsExactly(0f, -1.5f, 65504f, 0x1p-23f, Float.NaN, inf);
    assertThat(file.doubles("f16")).containsExactly(0, -1.5, 65504, 0x1p-23, Double.NaN, inf);
    assertThat(file.floats("bf16")).startsWith(0f, -1.5f, 65536f).endsWith(Float.NaN, inf);
    assertThat(file.doubles("bf16")).startsWith(0, -1.5, 65536);
    assertThat(file.longs("i64")).containsExactly(Long.MIN_VALUE, 7);
    assertThat(file.ints("i32")).containsExactly(Integer.MIN_VALUE, 7, -7);
    assertThat(file.longs("i32")).containsExactly(Integer.MIN_VALUE, 7, -7);
    assertThat(file.ints("i16")).containsExactly(-32768, 7, 32767);
    assertThat(file.ints("i8")).containsExactly(-128, 7, 127);
    assertThat(file.bytes("i8")).containsExactly(-128, 7, 127);
    assertThat(file.ints("u8")).containsExactly(128, 7, 255);
    assertThat(file.longs("u8")).containsExactly(128, 7, 255);
    assertThat(file.ints("bool")).containsExactly(1, 0, 1);
    assertThat(file.booleans("bool")).containsExactly(true, false, true);
    assertThat(file.floats("scalar")).containsExactly(42f);
    assertThat(file.shape("scalar")).isEmpty();
    assertThat(file.elements("scalar")).isEqualTo(1);
    assertThat(file.floats("empty")).isEmpty();
    assertThat(file.shape("empty")).containsExactly(3, 0, 2);
    assertThat(file.elements("empty")).isZero();
    assertThat(file.ints("")).containsExactly(1);
    assertThat(file.ints("a \"quoted\" name/é😀\n")).containsExactly(2);
    assertThat(file.shape("f32")).containsExactly(2, 3);
    assertThat(file.type("f16")).isEqualTo(StoredType.F16);
    assertThat(file.names()).hasSize(14).doesNotHaveDuplicates();
    assertThat(file.contains("f32")).isTrue();
    assertThat(file.contains("f33")).isFalse();
    assertThat(file.metadata())
        .containsEntry("format", "test")
        .containsEntry("é", "\u0000")
        .hasSize(3);
    assertThat(file.metadataJson("labels")).isEqualTo(Arrays.asList("yes", "no"));
    assertThat(file.dataBytes()).isEqualTo(24 + 24 + 12 + 12 + 16 + 12 + 6 + 3 + 3 + 3 + 4 + 8);
  }

  @Test
  void read_tensorsInAnotherOrderThanTheirBytes_isFine() throws IOException {
    byte[] file =
        Bytes.file(
            "{\"b\":{\"data_offsets\":[1,2],\"dtype\":\"U8\",\"shape\":[1]},"
                + "\"e\":{\"data_offsets\":[1,1],\"dtype\":\"F64\",\"shape\":[0]},"
                + "\"a\":{\"data_offsets\":[0,1],\"dtype\":\"U8\",\"shape\":[1]}}  ",
            2);
    file[file.length - 1] = 9;
    try (SafetensorsFile read = Bytes.read(file)) {
      assertThat(read.names()).containsExactly("b", "e", "a");
      assertThat(read.ints("b")).containsExactly(9);
      assertThat(read.ints("a")).containsExactly(0);
      assertThat(read.metadata()).isEmpty();
    }
  }

  @Test
  void read_noTensors_isAnEmptyFile() throws IOException {
    assertThat(Bytes.read(Bytes.file("{}", 0)).names()).isEmpty();
  }

  @Test
  void read_streamThatGivesOneByteAtATime_isTheSame() throws IOException {
    InputStream slow =
        new FilterInputStream(new ByteArrayInputStream(Bytes.everyType())) {
          @Override
          public int read(byte[] b, int off, int len) throws IOException {
            return super.read(b, off, Math.min(1, len));
          }
        };
    assertEveryType(SafetensorsFile.read(slow));
  }

  @Test
  void floats_tensorLongerThanAChunkAndAPage_isWhole() throws IOException {
    float[] values = new float[300_001];
    byte[] odd = new byte[65_537];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    byte[] bytes =
        Bytes.written(
            java.util.Map.of(
                "v", TensorData.ofFloats(values, values.length),
                "odd", TensorData.ofBytes(odd, odd.length),
                "h", TensorData.ofHalf(new float[100_000], 100, 1000)),
            java.util.Map.of());
    Path path = Files.write(directory.resolve("long.safetensors"), bytes);
    try (SafetensorsFile opened = SafetensorsFile.open(path);
        SafetensorsFile read = Bytes.read(bytes)) {
      assertThat(opened.floats("v")).isEqualTo(values);
      assertThat(read.floats("v")).isEqualTo(values);
      assertThat(read.bytes("odd")).isEqualTo(odd);
      assertThat(read.floats("h")).hasSize(100_000).containsOnly(0f);
    }
  }

  @Test
  void accessors_wrongNameOrType_areRefusedWithBothNames() throws IOException {
    try (SafetensorsFile file = Bytes.read(Bytes.everyType())) {
      assertReason(
          Reason.NO_SUCH_TENSOR, "test: the file has no tensor 'f33'", () -> file.shape("f33"));
      assertReason(Reason.NO_SUCH_TENSOR, null, () -> file.tensor("f33"));
      for (String integers : Arrays.asList("i64", "i32", "i16", "i8", "u8", "bool")) {
        assertReason(Reason.WRONG_TYPE, null, () -> file.floats(integers));
        assertReason(Reason.WRONG_TYPE, null, () -> file.doubles(integers));
      }
      for (String floats : Arrays.asList("f64", "f32", "f16", "bf16")) {
        assertReason(Reason.WRONG_TYPE, null, () -> file.ints(floats));
        assertReason(Reason.WRONG_TYPE, null, () -> file.longs(floats));
      }
      assertReason(
          Reason.WRONG_TYPE,
          "test: tensor 'u8': U8 cannot be read as booleans",
          () -> file.booleans("u8"));
      assertReason(
          Reason.VALUE_OUT_OF_RANGE,
          "test: tensor 'i64': its element 0 is -9223372036854775808, which is no 32-bit integer",
          () -> file.ints("i64"));
      assertReason(
          Reason.UNUSABLE_METADATA,
          "test: metadata 'config' is missing",
          () -> file.metadataJson("config"));
      assertReason(
          Reason.UNUSABLE_METADATA,
          "test: metadata 'format' is not JSON: line 1, column 2: expected the word true,"
              + " but found 'e'",
          () -> file.metadataJson("format"));
    }
  }

  @Test
  void booleans_byteThatIsNeither_isRefused() throws IOException {
    byte[] file =
        Bytes.file("{\"m\":{\"dtype\":\"BOOL\",\"shape\":[2],\"data_offsets\":[0,2]}}", 2);
    file[file.length - 1] = 2;
    SafetensorsFile read = Bytes.read(file);
    assertReason(
        Reason.VALUE_OUT_OF_RANGE,
        "test: tensor 'm': its element 1 is 2, but a BOOL is 0 or 1",
        () -> read.booleans("m"));
    assertReason(Reason.VALUE_OUT_OF_RANGE, null, () -> read.ints("m"));
  }

  @Test
  void accessors_moreElementsThanAnArrayHolds_areRefused() throws IOException {
    long bytes = 1L << 31;
    Assumptions.assumeTrue(
        Files.getFileStore(directory).getUsableSpace() > 2 * bytes,
        "needs 4 GB free in case the disk has no sparse files");
    String header =
        "{\"w\":{\"dtype\":\"U8\",\"shape\":[" + bytes + "],\"data_offsets\":[0," + bytes;
    byte[] start = Bytes.file(header + "]}}", 0);
    Path path = Files.write(directory.resolve("sparse.safetensors"), start);
    try (RandomAccessFile sparse = new RandomAccessFile(path.toFile(), "rw")) {
      sparse.setLength(start.length + bytes);
    }
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertThat(file.elements("w")).isEqualTo(bytes);
      assertReason(Reason.TENSOR_TOO_LARGE, null, () -> file.ints("w"));
      assertReason(Reason.TENSOR_TOO_LARGE, null, () -> file.bytes("w"));
    }
  }

  @Test
  void floats_fileCutAfterOpening_isRefused() throws IOException {
    Path path = Files.write(directory.resolve("cut.safetensors"), Bytes.everyType());
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      try (RandomAccessFile shorter = new RandomAccessFile(path.toFile(), "rw")) {
        shorter.setLength(path.toFile().length() - 1);
      }
      assertReason(Reason.TRUNCATED_DATA, null, () -> Bytes.readAll(file));
    }
  }

  @Test
  void close_thenRead_isRefused() throws IOException {
    Path path = Files.write(directory.resolve("closed.safetensors"), Bytes.everyType());
    SafetensorsFile opened = SafetensorsFile.open(path);
    SafetensorsFile read = Bytes.read(Bytes.everyType());
    opened.close();
    read.close();
    assertReason(Reason.TRUNCATED_DATA, null, () -> opened.floats("f32"));
    assertReason(Reason.TRUNCATED_DATA, null, () -> read.bytes("f32"));
  }

  @Test
  void open_noFileOrADirectory_saysSoInOneSentence() {
    Path missing = directory.resolve("missing.safetensors");
    assertThatThrownBy(() -> SafetensorsFile.open(missing))
        .isExactlyInstanceOf(IOException.class)
        .hasMessage("cannot open " + missing + ": there is no such file");
    assertThatThrownBy(() -> SafetensorsFile.open(directory))
        .hasMessage("cannot open " + directory + ": it is not a regular file");
  }

  @Test
  void openError_hostileName_isShortenedAndEscaped() {
    String name = "\\u001b]0;x\\u0007" + "n".repeat(5000);
    byte[] file =
        Bytes.file(
            "{\"" + name + "\":{\"dtype\":\"\\u001b\",\"shape\":[],\"data_offsets\":[0,0]}}", 0);
    assertThatThrownBy(() -> Bytes.read(file))
        .hasMessageContaining("tensor '\\u001b]0;x\\u0007nnn")
        .hasMessageContaining("its dtype '\\u001b' is not known")
        .hasMessageNotContaining("\u001b");
  }

  private static void assertReason(
      Reason reason, String message, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    FormatException e = catchThrowableOfType(FormatException.class, call);
    assertThat(e).isNotNull();
    assertThat(e.reason()).isEqualTo(reason);
    if (message != null) {
      assertThat(e).hasMessage(message);
    }
  }
}
