package dev.goldcrest.conformance;

import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Linformer;
import dev.goldcrest.core.models.Settings;
import dev.goldcrest.core.models.Sizes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Linformers of one layer at a size that finite differences can afford: two texts of 6 steps, one
 * with pads, d = 4, f = 6, columns for 8 steps and 4 rows, three classes.
 */
final class LinformerCases {
  private static final int TERMS = 100;
  private static final int TIME = 6;
  private static final int ROWS = 4;

  private LinformerCases() {}

  static List<OpCase> all() {
    // Queries and what follows the attention; keys and values of the steps or of the rows; a
    // projection; scores and mixing.
    long own = 2 * TIME * 16;
    long keysOfSteps = 2 * TIME * 16;
    long keysOfRows = 2 * ROWS * 16;
    long one = 4 * TIME * ROWS;
    long seen = TIME * ROWS * 8;
    long head = 4 * 3;
    return List.of(
        linformer("none", "sharing=none", own + keysOfSteps + 2 * one + seen + 16 + head),
        linformer("headwise", "", own + keysOfRows + 2 * one + seen + 16 + head),
        linformer(
            "key-value-keys",
            "sharing=key-value inputFirst=false projectionBias=true",
            own + keysOfSteps + 2 * one + seen + 16 + head),
        linformer("layerwise", "sharing=layerwise", own + keysOfRows + one + seen + 16 + head),
        linformer(
            "tied-values",
            "inputFirst=false tiedValues=true",
            own + TIME * 16 + one + seen + 16 + head),
        linformer(
            "one-head",
            "oneHead=true readout=mean",
            own + 2 * ROWS * 4 * 2 + 2 * one + seen + head),
        // Rows 0 to 2 exist at 6 steps of blocks of 2; 2 channels in and out of each of 2 heads.
        linformer(
            "convolution",
            "convolution=true sharing=key-value projectionBias=true",
            own + keysOfSteps + 2 * (3 * 2 * (2 * 2 * 2)) + TIME * 3 * 8 + 16 + head),
        linformer(
            "stride",
            "stride=2 sharing=key-value projectionBias=true",
            own + 2 * 3 * 16 + 4 * TIME * 3 + TIME * 3 * 8 + 16 + head),
        linformer(
            "transformer",
            "frame=transformer stride=1 sharing=layerwise normFirst=true",
            own + keysOfRows + one + seen + head));
  }

  private static OpCase linformer(String name, String line, long attention) {
    Map<String, String> settings = new LinkedHashMap<>();
    String all =
        "vocabulary=11 dim=4 layers=1 heads=2 ffn=6 maxLength=8 k=4 classes=3 activation=gelu "
            + line;
    for (String pair : all.trim().split(" ")) {
      settings.put(pair.substring(0, pair.indexOf('=')), pair.substring(pair.indexOf('=') + 1));
    }
    Settings given = new Settings(settings);
    Linformer model = Linformer.from(given);
    given.requireAllKnown();
    return OpCase.of(
            "linformer-" + name,
            "(B=2,3)",
            2 * (attention + TIME * 2 * 24),
            TERMS,
            scope -> model.build(scope, Architecture.WHOLE, new Sizes(2, TIME, 1)).get("logits"))
        .feed(OpCase.OTHERS, Feed.SMALL)
        .feed("ids", Feed.indices(11))
        .feed("mask", Feed.mask(1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0));
  }
}
