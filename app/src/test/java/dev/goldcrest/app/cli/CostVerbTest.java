package dev.goldcrest.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Published counts, as a reader of the paper would type for them. */
class CostVerbTest {
  @TempDir private Path folder;
  private final Streams streams = new Streams();

  private JsonNode cost(String line) throws IOException {
    Streams own = new Streams();
    assertThat(Cli.run(own.terminal, ("cost " + line + " --json").split(" ")))
        .as(own.err())
        .isZero();
    return new ObjectMapper().readTree(own.out());
  }

  @ParameterizedTest
  @CsvSource({
    "--arch bert --preset 2-layer --length 128, 1862270976",
    "--arch bert --preset 2-layer --length 512, 8053063680",
    "--arch proformer --preset paper --set groupFactor=4 --set ffn=768 --length 128, 429785088",
    "--arch proformer --preset paper --set groupFactor=4 --set ffn=3072 --length 128, 656277504"
  })
  void paperMacs_arePublishedOnes(String line, long macs) throws IOException {
    JsonNode cost = cost(line);
    assertThat(cost.get("paperMacs").asLong()).isEqualTo(macs);
    assertThat(cost.get("macs").asLong()).isGreaterThan(macs);
    long layers = 0;
    for (JsonNode layer : cost.get("layers")) {
      layers += layer.get("macs").asLong();
      assertThat(layer.get("path").asText()).isNotEmpty();
    }
    assertThat(layers).isEqualTo(cost.get("macs").asLong());
  }

  /** papers/main.md 3.4: multiply-adds and weights by the authors' rule, 30 and 30 tokens. */
  @ParameterizedTest
  @CsvSource({
    "lite-transformer, wmt, 200, 89952000, 2884400",
    "lite-transformer, wmt, 408, 359170560, 11739792",
    "lite-transformer, wmt, 496, 526990080, 17283616",
    "lite-transformer, iwslt, 160, 54144000, 2774704",
    "lite-transformer, iwslt, 240, 119232000, 5428784",
    "lite-transformer, iwslt, 320, 209664000, 8927664",
    "transformer, wmt, 128, 86722560, 2777088",
    "transformer, base, 512, 1337794560, 44138496",
  })
  void paperCounts_ofTranslators_areTheAuthors(
      String name, String preset, int dim, long macs, long parameters) throws IOException {
    String line = "--arch %s --preset %s --set dim=%d --source 30 --target 30";
    JsonNode cost = cost(String.format(line, name, preset, dim));
    assertThat(cost.get("paperMacs").asLong()).isEqualTo(macs);
    assertThat(cost.get("paperParameters").asLong()).isEqualTo(parameters);
    assertThat(cost.get("macs").asLong()).isGreaterThan(macs);
    assertThat(cost.get("parameters").asLong()).isGreaterThan(parameters);
    assertThat(cost.get("source").asInt()).isEqualTo(30);
    assertThat(cost.get("target").asInt()).isEqualTo(30);
  }

  /** No paper prints these: they are this graph's own and say so. */
  @ParameterizedTest
  @CsvSource({"mask-attention, 40070160", "evolved-transformer, 39446400"})
  void paperCounts_ofSmallPresets_areDerivedAndSaySo(String name, long macs) throws IOException {
    JsonNode cost = cost("--arch " + name + " --preset small --source 15 --target 15");
    assertThat(cost.get("paperMacs").asLong()).isEqualTo(macs);
    assertThat(cost.get("paperCountsDerived").asBoolean()).isTrue();
    assertThat(cost("--arch transformer").get("paperCountsDerived").asBoolean()).isFalse();
  }

  @Test
  void lengthThatNoSettingAllows_hasNoRemedy() throws IOException {
    Cli.run(streams.terminal, "cost --arch proformer --length 0".split(" "));
    String model = TinyModels.save(folder).toString();
    Cli.run(streams.terminal, "cost", "--model", model, "--length", "100000");
    assertThat(streams.err()).contains("got 0\n", "got 100000\n");
  }

  @Test
  void translator_isCostedAtThirtyAndThirtyTokens() {
    String line = "cost --arch lite-transformer --preset wmt";
    assertThat(Cli.run(streams.terminal, line.split(" "))).isZero();
    assertThat(streams.out())
        .contains("lite-transformer, 30 + 30 tokens")
        .contains("89,952,000  without vocabulary and convolution taps")
        .contains("32,000,000 bytes of table");
  }

