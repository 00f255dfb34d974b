package dev.goldcrest.app.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NpyFolderTest {
  @TempDir private Path folder;

  /** As numpy.save writes it, version 1. */
  private static byte[] npy(String type, int rows, int columns, double... values) {
    String header =
        "{'descr': '"
            + type
            + "', 'fortran_order': False, 'shape': ("
            + rows
            + ", "
            + columns
            + "), }";
    int padded = (10 + header.length() + 1 + 63) / 64 * 64;
    ByteBuffer start = ByteBuffer.allocate(10).order(ByteOrder.LITTLE_ENDIAN);
    start
        .put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0})
        .putShort((short) (padded - 10));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(start.array());
    out.writeBytes(
        (header + " ".repeat(padded - 11 - header.length()) + "\n")
            .getBytes(StandardCharsets.ISO_8859_1));
    int width = type.charAt(2) - '0';
    ByteBuffer body = ByteBuffer.allocate(values.length * width);
    body.order(type.charAt(0) == '>' ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    for (double value : values) {
      switch (type.substring(1)) {
        case "f4" -> body.putFloat((float) value);
        case "f8" -> body.putDouble(value);
        case "i8" -> body.putLong((long) value);
        default -> body.put((byte) value);
      }
    }
    out.writeBytes(body.array());
    return out.toByteArray();
  }

  private void write(String name, byte[] bytes) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, bytes);
  }

  @BeforeEach
  void writeFolder() throws IOException {
    write("rgb_resnet/one.npy", npy("<f4", 2, 2, 1, 2, 3, 4));
    write("rgb_resnet/two.npy", npy(">f8", 1, 2, 5, 6));
    write("flow_bn/one.npy", npy("<f4", 2, 1, 0.5, 0.25));
    write("flow_bn/two.npy", npy("<f4", 1, 1, 7));
    write("target_perframe/one.npy", npy("<f8", 2, 3, 1, 0, 0, 0, 1, 1));
    write("target_perframe/two.npy", npy("|b1", 1, 3, 0, 0, 1));
  }

  @Test
  void load_authorsFolder_joinsModalitiesAndNamesClasses() throws Exception {
    FrameSet plain = Frames.load(folder.toString(), FrameOptions.PLAIN);
    assertThat(plain.recordings()).extracting(FrameRecording::id).containsExactly("one", "two");
    assertThat(plain.recordings().get(0).values().get(1)).containsExactly(3, 4, 0.25f);
    assertThat(plain.recordings().get(0).labels()).containsExactly(List.of(), List.of("1", "2"));
    assertThat(plain.recordings().get(1).values().get(0)).containsExactly(5, 6, 7);
    assertThat(plain.period()).isEqualTo(0.25);
    write(
        "data_info.json",
        ("{\"THUMOS\":{\"class_names\":[\"Background\",\"Run\",\"Jump\"],"
                + "\"train_session_set\":[\"two\"],\"test_session_set\":[\"one\"]}}")
            .getBytes(StandardCharsets.UTF_8));
    FrameSet train = Frames.load(folder + ":train", FrameOptions.PLAIN);
    assertThat(train.recordings()).extracting(FrameRecording::id).containsExactly("two");
    assertThat(train.recordings().get(0).labels()).containsExactly(List.of("Jump"));
  }

  @Test
  void load_filesThatDoNotFit_areOneSentence() throws Exception {
    assertThatThrownBy(() -> Frames.load(folder + ":train", FrameOptions.PLAIN))
        .hasMessageContaining("there is no data_info.json");
    write("target_perframe/two.npy", npy("<f8", 2, 3, 0, 0, 1, 1, 0, 0));
    assertThatThrownBy(() -> Frames.load(folder.toString(), FrameOptions.PLAIN))
        .isInstanceOf(DataException.class)
        .hasMessageEndingWith("two.npy has 2 frames, its features have 1");
    byte[] whole = npy("<f4", 2, 2, 1, 2, 3, 4);
    write("rgb_resnet/one.npy", Arrays.copyOf(whole, whole.length - 3));
    assertThatThrownBy(() -> Frames.load(folder.toString(), FrameOptions.PLAIN))
        .hasMessageEndingWith("one.npy breaks off: 2 x 2 numbers do not fit into it");
    for (int length = 0; length < whole.length; length += 7) {
      write("rgb_resnet/one.npy", Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> Frames.load(folder.toString(), FrameOptions.PLAIN))
          .isInstanceOf(DataException.class);
    }
    write("rgb_resnet/one.npy", npy("<f4", 2_000_000_000, 2_000_000_000));
    assertThatThrownBy(() -> Frames.load(folder.toString(), FrameOptions.PLAIN))
        .hasMessageContaining("has no frame, or too many");
  }

  @Test
  void load_recordingsOfDifferentWidth_areOneSentence() throws Exception {
    for (int columns : new int[] {1, 3}) {
      write("rgb_resnet/two.npy", npy(">f8", 1, columns, 5, 6, 7));
      assertThatThrownBy(() -> Frames.load(folder.toString(), FrameOptions.PLAIN))
          .hasMessage(
              "%s has %d features in recording two, 3 in one; all must come from the same"
                  + " extractor",
              folder, columns + 1);
    }
  }

  @Test
  void load_missingValues_mustBeDeclared() throws Exception {
    write("flow_bn/two.npy", npy("<f4", 1, 1, Double.NaN));
    assertThatThrownBy(() -> Frames.load(folder.toString(), FrameOptions.PLAIN))
        .hasMessageEndingWith(
            "two has a feature in frame 0 that is no number; --missing NaN declares missing"
                + " values");
    FrameSet data =
        Frames.load(
            folder.toString(),
            new FrameOptions(null, null, List.of(), List.of(), "NaN", null, 0, 0, false));
    assertThat(data.missing()).isEqualTo(1);
    assertThat(data.recordings().get(1).values().get(0)[2]).isNaN();
  }

  @Test
  void load_optionsOfTablesAndBrokenFiles_areOneSentence() throws Exception {
    FrameOptions intervals =
        new FrameOptions(null, null, List.of(), List.of(), null, "i.csv", 1, 0, false);
    assertThatThrownBy(() -> Frames.load(folder.toString(), intervals))
        .hasMessageContaining("is a folder of features")
        .hasMessageContaining("leave --intervals");
    write("data_info.json", "{\n oops".getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> Frames.load(folder.toString(), FrameOptions.PLAIN))
        .isInstanceOf(DataException.class)
        .hasMessageEndingWith("data_info.json:2: this is no JSON; fetch the file again");
    Files.delete(folder.resolve("data_info.json"));
    Files.delete(folder.resolve("target_perframe/two.npy"));
    assertThatThrownBy(() -> Frames.load(folder.toString(), FrameOptions.PLAIN))
        .hasMessageEndingWith("two.npy is missing; every recording needs one");
  }
}
