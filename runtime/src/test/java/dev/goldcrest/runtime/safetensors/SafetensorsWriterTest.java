package dev.goldcrest.runtime.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsWriterTest {
  private static final Map<String, String> NONE = Collections.emptyMap();

  @TempDir Path directory;

  @Test
  void write_knownContent_givesKnownBytes() throws IOException {
    byte[] file =
        Bytes.written(
            Map.of("w", TensorData.ofFloats(new float[] {1f, -2f}, 1, 2)), Map.of("k", "é"));
    String header =
        "{\"__metadata__\":{\"k\":\"é\"},"
            + "\"w\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[0,8]}}";
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    int padded = (json.length + 7) / 8 * 8;
    ByteBuffer expected = ByteBuffer.allocate(8 + padded + 8).order(ByteOrder.LITTLE_ENDIAN);
    expected.putLong(padded).put(json);
    while (expected.position() < 8 + padded) {
      expected.put((byte) ' ');
    }
    expected.putInt(0x3F800000).putInt(0xC0000000);
    assertThat(file).isEqualTo(expected.array());
  }

  @Test
  void write_mapsInAnotherOrder_givesTheSameBytes() throws IOException {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      names.add("layer." + i);
    }
    byte[] first = null;
    for (int round = 0; round < 5; round++) {
      Map<String, TensorData> tensors = new LinkedHashMap<>();
      Map<String, String> metadata = new LinkedHashMap<>();
      for (String name : names) {
        tensors.put(
            name,
            name.endsWith("3")
                ? TensorData.ofBytes(new byte[] {1, 2, 3}, 3)
                : TensorData.ofFloats(new float[] {name.hashCode()}, 1));
        metadata.put(name, "value");
      }
      byte[] file = Bytes.written(tensors, metadata);
      first = first == null ? file : first;
      assertThat(file).isEqualTo(first);
      Collections.shuffle(names, new java.util.Random(round));
    }
  }

  @Test
  void write_mixedSizes_alignsEveryTensorToItsElement() throws IOException {
    byte[] file = Bytes.everyType();
    ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    long headerBytes = bytes.getLong(0);
    assertThat(headerBytes % 8).isZero();
    String json = new String(file, 8, (int) headerBytes, StandardCharsets.UTF_8);
    Header header = Header.parse(json.getBytes(StandardCharsets.UTF_8), "test");
    assertThat(header.entries).hasSize(14);
    for (Header.Entry entry : header.entries.values()) {
      assertThat(entry.begin() % entry.type().bytes()).as(entry.name()).isZero();
    }
  }

  @Test
  void write_whatWasRead_givesTheSameBytes() throws IOException {
    byte[] file = Bytes.everyType();
    SafetensorsFile read = Bytes.read(file);
    assertThat(Bytes.written(Bytes.readAll(read), read.metadata())).isEqualTo(file);
  }

  @Test
  void write_nothing_isAValidFile() throws IOException {
    byte[] file = Bytes.written(new LinkedHashMap<>(), NONE);
    assertThat(file).hasSize(16);
    assertThat(Bytes.read(file).names()).isEmpty();
  }

  @Test
  void write_path_replacesTheOldFileAndLeavesNothingElse() throws IOException {
    Path path = directory.resolve("model.safetensors");
    for (float value = 1; value < 4; value++) {
      SafetensorsWriter.write(path, one(value), NONE);
      assertThat(valueIn(path)).isEqualTo(value);
      assertThat(directory.toFile().list()).containsExactly("model.safetensors");
    }
    byte[] stream = Bytes.written(one(3), NONE);
    assertThat(Files.readAllBytes(path)).isEqualTo(stream);
  }

  @Test
  void write_relativePathWithoutDirectory_works() throws IOException {
    Path path = new File("target-writer-test.safetensors").toPath();
    try {
      SafetensorsWriter.write(path, one(1), NONE);
      assertThat(valueIn(path)).isEqualTo(1f);
    } finally {
      Files.deleteIfExists(path);
    }
  }

  @Test
  void write_diskFullAfterAnyNumberOfBytes_keepsTheOldFileAndNothingElse() throws IOException {
    Path path = directory.resolve("model.safetensors");
    SafetensorsWriter.write(path, one(1), NONE);
    byte[] old = Files.readAllBytes(path);
    for (int room = 0; room < old.length; room++) {
      AtomicFile.Disk full = new FullDisk(room);
      assertThatThrownBy(() -> SafetensorsWriter.write(path, one(2), NONE, full))
          .isExactlyInstanceOf(IOException.class)
          .hasMessage(
              "cannot write "
                  + path
                  + ": No space left on device; the file that was there is unchanged");
      assertThat(Files.readAllBytes(path)).isEqualTo(old);
      assertThat(directory.toFile().list()).containsExactly("model.safetensors");
    }
    SafetensorsWriter.write(path, one(2), NONE, new FullDisk(old.length));
    assertThat(valueIn(path)).isEqualTo(2f);
  }

  @Test
  void write_diskFullWithoutAnOldFile_leavesNothing() {
    Path path = directory.resolve("model.safetensors");
    assertThatThrownBy(() -> SafetensorsWriter.write(path, one(2), NONE, new FullDisk(50)))
        .hasMessage("cannot write " + path + ": No space left on device; nothing was left behind");
    assertThat(directory.toFile().list()).isEmpty();
  }

  @Test
  void write_diskFailsWhenSyncedOrClosed_keepsTheOldFile() throws IOException {
    Path path = directory.resolve("model.safetensors");
    SafetensorsWriter.write(path, one(1), NONE);
    for (boolean onSync : new boolean[] {true, false}) {
      AtomicFile.Disk failing =
          temporary -> {
            AtomicFile.Output real = AtomicFile.DISK.create(temporary);
            return new AtomicFile.Output() {
              @Override
              public void write(ByteBuffer bytes) throws IOException {
                real.write(bytes);
              }

              @Override
              public void sync() throws IOException {
                if (onSync) {
                  throw new IOException("Input/output error");
                }
              }

              @Override
              public void close() throws IOException {
                real.close();
                if (!onSync) {
                  throw new IOException("Input/output error");
                }
              }
            };
          };
      assertThatThrownBy(() -> SafetensorsWriter.write(path, one(2), NONE, failing))
          .hasMessageContaining("Input/output error; the file that was there is unchanged");
      assertThat(valueIn(path)).isEqualTo(1f);
      assertThat(directory.toFile().list()).containsExactly("model.safetensors");
    }
  }

  @Test
  void write_encoderFails_leavesNothingBehind() {
    Path path = directory.resolve("model.safetensors");
    AtomicFile.Disk broken =
        temporary -> {
          AtomicFile.DISK.create(temporary).close();
          throw new IllegalStateException("not the disk's fault");
        };
    assertThatThrownBy(() -> SafetensorsWriter.write(path, one(2), NONE, broken))
        .isInstanceOf(IllegalStateException.class);
    AtomicFile.Content thrower =
        sink -> {
          sink.write(ByteBuffer.wrap(new byte[10]));
          throw new IllegalStateException("not the disk's fault either");
        };
    Path other = directory.resolve("other");
    assertThatThrownBy(() -> AtomicFile.write(other, AtomicFile.DISK, thrower))
        .isInstanceOf(IllegalStateException.class);
    assertThat(other).doesNotExist();
    assertThat(directory.toFile().list((d, name) -> name.contains("other"))).isEmpty();
  }

  @Test
  void write_noDirectoryOrNameOfADirectory_saysSoInOneSentence() throws IOException {
    Path missing = directory.resolve("no").resolve("model.safetensors");
    assertThatThrownBy(() -> SafetensorsWriter.write(missing, one(1), NONE))
        .isExactlyInstanceOf(IOException.class)
        .hasMessage(
            "cannot write " + missing + ": there is no directory " + directory.resolve("no"));
    Path taken = Files.createDirectory(directory.resolve("taken"));
    assertThatThrownBy(() -> SafetensorsWriter.write(taken, one(1), NONE))
        .hasMessage("cannot write " + taken + ": it is a directory");
  }

  @Test
  void write_namesAndMetadataTheFormatCannotHold_areRefusedBeforeTheDisk() {
    Path path = directory.resolve("model.safetensors");
    TensorData tensor = TensorData.ofFloats(new float[1], 1);
    Map<String, String> nothing = new LinkedHashMap<>();
    nothing.put("k", null);
    assertThatThrownBy(() -> SafetensorsWriter.write(path, Map.of("__metadata__", tensor), NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a tensor cannot have the name __metadata__");
    assertThatThrownBy(() -> SafetensorsWriter.write(path, Map.of("\uD800", tensor), NONE))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> SafetensorsWriter.write(path, one(1), nothing))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("metadata are strings, but one value is null");
    assertThat(directory.toFile().list()).isEmpty();
  }

  @Test
  void tensorData_shapeThatDoesNotFit_isRefused() {
    assertThatThrownBy(() -> TensorData.ofFloats(new float[5], 2, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the shape (2, 3) does not hold the 5 elements given");
    assertThatThrownBy(() -> TensorData.ofFloats(new float[2], -1, -2))
        .hasMessage("the shape (-1, -2) has a size below 0");
    assertThatThrownBy(() -> TensorData.ofFloats(new float[0], Long.MAX_VALUE, 4))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> TensorData.ofStored(StoredType.F32, new byte[7], 1))
        .hasMessage("7 bytes are no whole number of elements of F32");
  }

  @Test
  void tensorData_valueBeyondHalf_isRefusedUnlessInfinite() {
    assertThatThrownBy(() -> TensorData.ofHalf(new float[] {1f, -65520f}, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("element 1 is -65520.0, which is beyond the largest half");
    assertThatThrownBy(() -> TensorData.ofBfloat(new float[] {Float.MAX_VALUE}, 1))
        .hasMessageContaining("beyond the largest bfloat16");
    assertThat(TensorData.ofHalf(new float[] {65519f, Float.NEGATIVE_INFINITY}, 2).byteLength())
        .isEqualTo(4);
  }

  @Test
  void write_fromTwoThreadsWhileAnotherReads_isAlwaysAWholeFile() throws Exception {
    Path path = directory.resolve("model.safetensors");
    SafetensorsWriter.write(path, one(0), NONE);
    ExecutorService threads = Executors.newFixedThreadPool(3);
    try {
      List<Future<?>> work = new ArrayList<>();
      for (int writer = 1; writer <= 2; writer++) {
        float value = writer;
        work.add(
            threads.submit(
                () -> {
                  for (int i = 0; i < 20; i++) {
                    SafetensorsWriter.write(path, one(value), NONE);
                  }
                  return null;
                }));
      }
      work.add(
          threads.submit(
              () -> {
                for (int i = 0; i < 200; i++) {
                  assertThat(valueIn(path)).isBetween(0f, 2f);
                }
                return null;
              }));
      for (Future<?> job : work) {
        job.get(60, TimeUnit.SECONDS);
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(directory.toFile().list()).containsExactly("model.safetensors");
  }

  private static Map<String, TensorData> one(float value) {
    return Map.of("w", TensorData.ofFloats(new float[] {value, value, value}, 3));
  }

  private static float valueIn(Path path) throws IOException {
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      float[] values = file.floats("w");
      assertThat(values).hasSize(3).containsOnly(values[0]);
      return values[0];
    }
  }

  /** The real disk until it has taken a number of bytes; then what a full one says. */
  private record FullDisk(long room) implements AtomicFile.Disk {
    @Override
    public AtomicFile.Output create(Path path) throws IOException {
      AtomicFile.Output real = AtomicFile.DISK.create(path);
      long[] left = {room};
      return new AtomicFile.Output() {
        @Override
        public void write(ByteBuffer bytes) throws IOException {
          if (bytes.remaining() > left[0]) {
            bytes.limit(bytes.position() + (int) left[0]);
            real.write(bytes);
            throw new FileSystemException(path.toString(), null, "No space left on device");
          }
          left[0] -= bytes.remaining();
          real.write(bytes);
        }

        @Override
        public void sync() throws IOException {
          real.sync();
        }

        @Override
        public void close() throws IOException {
          real.close();
        }
      };
    }
  }
}