  @Test
  void languageModel_isCostedAtItsLength() throws IOException {
    JsonNode cost = cost("--arch lite-transformer --preset lm --length 30");
    assertThat(cost.get("paperMacs").asLong()).isEqualTo(1_146_163_200L);
    assertThat(cost.get("paperParameters").asLong()).isEqualTo(37_184_000);
    assertThat(cost.has("source")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"768, 1757", "3072, 2663"})
  void paperMacs_of512Words_areThePublishedMillions(int ffn, long millions) throws IOException {
    JsonNode cost = cost("--arch proformer --preset paper --set ffn=" + ffn + " --length 512");
    assertThat(Math.round(cost.get("paperMacs").asLong() / 1e6)).isEqualTo(millions);
  }

  @Test
  void attentionScores_ofGroupsOfFour_areASixteenth() throws IOException {
    long bert = cost("--arch bert --preset 2-layer").get("attentionScoreMacs").asLong();
    long ours = cost("--arch proformer --preset paper").get("attentionScoreMacs").asLong();
    assertThat(bert).isEqualTo(2L * 128 * 128 * 768).isEqualTo(16 * ours);
  }

  @Test
  void embedding_isATableOrBits() throws IOException {
    JsonNode bert = cost("--arch bert --preset 2-layer");
    assertThat(bert.get("embeddingBytes").toString()).isEqualTo("92160000");
    JsonNode ours = cost("--arch proformer --preset paper");
    assertThat(ours.get("embeddingBytes").asDouble()).isEqualTo(52.5);
    assertThat(ours.get("embeddingFloatBytes").asLong()).isEqualTo(1680);
    assertThat(ours.get("peakActivationBytes").asLong()).isPositive();
    assertThat(ours.get("parameters").asLong()).isPositive();
  }

  @Test
  void lengthThatIsNoMultiple_isPaddedAndSaid() throws IOException {
    assertThat(Cli.run(streams.terminal, "cost --arch proformer --length 30 --json".split(" ")))
        .isZero();
    assertThat(streams.err()).isEqualTo("note: 30 words are padded to 32, a multiple of 4\n");
    assertThat(new ObjectMapper().readTree(streams.out()).get("length").asInt()).isEqualTo(32);
  }

  @Test
  void modelFile_isCostedAsItIs() throws IOException {
    Path model = TinyModels.save(folder);
    JsonNode cost = cost("--model " + model + " --length 12");
    assertThat(cost.get("architecture").asText()).isEqualTo("proformer");
    assertThat(cost.get("settings").get("classes").asText()).isEqualTo("3");
    assertThat(cost.get("embeddingBytes").asDouble()).isEqualTo(2.5);
  }

  @Test
  void modelFileWithForms_isCostedWithThem() throws IOException {
    Path model = TinyModels.saveFormed(folder);
    JsonNode dense = cost("--model " + TinyModels.save(folder) + " --length 12");
    JsonNode cost = cost("--model " + model + " --length 12");
    // Words by 8 of 20 bits through rank 2, and 3 of 8 hidden units.
    long saved = 12 * (8 * 20 - 2 * (8 + 20)) + 12 * 2 * 8 * (8 - 3);
    assertThat(cost.get("macs").asLong()).isEqualTo(dense.get("macs").asLong() - saved);
    assertThat(cost.get("weightBytes").asLong())
        .isEqualTo(4 * cost.get("parameters").asLong() - 2 * 24);
    Streams own = new Streams();
    assertThat(Cli.run(own.terminal, "cost", "--model", model.toString())).isZero();
    assertThat(own.out()).contains("as stored").contains("low rank           word.out.weight=2");
  }

  @Test
  void modelFile_ofShorterTextsThanUsual_isCostedAtItsLongest() throws IOException {
    Path model = TinyModels.save(folder);
    JsonNode cost = cost("--model " + model);
    assertThat(cost.get("length").asText())
        .isEqualTo(cost.get("settings").get("maxLength").asText());
  }

  @Test
  void nothing_listsTheOptions() {
    assertThat(Cli.run(streams.terminal, "cost")).isZero();
    assertThat(streams.out())
        .startsWith("Usage: goldcrest cost ")
        .contains("--arch")
        .doesNotContain("{}");
  }

