package dev.goldcrest.app.cli;

import dev.goldcrest.core.models.Nearest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;

/** Turns what the parser found wrong into one sentence that helps. */
final class UsageErrors {
  private UsageErrors() {}

  static String sentence(ParameterException e) {
    // A misspelt option often shows as a missing one too; the spelling is what helps.
    List<String> unmatched = e.getCommandLine().getUnmatchedArguments();
    if (!unmatched.isEmpty()) {
      return unknown(e.getCommandLine(), unmatched.get(0));
    }
    String where = verb(e.getCommandLine());
    if (e instanceof OverwrittenOptionException overwritten) {
      return where + name(overwritten.getOverwritten()) + " is given more than once";
    }
    if (e instanceof MissingParameterException missing) {
      return where + missing(missing);
    }
    if (e.getArgSpec() != null && e.getValue() != null) {
      return where
          + String.format(
              "%s: '%s' is not %s", name(e.getArgSpec()), e.getValue(), expected(e.getArgSpec()));
    }
    String text = e.getMessage().replaceAll("\\s+", " ").trim();
    return where + text.substring(0, 1).toLowerCase(Locale.ROOT) + text.substring(1);
  }

  private static String unknown(CommandLine command, String given) {
    boolean option = given.startsWith("-") && given.length() > 1;
    String word = option && given.contains("=") ? given.substring(0, given.indexOf('=')) : given;
    boolean verb = !option && command.getParent() == null;
    String kind = option ? "unknown option " : verb ? "unknown verb " : "unexpected argument ";
    String near =
        Nearest.of(word, option ? optionNames(command) : verb ? verbNames(command) : List.of());
    if (near != null) {
      return verb(command) + kind + word + ", did you mean " + near + "?";
    }
    return verb(command) + kind + word + "; " + help(command) + " lists what there is";
  }

  private static String missing(MissingParameterException e) {
    List<String> names = new ArrayList<>();
    for (ArgSpec missing : e.getMissing()) {
      names.add(name(missing));
    }
    if (names.isEmpty() && e.getArgSpec() != null) {
      names.add(name(e.getArgSpec()));
    }
    boolean given = e.getMessage().startsWith("Expected parameter");
    String list = String.join(", ", names);
    String remedy = "; " + help(e.getCommandLine()) + " lists the options";
    return given || e.getMessage().contains("required parameter for option")
        ? list + " needs a value" + remedy
        : list + (names.size() == 1 ? " is missing" : " are missing") + remedy;
  }

  private static String expected(ArgSpec argument) {
    if (argument.type() == Map.class) {
      return "of the form name=value";
    }
    Class<?> type = argument.isMultiValue() ? argument.auxiliaryTypes()[0] : argument.type();
    if (type.isEnum()) {
      return "one of "
          + Arrays.stream(type.getEnumConstants())
              .map(constant -> constant.toString().toLowerCase(Locale.ROOT))
              .collect(Collectors.joining(", "));
    }
    return switch (type.getSimpleName()) {
      case "int", "Integer", "long", "Long" -> "a whole number";
      case "float", "Float", "double", "Double" -> "a number";
      case "boolean", "Boolean" -> "true or false";
      default -> "a " + type.getSimpleName().toLowerCase(Locale.ROOT);
    };
  }

  private static String name(ArgSpec argument) {
    return argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel();
  }

  private static String verb(CommandLine command) {
    return command.getParent() == null ? "" : command.getCommandName() + ": ";
  }

  /** What to type for the list of options; a verb that runs without any would start to work. */
  private static String help(CommandLine command) {
    String call = "./" + command.getCommandSpec().qualifiedName();
    boolean runs = command.getCommand() instanceof Verb verb && verb.runsBare();
    return runs ? "`" + call + " --help`" : "`" + call + "` alone";
  }

  private static List<String> optionNames(CommandLine command) {
    CommandSpec spec = command.getCommandSpec();
    return spec.options().stream().flatMap(option -> Arrays.stream(option.names())).toList();
  }

  private static List<String> verbNames(CommandLine command) {
    return List.copyOf(command.getSubcommands().keySet());
  }
}
