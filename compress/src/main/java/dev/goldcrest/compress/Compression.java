package dev.goldcrest.compress;

import dev.goldcrest.compress.linformer.LinformerConversion;
import dev.goldcrest.compress.linformer.Projections;
import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.graph.Shape;
import dev.goldcrest.core.graph.Value;
import dev.goldcrest.core.graph.WeightForms;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.runtime.Coded;
import dev.goldcrest.runtime.ModelFile;
import dev.goldcrest.runtime.Weights;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.StringJoiner;

/**
 * What is to be done to a model, whatever its architecture and task. Null means that this is not to
 * be done. The steps come in the order of the components: {@link #reshaped} changes the weights'
 * shapes, {@link #pruned} their zeros, {@link #stored} how a file holds them; a training in between
 * repairs what the earlier ones broke and learns around the last.
 *
 * <p>The first two give floats whatever a model's weights are stored as. Where the plan does not
 * say how to store them, the last stores each, and what became of it, as it was before: nothing
 * turns a file of bytes into one of floats unasked.
 *
 * @param linformer projected rows that attention is to look at instead of all steps
 * @param units whole heads and hidden units that are removed
 * @param rank of linears and convolutions
 * @param tableRank of tables of vectors, a vocabulary tied to one included
 * @param solver how factors are found
 * @param outputs whether the layers that a model ends with are factorised too
 * @param prune single weights that become zero
 * @param tablePrune the same of tables of vectors, a vocabulary tied to one included
 * @param stored how the weights of two or more axes are stored where that is less than 16-bit
 *     floats
 */
