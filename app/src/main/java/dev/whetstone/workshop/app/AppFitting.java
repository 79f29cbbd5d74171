package dev.whetstone.workshop.app;

import dev.whetstone.answer.AbstentionExamples;
import dev.whetstone.answer.AbstentionFit;
import dev.whetstone.answer.DefaultAbstention;
import dev.whetstone.catalog.App;
import dev.whetstone.catalog.Catalog;
import dev.whetstone.catalog.Retriever;
import dev.whetstone.core.Abstention;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Progress;
import dev.whetstone.core.RetrievalPlan;
import dev.whetstone.core.RetrievalPlan.Reranker;
import dev.whetstone.core.SpaceId;
import dev.whetstone.pairs.Copies;
import dev.whetstone.pairs.Place;
import dev.whetstone.pairs.Question;
import dev.whetstone.store.Artifact;
import dev.whetstone.workshop.prove.Proof;
import dev.whetstone.workspace.IndexPlace;
import dev.whetstone.workspace.ModelShelf;
import dev.whetstone.workspace.QuestionLog;
import dev.whetstone.workspace.RerankerShelf;
import dev.whetstone.workspace.Settings;
import dev.whetstone.workspace.Workspace;
import dev.whetstone.workspace.WorkspaceApp;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Makes the workspace's own app, of the workspace's name, and fits how it answers: the weight of
/// the arms to the proof, the reranker that serves with the depth and weight of its own, and the
/// threshold below which it declines to the question log. The threshold is fitted on what the app
/// finds with all of that.
public final class AppFitting {
  /// Raised whenever the same inputs give another app.
  public static final int VERSION = 9;

  /// The app as it was fitted.
  ///
  /// @param threshold of support, below which it declines
  /// @param origin what the threshold was fitted on
  /// @param reranker that its plan names; null where the fused order stays, or an earlier version
  ///   recorded it
  public record Fitted(
      String id,
      String name,
      int topK,
      double denseWeight,
      double threshold,
      String origin,
      @Nullable AppReranker reranker) {}

  /// A reranker as a plan uses it.
  ///
  /// @param model its name and version
  /// @param depth how many passages it scores
  /// @param weight of its scores against the fused ones
  public record AppReranker(String model, int depth, double weight) {}

  /// The budget of a question's reranking times this is the longest that it is waited for.
  private static final int WAITS = 8;

  private final Workspace workspace;
  private final ModelShelf shelf;
  private final IndexPlace place;
  private final AppAnswers answers;
  private final Progress progress;

  public AppFitting(
      Workspace workspace,
      ModelShelf shelf,
      IndexPlace place,
      AppAnswers answers,
      Progress progress) {
    this.workspace = workspace;
    this.shelf = shelf;
    this.place = place;
    this.answers = answers;
    this.progress = progress;
  }

  public static boolean exists(Workspace workspace) {
    return Files.exists(workspace.catalog())
        && Catalog.view(
            workspace.catalog(), catalog -> WorkspaceApp.own(workspace, catalog).isPresent());
  }

  /// What became of the app.
  ///
  /// @param fitted the plan that the inputs call for
  /// @param heldBack why the app keeps the plan that it had before; null where it took the new one
  public record Made(Fitted fitted, @Nullable HeldBack heldBack) {}

  /// An app whose answers got worse, and that kept its former plan.
  ///
  /// @param report of the answers that the new plan gives
  public record HeldBack(String report, AnswerReport.Comparison comparison) {}

  /// @param space of the serving generation, whose weight the app takes
  /// @param report of the last proof
  /// @param force whether the app takes the plan even if its answers get worse
  public Made make(List<Passage> passages, String space, Optional<String> report, boolean force) {
    try (var catalog = Catalog.open(workspace.catalog())) {
      Retriever retriever = place.retriever(workspace.settings());
      App app =
          WorkspaceApp.own(workspace, catalog)
              .orElseGet(() -> catalog.create(workspace.name(), retriever));
      double weight = weight(space, report);
      Reranker reranker = reranker(workspace);
      RetrievalPlan plan =
          RetrievalPlan.hybrid(weight).withTopK(retriever.topK()).withReranker(reranker);
      app = new App(app.id(), app.name(), retriever, plan, app.created(), app.updated());
      boolean had = former(catalog, app).isPresent();
      Abstention abstention = fit(app, space, passages);
      App fitted = app.withPlan(plan.withAbstention(abstention));
      HeldBack heldBack = gate(fitted, space, passages, had && !force);
      if (heldBack == null) {
        catalog.update(fitted);
      }
      return new Made(
          new Fitted(
              app.id(),
              app.name(),
              retriever.topK(),
              weight,
              abstention.threshold(),
              abstention.origin(),
              switch (reranker) {
                case Reranker.None _ -> null;
                case Reranker.Model model ->
                    new AppReranker(model.id(), model.depth(), model.weight());
              }),
          heldBack);
    }
  }

  /// The plan that the app answers by now; empty where it has none.
  private static Optional<RetrievalPlan> former(Catalog catalog, App app) {
    return catalog.app(app.id()).map(App::plan);
  }

  /// Proves the answers of the app where the settings ask for it. Those of a plan that is taken
  /// count as the app's last run.
  ///
  /// @param mayHold whether worse answers hold the plan back
  /// @return null where the plan is taken
  private @Nullable HeldBack gate(App app, String space, List<Passage> passages, boolean mayHold) {
    if (!workspace.settings().app().gateAnswers()) {
      return null;
    }
    long began = System.nanoTime();
    var proof = new AnswerProof(workspace, place, answers, progress);
    AnswerProof.Written written = proof.run(app, space, passages);
    AnswerReport.Comparison comparison = written.report().comparison();
    if (mayHold && comparison != null && comparison.worse()) {
      return new HeldBack(written.id(), comparison);
    }
    proof.count(written, (System.nanoTime() - began) / 1e9);
    return null;
  }

