package dev.whetstone.workshop.app;

import dev.whetstone.catalog.App;
import dev.whetstone.core.Abstention;
import dev.whetstone.core.Fingerprint;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Progress;
import dev.whetstone.core.RetrievalPlan;
import dev.whetstone.core.RetrievalPlan.Arm;
import dev.whetstone.core.RetrievalPlan.FusionRule;
import dev.whetstone.core.RetrievalPlan.Reranker;
import dev.whetstone.core.Sha256;
import dev.whetstone.store.Artifact;
import dev.whetstone.store.Json;
import dev.whetstone.store.Provenance;
import dev.whetstone.store.WholeFile;
import dev.whetstone.workshop.prove.NewQuestions;
import dev.whetstone.workspace.IndexPlace;
import dev.whetstone.workspace.QuestionLog;
import dev.whetstone.workspace.Settings;
import dev.whetstone.workspace.StepRecord;
import dev.whetstone.workspace.StepRecords;
import dev.whetstone.workspace.Workspace;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Proves how an app answers, on the questions of the log that are held out: neither the threshold
/// nor the models that serve were fitted on them. Questions that are held out since, because others
/// about their documents were typed or accepted, are left out while a model serves that learnt from
/// them.
///
/// Each question is asked once with abstention switched off; the app's threshold, and every other,
/// is then judged on that run ([AskedQuestion], [RiskCoverage]). The report is compared, question
/// by question, with the one of the last run that counted.
///
/// What the answers depend on stands in the report under these names: `plan` (arms, weight,
/// reranker, abstention, top k), `model` (the space of the index) and `llm` (the settings of the
/// language model).
public final class AnswerProof {
  public static final String PLAN = "plan";
  public static final String MODEL = "model";
  public static final String LLM = "llm";

  /// Raised whenever the same answers give other figures.
  private static final int VERSION = 2;

  private static final String RECORD = "answers";
  private static final String FILE = "report.json";

  private final Workspace workspace;
  private final IndexPlace place;
  private final AppAnswers answers;
  private final Progress progress;

  public AnswerProof(Workspace workspace, IndexPlace place, AppAnswers answers, Progress progress) {
    this.workspace = workspace;
    this.place = place;
    this.answers = answers;
    this.progress = progress;
  }

  /// A report that was written.
  public record Written(String id, AnswerReport report) {}

  /// Asks the questions and writes the report. It does not count as the last run yet.
  ///
  /// @param space of the serving generation
  public Written run(App app, String space, List<Passage> passages) {
    long seed = workspace.settings().train().seed();
    QuestionLog log = QuestionLog.of(workspace, passages);
    RetrievalPlan plan = app.planOrUntuned();
    @Nullable String reranker =
        plan.reranker() instanceof Reranker.Model model ? model.version() : null;
    var questions =
        new ArrayList<>(NewQuestions.among(log.heldOut(), workspace, reranker, passages));
    questions.addAll(log.declinedHeldOut());
    AppAnswers.Asked asked = answers.ask(workspace, place, app, questions, passages, progress);
    AnswerReport report =
        AnswerReport.of(app.id(), made(plan, space), asked.threshold(), asked.questions(), seed);
    Optional<Written> last = last();
    if (last.isPresent()) {
      report = report.against(last.get().id(), last.get().report(), seed);
    }
    String id = nextId();
    AnswerReport written = report;
    Artifact.create(
        workspace.reports().resolve(id),
        new Provenance("answers", VERSION, Map.of("app", app.id()), Map.of(), seed),
        folder -> WholeFile.write(folder.resolve(FILE), Json.pretty(written)));
    return new Written(id, report);
  }

  /// Lets a report count as the last run, which later ones are compared with.
  public void count(Written written, double seconds) {
    new StepRecords(workspace)
        .write(
            RECORD,
            StepRecord.of(
                new Fingerprint(RECORD, written.report().made()),
                written.id(),
                seconds,
                Json.MAPPER.valueToTree(written.report().figures())));
  }

  /// The report of the last run that counted; empty where there was none, or another version of the
  /// program judged its answers by other rules.
  public Optional<Written> last() {
    return new StepRecords(workspace)
        .read(RECORD)
        .map(StepRecord::output)
        .filter(id -> Artifact.exists(workspace.reports().resolve(id)))
        .filter(id -> Artifact.provenance(workspace.reports().resolve(id)).format() == VERSION)
        .map(id -> new Written(id, read(workspace, id)));
  }

  public static AnswerReport read(Workspace workspace, String id) {
    return Json.read(Artifact.open(workspace.reports().resolve(id)).file(FILE), AnswerReport.class);
  }

  private String nextId() {
    int number = 1;
    while (Artifact.exists(workspace.reports().resolve(RECORD + "-" + number))) {
      number++;
    }
    return RECORD + "-" + number;
  }

  private SortedMap<String, String> made(RetrievalPlan plan, String space) {
    var made = new TreeMap<String, String>();
    made.put(PLAN, described(plan));
    made.put(MODEL, space);
    made.put(LLM, languageModel(workspace.settings().llm()));
    return made;
  }

  private static String described(RetrievalPlan plan) {
    var words = new StringBuilder("top ").append(plan.topK()).append(" of ").append(plan.pool());
    for (Arm arm : plan.arms()) {
      double weight =
          switch (plan.fusion()) {
            case FusionRule.Convex convex -> convex.weight(arm);
          };
      String name =
          switch (arm) {
            case Arm.Words _ -> "words";
            case Arm.Vectors _ -> "vectors";
          };
      words.append(", %s %d weigh %s".formatted(name, arm.depth(), weight));
    }
    switch (plan.reranker()) {
      case Reranker.None _ -> {}
      case Reranker.Model model ->
          words.append(
              ", reranker %s %d weighs %s".formatted(model.id(), model.depth(), model.weight()));
    }
    Abstention abstention = plan.abstention();
    return words
        .append(", abstention ")
        .append(
            abstention == null
                ? "default"
                : Sha256.id(Json.MAPPER.valueToTree(abstention).toString()))
        .toString();
  }

  /// The settings of the language model that shape its answers.
  static String languageModel(Settings.Llm llm) {
    return llm.kind().equals("none")
        ? "none"
        : "%s %s %s %d s"
            .formatted(
                llm.kind(),
                llm.url() == null ? "" : llm.url(),
                llm.model() == null ? llm.file() : llm.model(),
                llm.timeoutSeconds());
  }
}
