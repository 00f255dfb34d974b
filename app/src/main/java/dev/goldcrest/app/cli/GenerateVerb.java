package dev.goldcrest.app.cli;

import dev.goldcrest.app.data.Controls;
import dev.goldcrest.app.task.LineByLine;
import dev.goldcrest.runtime.LanguageModel;
import dev.goldcrest.runtime.ModelFile;
import dev.goldcrest.runtime.SequenceModel;
import dev.goldcrest.runtime.decode.SamplingOptions;
import dev.goldcrest.runtime.text.Tokenizer;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Goes on with a text. */
@Command(
    name = "generate",
    description = "Goes on with a text by a language model.",
    footer = {"", "The same prompt, settings and seed give the same text."})
final class GenerateVerb extends Verb {
  private static final int MOST_SAMPLES = 10_000;

  @Option(names = "--model", required = true, paramLabel = "FILE", description = "model file")
  private String model;

  @Parameters(
      arity = "0..*",
      paramLabel = "WORDS",
      description = "how the text begins (default: as the model begins a line)")
  private List<String> prompt = new ArrayList<>();

  @Option(
      names = "--temperature",
      defaultValue = "1",
      paramLabel = "N",
      description = "below 1 is safer, above 1 wilder, 0 always takes the likeliest token")
  private double temperature;

  @Option(
      names = "--top-k",
      defaultValue = "0",
      paramLabel = "N",
      description = "draw from so many of the likeliest tokens; 0 for all")
  private int topK;

  @Option(
      names = "--top-p",
      defaultValue = "1",
      paramLabel = "N",
      description = "draw from the fewest tokens that have this probability together")
  private double topP;

  @Option(
      names = "--max-tokens",
      defaultValue = "100",
      paramLabel = "N",
      description = "that are written; the end of a line comes earlier or not")
  private int maxTokens;

  @Option(
      names = "--samples",
      defaultValue = "1",
      paramLabel = "N",
      description = "texts, with the seeds from --seed on")
  private int samples;

  @Option(
      names = "--seed",
      defaultValue = "1",
      paramLabel = "N",
      description = "of everything random")
  private long seed;

  GenerateVerb(Terminal terminal) {
    super(terminal);
  }

  @Override
  protected Report run() throws Exception {
    if (samples < 1 || samples > MOST_SAMPLES) {
      throw UserError.usage(
          "generate: --samples must be from 1 to %,d, is %d", MOST_SAMPLES, samples);
    }
    if (maxTokens < 1) {
      throw UserError.usage("generate: --max-tokens must be at least 1, is %d", maxTokens);
    }
    UserError.judging(() -> options(seed));
    String text = String.join(" ", prompt);
    String fault = Controls.fault("the prompt", text);
    if (fault != null) {
      throw UserError.usage("generate: %s", fault);
    }
    ModelFile file = ModelFiles.load(terminal, model);
    if (!file.task().equals(SequenceModel.LANGUAGE_MODEL)) {
      throw UserError.usage(
          "generate: %s is a model for %s; generate needs one that was trained with --task lm",
          model, file.task());
    }
    List<String> texts = new ArrayList<>();
    try (LanguageModel language = new LanguageModel(SequenceModel.of(file, model))) {
      noteUnknown(language.model().target().encode(text));
      for (int i = 0; i < samples; i++) {
        texts.add(language.generate(text, options(seed + i)));
      }
    }
    return new Written(text, texts);
  }

  private void noteUnknown(int[] tokens) {
    long unknown = Arrays.stream(tokens).filter(token -> token == Tokenizer.UNKNOWN).count();
    if (unknown > 0) {
      terminal.notice(
          "%,d of the prompt's %,d words are unknown to the model", unknown, tokens.length);
    }
  }

  private SamplingOptions options(long sampleSeed) {
    return new SamplingOptions(temperature, topK, topP, sampleSeed, maxTokens, false);
  }

  private record Written(String prompt, List<String> texts) implements Report {
    @Override
    public void print(PrintStream out) {
      texts.forEach(text -> out.println(LineByLine.onLine(text)));
    }

    @Override
    public Object json() {
      Map<String, Object> object = new LinkedHashMap<>();
      object.put("prompt", prompt);
      object.put("texts", texts);
      return object;
    }
  }
}
