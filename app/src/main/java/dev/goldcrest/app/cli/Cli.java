package dev.goldcrest.app.cli;

import dev.goldcrest.app.compress.CompressVerb;
import dev.goldcrest.app.distill.DistillVerb;
import dev.goldcrest.app.reproduce.ReproduceVerb;
import dev.goldcrest.app.train.DemoVerb;
import dev.goldcrest.app.train.TrainVerb;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

/**
 * The command line as a whole: which verbs there are, and what happens when one of them fails. A
 * user's mistake ends in one sentence; a trace is shown only when {@code GOLDCREST_DEBUG=1}.
 */
public final class Cli {
  private final Terminal terminal;

  private Cli(Terminal terminal) {
    this.terminal = terminal;
  }

  /** Every verb, in the order of the help text. A new verb is one line here. */
  private static List<Verb> verbs(Terminal terminal) {
    return List.of(
        new DemoVerb(terminal),
        new TrainVerb(terminal),
        new EvaluateVerb(terminal),
        new PredictVerb(terminal),
        new GenerateVerb(terminal),
        new DistillVerb(terminal),
        new ImportVerb(terminal),
        new CompressVerb(terminal),
        new CostVerb(terminal),
        new InspectVerb(terminal),
        new ReproduceVerb(terminal),
        new DoctorVerb(terminal));
  }

  /** Runs one command line; returns one of {@link ExitCodes}. Never throws, never exits. */
  public static int run(Terminal terminal, String... args) {
    return run(terminal, verbs(terminal), args);
  }

  static int run(Terminal terminal, List<Verb> verbs, String... args) {
    Cli cli = new Cli(terminal);
    try {
      int exitCode = cli.commandLine(verbs).execute(args);
      IOException lost = terminal.lostResults();
      if (lost != null && exitCode == ExitCodes.OK) {
        terminal.say("goldcrest: standard output cannot be written: " + lost.getMessage());
        return ExitCodes.FAILED;
      }
      return exitCode;
    } catch (Throwable thrown) {
      // Errors pass picocli by: no memory, no stack, no class.
      return cli.fail(Failures.sentence(thrown), ExitCodes.FAILED, thrown, args);
    }
  }

  private CommandLine commandLine(List<Verb> verbs) {
    CommandLine root = new CommandLine(new Root());
    for (Verb verb : verbs) {
      root.addSubcommand(verb);
    }
    root.setOut(new PrintWriter(terminal.out(), true));
    root.setErr(new PrintWriter(terminal.err(), true));
    root.setExpandAtFiles(false);
    root.setPosixClusteredShortOptionsAllowed(false);
    root.setCaseInsensitiveEnumValuesAllowed(true);
    root.setUsageHelpWidth(100);
    root.setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF));
    for (CommandLine verb : root.getSubcommands().values()) {
      verb.getCommandSpec().usageMessage().showDefaultValues(true).sortOptions(false);
    }
    root.setExecutionStrategy(this::execute);
    root.setParameterExceptionHandler(this::misused);
    root.setExecutionExceptionHandler(
        (e, verb, parsed) ->
            fail(
                Failures.sentence(e),
                Failures.exitCode(e),
                e,
                parsed.originalArgs().toArray(new String[0])));
    return root;
  }

  /** A verb with nothing lists its options with defaults, unless it can do without. */
  private int execute(ParseResult parsed) {
    ParseResult called = parsed.hasSubcommand() ? parsed.subcommand() : parsed;
    CommandSpec spec = called.commandSpec();
    boolean bare = parsed.originalArgs().size() <= 1 || !parsed.hasSubcommand();
    boolean runs = spec.userObject() instanceof Verb verb && verb.runsBare();
    Integer helped = CommandLine.executeHelpRequest(parsed);
    if (helped != null) {
      return helped;
    }
    if (bare && !runs) {
      spec.commandLine().usage(spec.commandLine().getOut());
      return ExitCodes.OK;
    }
    return new CommandLine.RunLast().execute(parsed);
  }

  private int misused(CommandLine.ParameterException e, String[] args) {
    CommandLine verb = e.getCommandLine();
    if (args.length == 1 && verb.getParent() != null && verb.getUnmatchedArguments().isEmpty()) {
      verb.usage(verb.getOut());
      return ExitCodes.OK;
    }
    return fail(UsageErrors.sentence(e), ExitCodes.USAGE, e, args);
  }

  private int fail(String sentence, int exitCode, Throwable cause, String... args) {
    terminal.say("goldcrest: " + sentence);
    if (terminal.debug()) {
      cause.printStackTrace(terminal.err());
    }
    if (List.of(args).contains("--json")) {
      Map<String, Object> object = new LinkedHashMap<>();
      object.put("error", sentence);
      object.put("exitCode", exitCode);
      terminal.out().println(Json.line(object));
    }
    terminal.out().flush();
    terminal.err().flush();
    return exitCode;
  }

  /** The version this was built as. */
  public static String version() {
    Properties properties = new Properties();
    try (InputStream in = Cli.class.getResourceAsStream("/dev/goldcrest/app/version.properties")) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties.getProperty("version");
  }

  @Command(
      name = "goldcrest",
      description = "Trains, shrinks and ships transformers that fit on a device.",
      synopsisSubcommandLabel = "<verb>",
      commandListHeading = "%nVerbs:%n",
      footer = {"", "A verb with nothing after it lists its options with their defaults."},
      versionProvider = Version.class)
  private static final class Root {
    @Option(
        names = {"-h", "--help"},
        usageHelp = true,
        description = "show this text")
    private boolean help;

    @Option(
        names = {"-V", "--version"},
        versionHelp = true,
        description = "show the version")
    private boolean version;
  }

  private static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"goldcrest " + version()};
    }
  }
}
