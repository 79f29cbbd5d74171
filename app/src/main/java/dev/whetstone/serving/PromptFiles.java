package dev.whetstone.serving;

import dev.whetstone.answer.PromptTemplate;
import dev.whetstone.answer.Prompts;
import dev.whetstone.core.Failure;
import dev.whetstone.workspace.Workspace;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The prompts that stand in a workspace as files: `prompts/APP.LANGUAGE.txt`, as
/// `prompts/handbook.en.txt`; `default` for every app, `any` for every language.
public final class PromptFiles {
  private static final Pattern NAME = Pattern.compile("(.+\\.(?:[a-z]{2,3}|any))\\.txt");
  private static final long LARGEST = 100_000; // bytes: many times what a prompt needs

  private PromptFiles() {}

  /// All of them; the built-in prompt where there are none.
  ///
  /// @throws Failure.BadInput naming the file, if one cannot be read or is no prompt
  public static Prompts read(Workspace workspace) {
    Path folder = workspace.prompts();
    if (!Files.isDirectory(folder)) {
      return Prompts.STANDARD;
    }
    Map<String, PromptTemplate> templates = new HashMap<>();
    for (Path file : files(folder)) {
      String name = String.valueOf(file.getFileName());
      var match = NAME.matcher(name);
      if (!match.matches()) {
        throw new Failure.BadInput(
            file
                + ": a prompt's file is named APP.LANGUAGE.txt, as default.en.txt or "
                + workspace.name()
                + ".any.txt");
      }
      templates.put(match.group(1), PromptTemplate.parse(file.toString(), text(file)));
    }
    return new Prompts(templates, Prompts.DEFAULT);
  }

  private static List<Path> files(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> !String.valueOf(file.getFileName()).startsWith("."))
          .filter(Files::isRegularFile)
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new Failure.BadInput("cannot read " + folder + ": " + e.getMessage(), e);
    }
  }

  private static String text(Path file) {
    try {
      if (Files.size(file) > LARGEST) {
        throw new Failure.BadInput(
            "%s has more than the %,d bytes allowed for a prompt".formatted(file, LARGEST));
      }
      return Files.readString(file);
    } catch (CharacterCodingException e) {
      throw new Failure.BadInput(file + " is not UTF-8: save it with that encoding", e);
    } catch (IOException e) {
      throw new Failure.BadInput("cannot read " + file + ": " + e.getMessage(), e);
    }
  }
}
