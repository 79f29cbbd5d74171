package dev.whetstone.workshop;

import dev.whetstone.core.Fingerprint;
import dev.whetstone.core.Passage;
import dev.whetstone.encode.Tokenizer;
import dev.whetstone.model.Model;
import dev.whetstone.pairs.Copies;
import dev.whetstone.workshop.prepare.EarlierPassages;
import dev.whetstone.workshop.prepare.PreparedPassages;
import dev.whetstone.workshop.prepare.Preparing;
import dev.whetstone.workspace.DocumentLanguage;
import dev.whetstone.workspace.Manifest;
import dev.whetstone.workspace.ModelView;
import dev.whetstone.workspace.StepRecord;
import dev.whetstone.workspace.TruncatedList;
import dev.whetstone.workspace.Workspace;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Parses the staged documents and splits them into passages. Its output is the artifact
/// `passages/ID`.
final class PrepareStep implements Step<StepResult.Prepared> {
  private static final String DOCUMENTS = "documents";

  private final StepInputs inputs;
  private final Workspace workspace;

  PrepareStep(StepInputs inputs) {
    this.inputs = inputs;
    this.workspace = inputs.workspace();
  }

  @Override
  public String name() {
    return "prepare";
  }

  @Override
  public Class<StepResult.Prepared> resultType() {
    return StepResult.Prepared.class;
  }

  @Override
  public Fingerprint inputs() {
    var passages = workspace.settings().passages();
    var parse = workspace.settings().parse();
    return Fingerprint.of(name())
        .with("program", Preparing.VERSION)
        .with(DOCUMENTS, inputs.manifest().contentHash())
        .with("base model", inputs.models().baseKey())
        .with("language", workspace.settings().language())
        .with("passages.tokens", passages.tokens())
        .with("passages.heading_characters", passages.headingCharacters())
        .with("passages.max_per_document", passages.maxPerDocument())
        .with("parse.seconds_per_file", parse.secondsPerFile())
        .with("parse.heap_mb", parse.heapMegabytes())
        .with("parse.max_file_mb", parse.maxFileMegabytes())
        .with("parse.max_characters", parse.maxCharacters())
        .with("parse.max_blocks", parse.maxBlocks())
        .with("parse.title_characters", parse.titleCharacters())
        .with("parse.hidden", parse.hidden());
  }

  @Override
  public boolean outputThere(StepRecord recorded) {
    return new DocumentLanguage(workspace).recorded().isPresent()
        && new PreparedPassages(workspace).exist(recorded.output());
  }

  @Override
  public Done<StepResult.Prepared> run(Tools tools) {
    Manifest manifest = inputs.manifest();
    String id = tools.id();
    var preparing = new Preparing(workspace);
    preparing.parse(manifest, tools.progress());
    EarlierPassages earlier = earlier();
    String set = workspace.settings().language();
    String language = set.equals("auto") ? preparing.language(manifest, earlier) : set;
    boolean sameBase = new DocumentLanguage(workspace).recorded().equals(Optional.of(language));
    Model base = tools.models().base(language);
    try (var tokens = Tokenizer.open(base)) {
      var by = new Preparing.SplitBy(tokens, base.maxTokens() - ModelView.SPECIAL_TOKENS);
      preparing.split(
          manifest, id, by, sameBase ? earlier : EarlierPassages.NONE, tools.progress());
    }
    new DocumentLanguage(workspace).record(id, language);
    boolean otherLanguage = tools.models().forOtherLanguage(language);
    return Done.recorded(id, result(manifest, id, otherLanguage ? language : null));
  }

  /// The passages of the last run, where nothing but documents differs now.
  private EarlierPassages earlier() {
    return inputs
        .record(name())
        .filter(record -> onlyDocumentsDifferFrom(record))
        .map(record -> EarlierPassages.of(new PreparedPassages(workspace), record.output()))
        .orElse(EarlierPassages.NONE);
  }

  /// Whether the settings, the program and the model are those of a run.
  boolean onlyDocumentsDifferFrom(StepRecord record) {
    var recorded = record.inputs();
    return recorded != null
        && inputs().changesSince(recorded).stream()
            .allMatch(change -> change.field().equals(DOCUMENTS));
  }

  private StepResult.Prepared result(Manifest manifest, String id, @Nullable String otherLanguage) {
    List<Passage> passages = inputs.passages(id);
    PreparedPassages.UnreadDocuments failures = new PreparedPassages(workspace).failures(id);
    return new StepResult.Prepared(
        manifest.documents().size() - failures.unread().size(),
        passages.size(),
        passages.stream().mapToLong(Passage::tokens).sum(),
        TruncatedList.of(
            Copies.among(passages).originals().entrySet().stream()
                .map(copy -> new StepResult.Copy(copy.getKey(), copy.getValue()))
                .toList()),
        TruncatedList.of(failures.unread()),
        TruncatedList.ofUnlike(failures.inPart(), PreparedPassages.Unread::reason),
        new StepResult.PicturePages(
            failures.pictures().stream().mapToInt(document -> document.pages().size()).sum(),
            TruncatedList.of(failures.pictures())),
        otherLanguage);
  }
}