  @Test
  void table_holdsTheCounts() {
    assertThat(Cli.run(streams.terminal, "cost --arch bert --preset 2-layer".split(" "))).isZero();
    assertThat(streams.out())
        .contains("1,862,270,976")
        .contains("92,160,000 bytes of table")
        .contains("encoder.layer.0.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--length 9 | give --arch or --model",
        "--arch bert --model x | give --arch or --model, not both",
        "--model x --set dim=3 | a model file has its settings; leave out --preset and --set",
        "--arch profromer | unknown architecture profromer; did you mean proformer?",
        "--arch elmo --length 9 | unknown architecture elmo",
        "--arch bert --preset tow-layer | bert has no preset tow-layer",
        "--arch proformer --set dmi=3 | unknown setting dmi; did you mean dim?",
        "--arch proformer --set dim=x | setting dim must be a whole number from 2 to 65536, got"
            + " 'x'",
        "--arch proformer --set dim=50 | lpa: attention: 50 channels do not split into 12 heads",
        "--arch proformer --source 9 | --source is for task=translate, this proformer has"
            + " task=classify",
        "--arch transformer --preset wmt --source 0 | --source must be from 1 to 1024",
        "--arch transformer --set task=transalte | setting task must be one of [classify,"
            + " translate, lm]",
        "--arch transformer --set cutoffs=9 | cutoffs are for task=lm, got task=classify",
        "--arch transformer --set task=lm --set cutoffs=9,3 | cutoffs must rise from 1 to below",
        "--arch lite-transformer --set kernels=3,x | setting kernels must be whole numbers from 1",
        "--arch lite-transformer --set dim=27 | dim must be even to be split in halves, got 27",
        "--hours 3 | give --energy, or --hours with --power, or --run",
        "--energy 3Wh --hours 3 --power 3 | give --energy, or --hours with --power, or --run",
        "--energy 3Wh --arch bert | --energy, --hours and --run are without --arch and --model",
        "--energy 3Wh --passes 7 | --passes is for a model; leave it out beside --energy",
        "--energy 3Wh --gmacs 9 | --gmacs is for a model",
        "--hours 3 --power 9 --set dim=3 | --set is for a model",
        "--energy 3Wh --length 9 | --length or --target is for a model",
        "--energy 3Wh --mode stream | --mode is for a model",
        "--energy 3Wh --watts 9 | --watts is of a busy core",
        "--hours 3 --power 9 --watts 9 | --watts is of a busy core",
        "--run m.run.json --pue 2 | --pue: a run record says so itself",
        "--run m.run.json --location Graz | --location: a run record says so itself",
        "--energy 3Wh --location Graz | --location is for model cards",
        "--arch bert --location Graz | --location is for model cards",
        "--hours 3 --power 9 --chips 2 | --chips and --chip-price go together, with --hours",
        "--hours 3 --power 9 --chips 2 --chip-price 2,1 | is not LEAST or LEAST,MOST",
        "--hours 0 --power 9 | --hours, --power and --chips must be above 0",
        "--hours Infinity --power 9 | --hours, --power and --chips must be above 0",
        "--hours 3 --power NaN | --hours, --power and --chips must be above 0",
        "--hours 3 --power 9 --chips 2 --chip-price 0,Infinity | is not LEAST or LEAST,MOST",
        "--arch bert --gmacs Infinity | --gmacs, --passes and --training-examples must be above 0",
        "--arch bert --gmacs 0 | --gmacs, --passes and --training-examples must be above 0",
        "--arch bert --passes 2 --training-examples 2 | give --passes or --training-examples",
        "--arch proformer --length 0 | --length must be from 1 to 512",
        "--arch proformer --length 513 | --length must be from 1 to 512, the longest that this",
        "--arch proformer --length 513 | got 513 (--set maxLength=513 changes that)",
      })
  void mistakes_endInOneSentenceAndCode2(String line, String sentence) {
    assertThat(Cli.run(streams.terminal, ("cost " + line).split(" "))).isEqualTo(ExitCodes.USAGE);
    assertThat(streams.err()).startsWith("goldcrest: cost: ").contains(sentence).hasLineCount(1);
    assertThat(streams.out()).isEmpty();
  }