public record Compression(
    Projections linformer,
    UnitPruning units,
    Rank rank,
    Rank tableRank,
    Solver solver,
    boolean outputs,
    Pruning prune,
    Pruning tablePrune,
    WeightForms.Stored stored) {
  /** Nothing is done. */
  public static final Compression NONE =
      new Compression(null, null, null, null, Solver.SVD, false, null, null, null);

  /** A model, and what was done to get it. */
  public record Result(ModelFile model, List<Change> changes) {
    public Result {
      changes = List.copyOf(changes);
    }
  }

  /** The same with attention to other rows. */
  public Compression withLinformer(Projections other) {
    return new Compression(
        other, units, rank, tableRank, solver, outputs, prune, tablePrune, stored);
  }

  /** The same with other units removed. */
  public Compression withUnits(UnitPruning other) {
    return new Compression(
        linformer, other, rank, tableRank, solver, outputs, prune, tablePrune, stored);
  }

  /** The same with another rank of linears and convolutions. */
  public Compression withRank(Rank other) {
    return new Compression(
        linformer, units, other, tableRank, solver, outputs, prune, tablePrune, stored);
  }

  /** The same with another rank of tables. */
  public Compression withTableRank(Rank other) {
    return new Compression(
        linformer, units, rank, other, solver, outputs, prune, tablePrune, stored);
  }

  /** The same with factors found otherwise. */
  public Compression withSolver(Solver other) {
    return new Compression(
        linformer, units, rank, tableRank, other, outputs, prune, tablePrune, stored);
  }

  /** The same with the layers that a model ends with factorised too, or not. */
  public Compression withOutputs(boolean other) {
    return new Compression(
        linformer, units, rank, tableRank, solver, other, prune, tablePrune, stored);
  }

  /** The same with other zeros in tables of vectors. */
  public Compression withTablePrune(Pruning other) {
    return new Compression(
        linformer, units, rank, tableRank, solver, outputs, prune, other, stored);
  }

  /** The same with other zeros, in tables too. */
  public Compression withPrune(Pruning other) {
    return new Compression(
        linformer, units, rank, tableRank, solver, outputs, other, other, stored);
  }

  /** The same with another way to store weights. */
  public Compression withStored(WeightForms.Stored other) {
    return new Compression(
        linformer, units, rank, tableRank, solver, outputs, prune, tablePrune, other);
  }

  /** Whether there is nothing to do. */
  public boolean isEmpty() {
    return !reshapes() && !prunes() && stored == null;
  }

  /** Whether single weights become zero. */
  public boolean prunes() {
    return prune != null || tablePrune != null;
  }

  /** Whether the shapes of weights change. */
  public boolean reshapes() {
    return linformer != null || units != null || rank != null || tableRank != null;
  }

  /** All steps, without training between them. */
  public Result apply(ModelFile model) {
    Result shaped = reshaped(model);
    Result pruned = pruned(shaped.model());
    Result stored = stored(pruned.model(), model.architecture().forms());
    List<Change> changes = new ArrayList<>(shaped.changes());
    changes.addAll(pruned.changes());
    changes.addAll(stored.changes());
    return new Result(stored.model(), changes);
  }

  /** Converts attention, removes units, then factorises what is left. */
  public Result reshaped(ModelFile model) {
    return reshaped(model, null);
  }

  /**
   * The same with factors that are best for what a calibration saw. Attention has to be converted
   * and units removed before it looks.
   *
   * @param calibration of this model, or null
   */
  public Result reshaped(ModelFile model, Calibration calibration) {
    if (calibration != null && (linformer != null || units != null)) {
      throw new IllegalArgumentException("convert attention and remove units, then calibrate");
    }
    List<Change> changes = new ArrayList<>();
    ModelFile shaped = reshapes() ? floats(model) : model;
    if (linformer != null) {
      shaped = LinformerConversion.convert(shaped, linformer);
      String detail = linformer.rows() + " rows of " + model.architecture().maxLength();
      changes.add(new Change("encoder", Change.Kind.PROJECTED, detail, 0));
    }
    if (units != null) {
      Result narrow = units.apply(shaped);
      shaped = narrow.model();
      changes.addAll(narrow.changes());
    }
    if (rank != null || tableRank != null) {
      Result low = new LowRank(this, calibration).apply(shaped);
      shaped = low.model();
      changes.addAll(low.changes());
    }
    return new Result(shaped, changes);
  }

  /**
   * Zeroes single elements of the weights that have two or more axes. Projections that the same
   * plan brought are left: they have learned nothing yet that a magnitude could tell of.
   */
  public Result pruned(ModelFile given) {
    if (!prunes()) {
      return new Result(given, List.of());
    }
    ModelFile model = floats(given);
    Map<String, float[]> values = new LinkedHashMap<>();
    List<Change> changes = new ArrayList<>();
    Set<String> fresh =
        linformer == null ? Set.of() : LinformerConversion.projections(model.architecture());
    Graph graph = graph(model.architecture());
    Set<String> tables = LowRank.tables(graph);
    for (Value parameter : graph.parameters().values()) {
      String path = parameter.path();
      float[] weight = model.weights().get(path);
      Pruning rule = tables.contains(path) ? tablePrune : prune;
      boolean stays = rule == null || parameter.shape().rank() < 2 || fresh.contains(path);
      float[] left = stays ? weight : rule.of(weight);
      values.put(path, left);
      if (left != weight) {
        double zeros = Pruning.zeros(left);
        String detail = String.format(Locale.ROOT, "%.1f %% zero", 100 * zeros);
        changes.add(new Change(path, Change.Kind.PRUNED, detail, Errors.relative(weight, left)));
      }
    }
    return new Result(with(model, model.architecture(), values), changes);
  }

  /**
   * Stores weights in fewer bits; the values are then those that a reader gets back.
   *
   * @param before forms of the model before it was reshaped or pruned, which count where the plan
   *     says nothing; what they bring back is no change
   */
  public Result stored(ModelFile model, WeightForms before) {
    if (stored == null) {
      Architecture again = storing(model.architecture(), before);
      boolean same = again.equals(model.architecture());
      return new Result(same ? model : encoded(model.with(again, model.weights())), List.of());
    }
    ModelFile coded = encoded(model.with(storing(model.architecture(), stored), model.weights()));
    List<Change> changes = new ArrayList<>();
    WeightForms forms = coded.architecture().forms();
    for (String path : coded.weights().paths()) {
      if (coded.weights().coded(path) != null) {
        double error = Errors.relative(model.weights().get(path), coded.weights().get(path));
        String how = forms.stored(path).name().toLowerCase(Locale.ROOT);
        changes.add(new Change(path, Change.Kind.QUANTISED, how, error));
      }
    }
    return new Result(coded, changes);
  }

  /** The same for a model that is still stored as it was before. */
  public Result stored(ModelFile model) {
    return stored(model, model.architecture().forms());
  }

  /** The model with codes for all weights whose forms want them, each found anew. */
  public static ModelFile encoded(ModelFile model) {
    Map<String, float[]> floats = new LinkedHashMap<>();
    Map<String, Coded> coded = new LinkedHashMap<>();
    for (Value parameter : graph(model.architecture()).parameters().values()) {
      String path = parameter.path();
      WeightForms.Stored how = model.architecture().forms().stored(path);
      float[] weight = model.weights().get(path);
      switch (how) {
        case F32, F16 -> floats.put(path, weight);
        case INT8 -> coded.put(path, Int8.of(weight, WeightForms.Stored.rows(parameter.shape())));
        case KMEANS8 -> coded.put(path, Codebook.of(weight, 8));
        case KMEANS4 -> coded.put(path, Codebook.of(weight, 4));
      }
    }
    return model.with(model.architecture(), Weights.of(floats, coded));
  }

  /** The architecture with its weights stored this way where that is less than 16-bit floats. */
  public static Architecture storing(Architecture architecture, WeightForms.Stored stored) {
    WeightForms forms = architecture.forms();
    Map<String, WeightForms.Stored> all = new LinkedHashMap<>();
    for (Value parameter : graph(architecture).parameters().values()) {
      Shape shape = parameter.shape();
      if (shape.rank() > 1 && pays(stored, shape)) {
        all.put(parameter.path(), stored);
      }
    }
    return architecture.with(new WeightForms(forms.ranks(), forms.widths(), all));
  }

  /**
   * The architecture with its weights stored as the plan says, or where it says nothing as they
   * were.
   *
   * @param before the forms that they had
   */
  public Architecture storing(Architecture architecture, WeightForms before) {
    return stored == null ? inheriting(architecture, before) : storing(architecture, stored);
  }

  /**
   * The architecture with each weight stored as it was, factors as their weight and a weight as its
   * factors, where that is less than 16-bit floats.
   */
  private static Architecture inheriting(Architecture architecture, WeightForms before) {
    Map<String, WeightForms.Stored> known = new HashMap<>();
    before
        .stored()
        .forEach(
            (path, how) -> {
              known.put(WeightForms.first(path), how);
              known.put(WeightForms.second(path), how);
            });
    for (String path : before.ranks().keySet()) {
      WeightForms.Stored first = before.stored(WeightForms.first(path));
      boolean floats = first == WeightForms.Stored.F32;
      known.put(path, floats ? before.stored(WeightForms.second(path)) : first);
    }
    known.putAll(before.stored());
    Map<String, WeightForms.Stored> all = new LinkedHashMap<>();
    for (Value parameter : graph(architecture).parameters().values()) {
      WeightForms.Stored how = known.get(parameter.path());
      Shape shape = parameter.shape();
      if (how != null && (how == WeightForms.Stored.F16 || pays(how, shape))) {
        all.put(parameter.path(), how);
      }
    }
    WeightForms forms = architecture.forms();
    return architecture.with(new WeightForms(forms.ranks(), forms.widths(), all));
  }

  private static boolean pays(WeightForms.Stored how, Shape shape) {
    return how.bytes(shape) < WeightForms.Stored.F16.bytes(shape);
  }

  /**
   * The architecture as this plan would have it before it is trained: factors then start at random.
   *
   * @throws IllegalArgumentException for what needs trained weights: a rank by energy, pruning,
   *     conversion
   */
  public Architecture designed(Architecture architecture) {
    if (linformer != null || units != null || prunes()) {
      throw new IllegalArgumentException("only trained weights can be pruned or converted");
    }
    Architecture low =
        rank == null && tableRank == null
            ? architecture
            : architecture.with(LowRank.byDesign(this, architecture));
    return storing(low, architecture.forms());
  }

  /** What {@link #designed} does to each weight that the plan means. */
  public List<Change> designing(Architecture architecture) {
    return rank == null && tableRank == null
        ? List.of()
        : LowRank.changesByDesign(this, architecture);
  }

  /**
   * Options of this plan that found nothing to change, as a user writes them.
   *
   * @param changes that the plan came to
   * @param changed architecture of the model that came of it
   */
  public List<String> idle(List<Change> changes, Architecture changed) {
    Set<String> tables = LowRank.tables(graph(changed));
    Map<Boolean, Set<Change.Kind>> found = new HashMap<>();
    for (Change change : changes) {
      String path = change.path();
      boolean table = tables.contains(path) || tables.contains(WeightForms.second(path));
      found.computeIfAbsent(table, which -> EnumSet.noneOf(Change.Kind.class)).add(change.kind());
    }
    Set<Change.Kind> ofTables = found.getOrDefault(true, Set.of());
    Set<Change.Kind> ofLayers = found.getOrDefault(false, Set.of());
    List<String> idle = new ArrayList<>();
    if (units != null && !ofLayers.contains(Change.Kind.NARROWED)) {
      idle.add("--structured " + units.text());
    }
    if (rank != null && !ofLayers.contains(Change.Kind.FACTORISED)) {
      idle.add("--rank " + rank.text());
    }
    if (tableRank != null && !ofTables.contains(Change.Kind.FACTORISED)) {
      idle.add("--embedding-rank " + tableRank.text());
    }
    if (prune != null && !ofLayers.contains(Change.Kind.PRUNED)) {
      idle.add("--prune " + prune.text());
    }
    boolean asLayers = Objects.equals(prune, tablePrune);
    if (tablePrune != null && !asLayers && !ofTables.contains(Change.Kind.PRUNED)) {
      idle.add("--embedding-prune " + tablePrune.text());
    }
    return idle;
  }

  /**
   * As a user writes it, {@code --rank 0.5 --quantize int8}; empty for nothing. How factors are
   * found is said where it is not the usual way.
   */
  public String options() {
    StringJoiner options = new StringJoiner(" ");
    if (linformer != null) {
      options.add("--linformer " + linformer.text());
    }
    if (units != null) {
      options.add("--structured " + units.text());
    }
    if (rank != null) {
      options.add("--rank " + rank.text());
    }
    if (tableRank != null) {
      options.add("--embedding-rank " + tableRank.text());
    }
    if ((rank != null || tableRank != null) && solver != Solver.SVD) {
      options.add("--solver " + solver.name().toLowerCase(Locale.ROOT));
    }
    if (rank != null && outputs) {
      options.add("--outputs");
    }
    if (prune != null) {
      options.add("--prune " + prune.text());
    }
    if (!Objects.equals(prune, tablePrune)) {
      options.add("--embedding-prune " + (tablePrune == null ? "0" : tablePrune.text()));
    }
    if (stored != null) {
      options.add("--quantize " + stored.name().toLowerCase(Locale.ROOT));
    }
    return options.toString();
  }

  /** The model with all values as floats, which is what can be changed. */
  private static ModelFile floats(ModelFile model) {
    WeightForms forms = model.architecture().forms();
    if (forms.stored().isEmpty()) {
      return model;
    }
    Map<String, float[]> values = new LinkedHashMap<>();
    model.weights().paths().forEach(path -> values.put(path, model.weights().floats(path)));
    return with(model, model.architecture().with(forms.unstored()), values);
  }

  static ModelFile with(ModelFile model, Architecture architecture, Map<String, float[]> values) {
    return model.with(architecture, Weights.of(values));
  }

  /** A trace that declares every parameter. */
  static Graph graph(Architecture architecture) {
    return architecture.whole();
  }
}