  /// What the app's own fit depends on beside the index where worse answers hold it back: the
  /// language model. Empty where the settings do not ask for that.
  public static Optional<String> gatedLanguageModel(Workspace workspace) {
    return workspace.settings().app().gateAnswers()
        ? Optional.of(AnswerProof.languageModel(workspace.settings().llm()))
        : Optional.empty();
  }

  /// The reranker that the workspace's app uses: the one that serves, as it was proven. None where
  /// none was proven, the last was rolled back, or the settings want none.
  public static Reranker reranker(Workspace workspace) {
    Settings.Rerank settings = workspace.settings().rerank();
    return settings.wanted()
        ? new RerankerShelf(workspace)
            .serving()
            .<Reranker>map(
                serving ->
                    new Reranker.Model(
                        serving.name(),
                        serving.version(),
                        serving.depth(),
                        serving.weight(),
                        limit(settings)))
            .orElseGet(Reranker.None::new)
        : new Reranker.None();
  }

  /// Under load questions wait for each other's reranking, so they may take several times as long
  /// as the depth was chosen for.
  private static Duration limit(Settings.Rerank settings) {
    Duration several = settings.time().multipliedBy(WAITS);
    return several.compareTo(Reranker.Model.LIMIT) > 0 ? several : Reranker.Model.LIMIT;
  }

  /// After a rollback the workspace's app takes the reranker that serves now, and the weight of the
  /// space; its threshold stays until the app is fitted again. Nothing is asked, so that it takes
  /// no time.
  ///
  /// @param space of the generation that answers now; null where it stayed
  public static void follow(Workspace workspace, ModelShelf shelf, @Nullable String space) {
    if (!exists(workspace)) {
      return;
    }
    boolean dense = workspace.settings().prove().ranking().equals("dense");
    OptionalDouble weight =
        space == null || dense ? OptionalDouble.empty() : shelf.weight(new SpaceId(space));
    try (var catalog = Catalog.open(workspace.catalog())) {
      App app = WorkspaceApp.own(workspace, catalog).orElse(null);
      RetrievalPlan before = app == null ? null : app.plan();
      if (app == null || before == null) {
        return;
      }
      RetrievalPlan weighed =
          weight.isEmpty()
              ? before
              : RetrievalPlan.hybrid(weight.getAsDouble())
                  .withTopK(before.topK())
                  .withAbstention(before.abstention());
      RetrievalPlan plan = weighed.withReranker(reranker(workspace));
      if (!plan.equals(before)) {
        catalog.update(app.withPlan(plan));
      }
    }
  }

  /// The weight that the last proof of the space found on dev questions; 1 where the settings ask
  /// for the dense ranking alone.
  private double weight(String space, Optional<String> report) {
    if (workspace.settings().prove().ranking().equals("dense")) {
      return 1;
    }
    OptionalDouble proven = shelf.weight(new SpaceId(space));
    if (proven.isPresent() || report.isEmpty()) {
      return proven.orElse(RetrievalPlan.UNTUNED_DENSE_WEIGHT);
    }
    // An older program left the weights to the report.
    Proof.Report proof = Proof.read(workspace, report.get());
    return isOf(space, proof.candidate()) ? proof.candidateWeight() : proof.servingWeight();
  }

  private boolean isOf(String space, String version) {
    return !version.equals(ModelShelf.NONE)
        && Artifact.exists(shelf.folder(version))
        && shelf.makes(version, new SpaceId(space));
  }

  private Abstention fit(App app, String space, List<Passage> passages) {
    QuestionLog log = QuestionLog.of(workspace, passages);
    var logged = new ArrayList<AbstentionExamples.Logged>();
    // A sharpened model knows the questions it was trained on too well to set a threshold by them.
    var answered = new ArrayList<Question>(log.dev());
    boolean sharpened = shelf.versions().stream().anyMatch(version -> isOf(space, version));
    if (!sharpened || answered.size() < AbstentionFit.MIN_EXAMPLES) {
      answered.addAll(log.train());
    }
    Copies copies = Copies.among(passages); // where a document is taken away, its copies go as well
    Set<String> known = passages.stream().map(Passage::document).collect(Collectors.toSet());
    for (Question question : answered) {
      var documents = question.places().stream().map(Place::document).collect(Collectors.toSet());
      documents.retainAll(known);
      if (!documents.isEmpty()) { // a question whose documents are gone has no answer any more
        logged.add(new AbstentionExamples.Logged(question.text(), copies.with(documents)));
      }
    }
    log.declinedLog().forEach(q -> logged.add(new AbstentionExamples.Logged(q.text(), Set.of())));
    if (logged.size() < AbstentionFit.MIN_EXAMPLES) {
      return DefaultAbstention.MODEL;
    }
    try (var task = progress.start("fit", 2L * logged.size(), "questions")) {
      return answers.fit(
          workspace,
          place,
          app,
          (answerer, retrieval) ->
              AbstentionFit.fit(
                  AbstentionExamples.of(
                      answerer,
                      (question, filter) -> {
                        task.advance(1);
                        return retrieval.retrieve(question, filter);
                      },
                      passages,
                      logged)));
    }
  }
}
