package dev.whetstone.workspace;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.whetstone.core.Failure;
import dev.whetstone.store.CacheLock;
import dev.whetstone.store.Json;
import dev.whetstone.store.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/// The questions that servers of a workspace keep for review: one file, a line a question, that
/// only its owner reads. Each change writes it whole and takes turns with those of other processes,
/// so a question that a person has forgotten does not come back with the next one. Reading waits
/// for nothing, and finds no question whose time is over; the next change removes those.
public final class AskedQuestions {
  /// What is worth most for a review, first.
  private static final Comparator<AskedQuestion> WORTH =
      Comparator.comparing((AskedQuestion asked) -> asked.asking().outcome())
          .thenComparing(asked -> asked.days().last(), Comparator.reverseOrder())
          .thenComparing(AskedQuestion::id);

  private final Path file;
  private final InstantSource clock;

  public AskedQuestions(Workspace workspace, InstantSource clock) {
    this.file = workspace.asked();
    this.clock = clock;
  }

  /// All that are kept, in the order that they were first asked in.
  ///
  /// @throws Failure.CorruptArtifact if the file is damaged
  public List<AskedQuestion> read() {
    LocalDate today = today();
    return lines().stream().filter(asked -> !asked.expired(today)).toList();
  }

  private List<AskedQuestion> lines() {
    var questions = new ArrayList<AskedQuestion>();
    try {
      for (String line : Files.readAllLines(file)) {
        questions.add(Json.MAPPER.readValue(line, AskedQuestion.class));
      }
    } catch (NoSuchFileException _) {
      return List.of();
    } catch (JsonProcessingException _) { // whose words quote what was asked
      throw new Failure.CorruptArtifact(
          file + " is damaged. Delete it: the questions that the server kept are then forgotten");
    } catch (IOException e) {
      throw new Failure.Unavailable("cannot read " + file + ": " + e.getMessage(), e);
    }
    return questions;
  }

  /// Adds questions.
  ///
  /// @param most that are kept, from 1; beyond it the answered ones go first, and of these the ones
  ///   asked longest ago
  public void add(Collection<AskedQuestion> asked, int most) {
    change(
        before -> {
          Map<String, AskedQuestion> all = new LinkedHashMap<>();
          before.forEach(one -> all.put(one.id(), one));
          asked.forEach(one -> all.merge(one.id(), one, AskedQuestion::and));
          Set<String> kept =
              all.values().stream()
                  .sorted(WORTH)
                  .limit(most)
                  .map(AskedQuestion::id)
                  .collect(Collectors.toSet());
          return all.values().stream().filter(one -> kept.contains(one.id())).toList();
        });
  }

  /// Forgets questions, and those whose time is over.
  ///
  /// @return how many of the others
  public int forget(Predicate<AskedQuestion> which) {
    var forgotten = new int[1];
    change(
        before -> {
          List<AskedQuestion> others = before.stream().filter(which.negate()).toList();
          forgotten[0] = before.size() - others.size();
          return others;
        });
    return forgotten[0];
  }

  private void change(UnaryOperator<List<AskedQuestion>> change) {
    if (!Files.exists(file) && change.apply(List.of()).isEmpty()) {
      return;
    }
    LocalDate today = today();
    try (var _ = CacheLock.hold(file.resolveSibling("lock"))) {
      List<AskedQuestion> before = lines();
      List<AskedQuestion> after =
          change.apply(before.stream().filter(asked -> !asked.expired(today)).toList());
      if (after.isEmpty()) {
        WholeFile.delete(file);
      } else if (!after.equals(before)) {
        var lines = new StringBuilder();
        after.forEach(one -> lines.append(Json.line(one)).append('\n'));
        WholeFile.writePrivate(file, lines.toString());
      }
    }
  }

  private LocalDate today() {
    return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
  }
}
