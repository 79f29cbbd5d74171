package dev.whetstone.workshop.train;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Passage;
import dev.whetstone.pairs.Copies;
import dev.whetstone.pairs.DocumentNames;
import dev.whetstone.pairs.EqualPassages;
import dev.whetstone.pairs.Place;
import dev.whetstone.pairs.Question;
import dev.whetstone.pairs.QuestionSplitUnits;
import dev.whetstone.store.Artifact;
import dev.whetstone.store.Json;
import dev.whetstone.workspace.Manifest;
import dev.whetstone.workspace.QuestionLog;
import dev.whetstone.workspace.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What a model has seen: `trained-on.json` beside its pairs, `pairs/NAME/VERSION/`.
///
/// @param labelDocuments whose questions, asked or written, trained it or chose its settings: none
///   of them may prove it. Documents, or sections as [dev.whetstone.pairs.QuestionSplitUnits] names
///   them
/// @param labelTexts the [dev.whetstone.pairs.EqualPassages#key] of each passage that answers one
///   of those questions; empty where an older program wrote this
/// @param documents all whose text it was trained on
/// @param passages ids of all passages it could have seen
public record TrainedOn(
    List<String> labelDocuments,
    List<String> labelTexts,
    List<String> documents,
    List<String> passages) {
  public static final String FILE = "trained-on.json";

  /// Below this share of known passages a model is trained anew.
  private static final double NEAR = .9;

  @JsonCreator
  static TrainedOn read(
      @JsonProperty("labelDocuments") List<String> labelDocuments,
      @JsonProperty("labelTexts") @Nullable List<String> labelTexts,
      @JsonProperty("documents") List<String> documents,
      @JsonProperty("passages") List<String> passages) {
    return new TrainedOn(
        labelDocuments, labelTexts == null ? List.of() : labelTexts, documents, passages);
  }

  public TrainedOn {
    labelDocuments = List.copyOf(labelDocuments);
    labelTexts = List.copyOf(labelTexts);
    documents = List.copyOf(documents);
    passages = List.copyOf(passages);
  }

  /// Of what learnt from questions, or had its settings chosen on them.
  ///
  /// @param judged the questions for training and for choosing of the log, as found in the passages
  /// @param passages all that it could have seen
  static TrainedOn of(
      QuestionLog questions,
      List<JudgedQuestions> judged,
      WrittenData written,
      List<Passage> passages) {
    var log = new ArrayList<Question>(questions.train());
    log.addAll(questions.dev());
    var units = new TreeSet<>(questions.answered().names(log));
    units.addAll(written.units());
    var answering = new TreeSet<>(written.passages());
    judged.forEach(
        some -> some.qrels().gains().values().forEach(gains -> answering.addAll(gains.keySet())));
    return new TrainedOn(
        List.copyOf(units),
        List.copyOf(
            passages.stream()
                .filter(passage -> answering.contains(passage.id()))
                .map(EqualPassages::key)
                .collect(Collectors.toCollection(TreeSet::new))),
        List.copyOf(
            passages.stream()
                .map(Passage::document)
                .collect(Collectors.toCollection(TreeSet::new))),
        passages.stream().map(Passage::id).toList());
  }

  /// Of what learnt from no question.
  static TrainedOn ofNoQuestions(List<Passage> passages) {
    return new TrainedOn(
        List.of(), List.of(), List.of(), passages.stream().map(Passage::id).toList());
  }

  /// The name by which [#of(Workspace, String)] knows a version of the workspace's reranker.
  public static String reranker(String version) {
    return "reranker-" + version;
  }

  /// Where the pairs of a version of the workspace's model stand, or are to be written.
  public static Path folder(Workspace workspace, String version) {
    return folder(workspace, workspace.name(), version);
  }

  private static Path folder(Workspace workspace, String name, String version) {
    return workspace.pairs().resolve(name).resolve(version);
  }

  /// Of one version; empty where it is not known.
  public static Optional<TrainedOn> of(Workspace workspace, String version) {
    Path folder = folder(workspace, version);
    if (!Artifact.exists(folder)) {
      folder = workspace.pairs().resolve(version);
      if (!Artifact.exists(folder) || !alone(workspace, version)) {
        return Optional.empty();
      }
    }
    return Optional.of(Json.read(Artifact.open(folder).file(FILE), TrainedOn.class));
  }

  /// An older program wrote `pairs/VERSION/` without the model's name, and wrote over that of
  /// another name: it says whose it is where one model alone can have it.
  private static boolean alone(Workspace workspace, String version) {
    Path models = workspace.models();
    if (!Files.isDirectory(models)) {
      return true;
    }
    try (Stream<Path> names = Files.list(models)) {
      return names
          .filter(model -> Files.isDirectory(model.resolve(version)))
          .map(model -> String.valueOf(model.getFileName()))
          .filter(name -> !Artifact.exists(folder(workspace, name, version)))
          .allMatch(workspace.name()::equals);
    } catch (IOException e) {
      throw new Failure.Unavailable("cannot read " + models + ": " + e.getMessage(), e);
    }
  }

  /// Whose questions trained it, by the ids they have now: an older program noted them by the names
  /// that the questions called them.
  List<String> labelDocuments(Manifest staged) {
    if (labelDocuments.isEmpty()) {
      return List.of();
    }
    var names = new DocumentNames(staged.documents().stream().map(Manifest.Entry::path).toList());
    var places = labelDocuments.stream().map(name -> new Place(name, null, 0)).toList();
    return names.resolve(new Question("seen", "seen", places)).places().stream()
        .map(Place::document)
        .toList();
  }

  /// The questions that are not new to the model: they are about a document or section whose
  /// questions trained it, about a copy of such a document, or are answered by a passage with the
  /// text of one that it learnt from.
  ///
  /// @param passages of all documents
  List<Question> asked(List<Question> questions, List<Passage> passages, Manifest staged) {
    var seen = new HashSet<>(labelDocuments(staged));
    var texts = new HashSet<>(labelTexts);
    var concerned = new HashSet<>(seen);
    questions.forEach(q -> q.places().forEach(place -> concerned.add(place.document())));
    var copies =
        Copies.among(passages.stream().filter(p -> concerned.contains(p.document())).toList());
    var originals = seen.stream().map(copies::original).collect(Collectors.toSet());
    var byId = new HashMap<String, Passage>();
    passages.forEach(passage -> byId.put(passage.id(), passage));
    var answers = JudgedQuestions.of(questions, passages).qrels();
    return questions.stream()
        .filter(
            question ->
                question.places().stream()
                        .anyMatch(place -> originals.contains(copies.original(place.document())))
                    || answers.of(question.id()).keySet().stream()
                        .map(byId::get)
                        .filter(Objects::nonNull)
                        .anyMatch(
                            passage ->
                                texts.contains(EqualPassages.key(passage))
                                    || !Collections.disjoint(
                                        QuestionSplitUnits.sections(passage), seen)))
        .toList();
  }

  /// The questions that are new to the model.
  ///
  /// @param passages of all documents
  public List<Question> unseen(List<Question> questions, List<Passage> passages, Manifest staged) {
    Set<Question> asked = Set.copyOf(asked(questions, passages, staged));
    return questions.stream().filter(question -> !asked.contains(question)).toList();
  }

  /// Whether most of `now` was there when the model was trained.
  public boolean near(List<Passage> now) {
    Set<String> seen = new HashSet<>(passages);
    long known = now.stream().filter(passage -> seen.contains(passage.id())).count();
    return known >= NEAR * now.size();
  }
}
