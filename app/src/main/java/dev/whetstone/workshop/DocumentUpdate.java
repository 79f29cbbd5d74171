package dev.whetstone.workshop;

import com.fasterxml.jackson.databind.node.NullNode;
import dev.whetstone.core.Fingerprint;
import dev.whetstone.workshop.app.AppFitting;
import dev.whetstone.workshop.index.IndexLoading;
import dev.whetstone.workshop.prepare.PreparedPassages;
import dev.whetstone.workshop.prepare.PreparedPassages.PreparedDocument;
import dev.whetstone.workspace.Manifest;
import dev.whetstone.workspace.StepRecord;
import dev.whetstone.workspace.StepRecords;
import dev.whetstone.workspace.Workspace;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Brings the index to the documents as they are now: stages their sources again, prepares, embeds,
/// indexes. Nothing is trained and nothing proven: the model that serves goes on serving, and what
/// the documents differ by is parsed, embedded and indexed alone.
///
/// A workspace without an app gets one. A workspace whose last document is gone gets an empty
/// index, which a whole run refuses to make.
public final class DocumentUpdate {
  /// What came of an update.
  public enum Result {
    /// The index holds what is staged, and did before.
    UP_TO_DATE,
    /// The index holds what is staged now.
    UPDATED,
    /// More than documents differs, or many do: nothing but staging was done.
    TOO_LARGE
  }

  /// How much an update may work on.
  ///
  /// @param documents that are new or changed
  /// @param bytes of them together
  public record Limits(int documents, long bytes) {
    /// None.
    public static final Limits NONE = new Limits(Integer.MAX_VALUE, Long.MAX_VALUE);
  }

  private final StepInputs inputs;
  private final StepRecords records;
  private final StepRunner runner;
  private final Workspace workspace;

  DocumentUpdate(StepInputs inputs, StepRecords records, StepRunner runner) {
    this.inputs = inputs;
    this.records = records;
    this.runner = runner;
    this.workspace = inputs.workspace();
  }

  /// Opens what the first update needs: the model that serves is read whole to be checked, which
  /// takes as long as an update. Does nothing where a run has to come first.
  public void warm() {
    if (AppFitting.exists(workspace) && inputs.record("embed").isPresent()) {
      inputs.models().servingModel(inputs.language());
      inputs.passagesIfCurrent();
    }
  }

  /// @param sources that are staged again
  /// @param limits beyond which nothing is prepared, embedded or indexed
  public Result run(Collection<String> sources, Limits limits, Workshop.RunListener listener) {
    boolean worked = false;
    for (String source : sources) {
      var staged = runner.run(new StageStep(inputs, source, StageStep.Mode.AGAIN));
      boolean changed = Workshop.tell(staged, listener);
      StepResult.Staged result = staged.result();
      worked |= changed && result != null && result.notStaged() == null;
    }
    IndexStep index = IndexStep.ofSettings(inputs);
    if (Manifest.read(workspace).documents().isEmpty()) {
      return clear(index) || worked ? Result.UPDATED : Result.UP_TO_DATE;
    }
    if (!limits.equals(Limits.NONE) && !isWithin(limits, index)) {
      return Result.TOO_LARGE;
    }
    for (Step<?> step : List.of(new PrepareStep(inputs), new EmbedStep(inputs), index)) {
      worked |= Workshop.tell(runner.run(step), listener);
    }
    if (!AppFitting.exists(workspace)) {
      worked |= Workshop.tell(runner.run(new AppStep(inputs)), listener);
    }
    return worked ? Result.UPDATED : Result.UP_TO_DATE;
  }

  /// Whether settings, program and model are those that the index was made with, and the documents
  /// that differ are few.
  private boolean isWithin(Limits limits, IndexStep index) {
    var prepare = new PrepareStep(inputs);
    StepRecord record = inputs.record(prepare.name()).orElse(null);
    if (record == null
        || !prepare.onlyDocumentsDifferFrom(record)
        || !prepare.outputThere(record)
        || !new EmbedStep(inputs).spaceIsThere()
        || !index.onlyPassagesDiffer()
        || !AppFitting.exists(workspace)) {
      return false;
    }
    Map<String, PreparedDocument> before =
        new PreparedPassages(workspace).documents(record.output());
    int documents = 0;
    long bytes = 0;
    for (Manifest.Entry entry : Manifest.read(workspace).documents()) {
      PreparedDocument known = before.get(entry.path());
      if (known == null || !known.sha256().equals(entry.sha256())) {
        documents++;
        bytes += entry.bytes();
      }
    }
    return documents <= limits.documents() && bytes <= limits.bytes();
  }

  /// Takes all passages out of the index, where it is one that this workspace fills.
  ///
  /// @return whether there were any
  private boolean clear(IndexStep index) {
    StepRecord record = inputs.record(index.name()).orElse(null);
    if (record == null || record.inputs() == null || cleared(record)) {
      return false;
    }
    int passages = new IndexLoading(workspace, index.place()).clear();
    var fields = new HashMap<>(record.inputs());
    fields.put(IndexStep.PASSAGES, "");
    Fingerprint empty = Fingerprint.of("index");
    for (var field : fields.entrySet()) {
      empty = empty.with(field.getKey(), field.getValue());
    }
    records.write(index.name(), StepRecord.of(empty, record.output(), 0, NullNode.getInstance()));
    return passages > 0;
  }

  private static boolean cleared(StepRecord record) {
    return record.inputs() != null && "".equals(record.inputs().get(IndexStep.PASSAGES));
  }
}
