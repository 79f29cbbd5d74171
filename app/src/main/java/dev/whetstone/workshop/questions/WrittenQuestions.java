package dev.whetstone.workshop.questions;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Sha256;
import dev.whetstone.questions.WrittenQuestion;
import dev.whetstone.store.Artifact;
import dev.whetstone.store.Json;
import dev.whetstone.store.Provenance;
import dev.whetstone.store.WholeFile;
import dev.whetstone.workspace.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// What a language model wrote for a workspace: the artifact `written/`.
///
/// @param questions all of them, with what the checks found
/// @param forReview ids of those that wait for a person, or waited: their documents train on no
///   written question
/// @param passages ids of all passages that there were
public record WrittenQuestions(
    List<WrittenQuestion> questions, Set<String> forReview, List<String> passages) {
  public static final WrittenQuestions NONE = new WrittenQuestions(List.of(), Set.of(), List.of());

  private static final String QUESTIONS = "questions.jsonl";
  private static final String ABOUT = "about.json";

  /// Below this share of known passages, questions are written anew.
  private static final double NEAR = .9;

  /// `about.json`.
  private record About(Set<String> forReview, List<String> passages) {
    About {
      forReview = new TreeSet<>(forReview);
    }
  }

  public WrittenQuestions {
    questions = List.copyOf(questions);
    forReview = Set.copyOf(forReview);
    passages = List.copyOf(passages);
  }

  /// Those of a workspace; [#NONE] where none were written.
  ///
  /// @throws Failure.CorruptArtifact naming the file that is damaged
  public static WrittenQuestions read(Workspace workspace) {
    return Artifact.exists(workspace.written()) ? read(workspace.written()) : NONE;
  }

  private static WrittenQuestions read(Path folder) {
    Artifact artifact = Artifact.open(folder);
    About about = Json.read(artifact.file(ABOUT), About.class);
    Path file = artifact.file(QUESTIONS);
    var questions = new ArrayList<WrittenQuestion>();
    try {
      for (String line : Files.readAllLines(file)) {
        questions.add(Json.MAPPER.readValue(line, WrittenQuestion.class));
      }
    } catch (JsonProcessingException e) {
      throw new Failure.CorruptArtifact(
          file
              + " cannot be read: another version of the program wrote it. Delete the folder to"
              + " have the questions written anew",
          e);
    } catch (IOException e) {
      throw new Failure.Unavailable("cannot read " + file + ": " + e.getMessage(), e);
    }
    return new WrittenQuestions(questions, about.forReview(), about.passages());
  }

  /// Keeps them, in place of those that were there.
  ///
  /// @param settings what they were written with, for the artifact's provenance
  public void write(Workspace workspace, Map<String, String> settings) {
    write(
        workspace,
        new Provenance(
            "written questions", 1, Map.of(), settings, workspace.settings().train().seed()));
  }

  private void write(Workspace workspace, Provenance provenance) {
    Artifact.create(
        workspace.written(),
        provenance,
        folder -> {
          WholeFile.write(
              folder.resolve(QUESTIONS),
              questions.stream().map(q -> Json.line(q) + "\n").collect(Collectors.joining()));
          WholeFile.write(folder.resolve(ABOUT), Json.pretty(new About(forReview, passages)));
        });
  }

  /// Removes questions from those of a workspace; ids that none has are fine.
  static void remove(Workspace workspace, Set<String> ids) {
    WrittenQuestions before = read(workspace);
    WrittenQuestions others = before.without(ids);
    if (others.questions().size() < before.questions().size()) {
      others.write(workspace, Artifact.provenance(workspace.written()));
    }
  }

  private WrittenQuestions without(Set<String> ids) {
    return new WrittenQuestions(
        questions.stream().filter(question -> !ids.contains(question.id())).toList(),
        forReview.stream().filter(id -> !ids.contains(id)).collect(Collectors.toSet()),
        passages);
  }

  public boolean empty() {
    return questions.isEmpty();
  }

  /// Whether most of `now` was there when they were written.
  public boolean near(List<Passage> now) {
    var seen = new HashSet<>(passages);
    long known = now.stream().filter(passage -> seen.contains(passage.id())).count();
    return known >= NEAR * now.size();
  }

  /// A hash of ids: the questions and what they are about.
  static String hash(List<WrittenQuestion> questions) {
    return Sha256.id(questions.stream().map(WrittenQuestion::id).sorted().toArray(String[]::new));
  }
}
