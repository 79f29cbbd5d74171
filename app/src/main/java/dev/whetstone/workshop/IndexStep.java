package dev.whetstone.workshop;

import dev.whetstone.catalog.App;
import dev.whetstone.catalog.Catalog;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Progress;
import dev.whetstone.core.RetrievalPlan;
import dev.whetstone.core.Sha256;
import dev.whetstone.core.SpaceId;
import dev.whetstone.index.Indexes;
import dev.whetstone.index.PassageIndex;
import dev.whetstone.pairs.Question;
import dev.whetstone.workshop.index.IndexOptions;
import dev.whetstone.workshop.index.Indexing;
import dev.whetstone.workshop.index.PromotionCheck;
import dev.whetstone.workspace.Engines;
import dev.whetstone.workspace.IndexPlace;
import dev.whetstone.workspace.ModelShelf;
import dev.whetstone.workspace.QuestionLog;
import dev.whetstone.workspace.SharedEncoders;
import dev.whetstone.workspace.StepLog;
import dev.whetstone.workspace.StepReport;
import dev.whetstone.workspace.StepRun;
import dev.whetstone.workspace.VectorStore;
import dev.whetstone.workspace.Workspace;
import dev.whetstone.workspace.WorkspaceApp;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The step from vectors to an index that serves, at one engine.
final class IndexStep {
  private final Workspace workspace;
  private final Ground ground;
  private final ModelShelf shelf;
  private final StepLog log;
  private final IndexPlace place;

  IndexStep(Workspace workspace, Ground ground, ModelShelf shelf, StepLog log, IndexPlace place) {
    this.workspace = workspace;
    this.ground = ground;
    this.shelf = shelf;
    this.log = log;
    this.place = place;
  }

  /// Covers passages, space, engine, hosts and mapping.
  String fingerprint(String passages, SpaceId space) {
    return Sha256.id(
        "index",
        passages,
        space.value(),
        place.address(workspace.settings()),
        place.mapping(workspace.settings()));
  }

  /// @param forward whether an earlier generation that a rollback lets serve is out of date
  StepReport run(
      String passages, SpaceId space, boolean forward, IndexOptions options, Progress progress) {
    try (Indexes indexes = Engines.open(workspace, place)) {
      if (!options.promote()) {
        long began = System.nanoTime();
        StepRun run = load(indexes, space, options, progress);
        return new StepReport(place.step(), false, (System.nanoTime() - began) / 1e9, run.lines());
      }
      boolean asked = options.fresh() || options.force();
      StepReport report =
          log.run(
              place.step(),
              fingerprint(passages, space),
              () -> !asked && serves(indexes) && !(forward && rolledBack(indexes)),
              () -> load(indexes, space, options, progress));
      return log.looks() && rolledBack(log, place, indexes)
          ? new StepReport(
              report.step(),
              report.upToDate(),
              0,
              List.of(
                  "rolled back to generation %s; `whet index` goes forward"
                      .formatted(indexes.current().orElseThrow())))
          : report;
    }
  }

  private StepRun load(Indexes indexes, SpaceId space, IndexOptions options, Progress progress) {
    var vectors = new VectorStore(workspace).read(space);
    var indexing =
        new Indexing(
            indexes,
            place.mapping(workspace.settings()),
            workspace.settings().index().keep(),
            check());
    var loaded = indexing.load(ground.passages(), vectors, options, progress);
    var lines = new ArrayList<String>();
    lines.add(
        "generation %s of %s %s: %,d passages written, %,d deleted; %s"
            .formatted(
                loaded.generation(),
                place,
                loaded.fresh() ? "is new" : "is brought up to date",
                loaded.upserted(),
                loaded.deleted(),
                loaded.serves() ? "it serves now" : "it does not serve yet: `whet index` lets it"));
    lines.addAll(loaded.notes());
    return new StepRun(loaded.generation(), lines);
  }

  private PromotionCheck check() {
    List<String> logged = QuestionLog.read(workspace).stream().map(Question::text).toList();
    boolean none = logged.isEmpty();
    RetrievalPlan plan;
    try (var catalog = Catalog.open(workspace.catalog())) {
      plan =
          WorkspaceApp.own(workspace, catalog)
              .map(App::planOrUntuned)
              .orElseGet(RetrievalPlan::untuned);
    }
    return new PromotionCheck(
        new SharedEncoders(workspace),
        none ? PromotionCheck.headings(ground.passages()) : logged,
        none ? "made of headings" : "of the log",
        plan.withTopK(workspace.settings().app().topK()),
        PromotionCheck.LEAST_RECALL);
  }

  /// Whether a generation serves that this program can read. One of an earlier analysis is built
  /// anew, unless someone went back to it.
  private boolean serves(Indexes indexes) {
    if (indexes.current().isEmpty()) {
      return false;
    }
    try (PassageIndex index = indexes.open()) {
      return index.termsAreCurrent() || rolledBack(log, place, indexes);
    } catch (Failure.CorruptArtifact | Failure.Refused e) {
      return false;
    }
  }

  /// Whether a generation before the one that the step wrote last serves.
  static boolean rolledBack(StepLog log, IndexPlace place, Indexes indexes) {
    String written = log.read(place.step()).map(StepLog.Entry::output).orElse("");
    return indexes.current().filter(now -> now.compareTo(written) < 0).isPresent();
  }

  private boolean rolledBack(Indexes indexes) {
    String written = log.read(place.step()).map(StepLog.Entry::output).orElse("");
    return !indexes.current().equals(Optional.of(written));
  }

  /// The space of the generation that serves.
  ///
  /// @throws Failure.BadInput if none does
  SpaceId space() {
    try (Indexes indexes = Engines.open(workspace, place);
        PassageIndex index = indexes.open()) {
      return index.space();
    }
  }

  /// The generations that are there, one a line.
  List<String> list() {
    try (Indexes indexes = Engines.open(workspace, place)) {
      String current = indexes.current().orElse("");
      var lines = new ArrayList<String>();
      for (String generation : indexes.generations()) {
        lines.add(
            generation
                + (generation.equals(current) ? "  serves  " : "          ")
                + described(indexes, generation));
      }
      if (lines.isEmpty()) {
        lines.add("no generation of " + place + " yet: `whet index` makes one");
      }
      return lines;
    }
  }

  private String described(Indexes indexes, String generation) {
    try (PassageIndex index = indexes.open(generation)) {
      String space = index.space().value();
      return "space %s (%s)  %,d passages".formatted(space, model(index.space()), index.size());
    } catch (Failure e) {
      return "cannot be read: " + e.getMessage();
    }
  }

  private String model(SpaceId space) {
    try {
      return shelf.ofSpace(space, ground.language()).name();
    } catch (Failure.Refused e) {
      return "no model here";
    }
  }
}