  /** papers/related.md 5.10 in billions; our own step is cheaper than the published one. */
  @ParameterizedTest
  @CsvSource({"batch, 423", "stream, 145"})
  void paperMacs_ofLstr_areThePublishedOnes(String mode, long hundredths) throws IOException {
    JsonNode cost = cost("--arch lstr --preset paper --mode " + mode);
    assertThat(Math.round(cost.get("paperMacs").asLong() / 1e7)).isEqualTo(hundredths);
    assertThat(Math.round(cost.get("parameters").asLong() / 1e4)).isEqualTo(5888);
    if (mode.equals("stream")) {
      assertThat(cost.get("macs").asLong()).isLessThan(cost.get("paperMacs").asLong());
    }
  }

  @Test
  void mode_ofAnArchitectureWithoutStream_isRefused() {
    assertThat(Cli.run(streams.terminal, "cost", "--arch", "bert", "--mode", "stream"))
        .isEqualTo(2);
    assertThat(streams.err()).contains("bert has no stream mode");
  }

  /** Strubell et al., 2019: BERT-base; their world by the options. */
  @Test
  void calculator_ofHoursAndPower_isThePublishedRow() throws IOException {
    JsonNode cost =
        cost(
            "--hours 79.2 --power 12041.51 --pue 1.58 --kg-per-kwh 0.432727 --chips 64"
                + " --chip-price 0.74,2.48 --price-per-kwh 0.1");
    assertThat(Math.round(cost.get("wattHours").asDouble() / 1000)).isEqualTo(1507);
    assertThat(Math.round(cost.get("poundsCo2").asDouble())).isEqualTo(1438);
    assertThat(Math.round(cost.get("leastRent").asDouble())).isEqualTo(3751);
    assertThat(Math.round(cost.get("mostRent").asDouble())).isEqualTo(12571);
    assertThat(cost.get("money").asDouble()).isEqualTo(150.7, within(0.05));
  }

  @Test
  void calculator_ofAnEnergy_printsWhatItCosts() {
    String line = "cost --energy 5kWh --pue 1.2 --price-per-kwh 0.5";
    assertThat(Cli.run(streams.terminal, line.split(" "))).isZero();
    assertThat(streams.out())
        .containsPattern("energy +6.00 kWh  PUE 1.2")
        .containsPattern("CO2 +2.85 kg  6.28 lb at 0.475 kg a kWh")
        .containsPattern("electricity +3.00  at 0.5 a kWh");
  }

  @Test
  void calculator_ofARunRecord_isAModelCard() throws IOException {
    Path run = folder.resolve("m.run.json");
    Files.writeString(
        run,
        "{\"wattHours\":2,\"co2_eq_emissions\":{\"emissions\":0.95,\"source\":\"Goldcrest\"}}");
    assertThat(Cli.run(streams.terminal, "cost", "--run", run.toString())).isZero();
    assertThat(streams.out())
        .isEqualTo("co2_eq_emissions:\n  emissions: 0.95\n  source: \"Goldcrest\"\n");
  }

  @Test
  void calculator_ofAFileThatIsNoRunRecord_saysSo() throws IOException {
    Path run = Files.writeString(folder.resolve("m.run.json"), "{}");
    assertThat(Cli.run(streams.terminal, "cost", "--run", run.toString()))
        .isEqualTo(ExitCodes.FAILED);
    assertThat(streams.err()).contains("is no run record with an energy; train again");
    assertThat(Cli.run(streams.terminal, "cost", "--run", folder.toString()))
        .isEqualTo(ExitCodes.FAILED);
    assertThat(streams.err()).contains("cannot be read; train writes MODEL.run.json");
  }

  @Test
  void energy_ofPassesAndOfTraining_followsFromMultiplyAdds() throws IOException {
    JsonNode cost = cost("--arch proformer --gmacs 5 --watts 9 --passes 10");
    double once = cost.get("macs").asLong() / 5e9 * 9 / 3600;
    assertThat(cost.get("energy").get("wattHours").asDouble()).isEqualTo(10 * once, within(1e-12));
    assertThat(cost.get("energy").get("measured").asBoolean()).isFalse();
    JsonNode trained = cost("--arch proformer --gmacs 5 --watts 9 --training-examples 10 --pue 2");
    assertThat(trained.get("energy").get("wattHours").asDouble())
        .isEqualTo(2 * 3 * 10 * once, within(1e-12));
  }
}
