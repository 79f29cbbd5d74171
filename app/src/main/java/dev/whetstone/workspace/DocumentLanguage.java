package dev.whetstone.workspace;

import dev.whetstone.store.Json;
import dev.whetstone.store.WholeFile;
import java.nio.file.Path;
import java.util.Optional;

/// The language of most documents of a workspace, in `.whetstone/language.json`. It is recorded
/// when passages are prepared, because the index made of them is asked in it even after their
/// documents are gone.
public final class DocumentLanguage {
  /// @param passages id of the passages that it was detected in
  /// @param language an ISO 639-1 code
  private record Detected(String passages, String language) {}

  /// What earlier versions recorded.
  ///
  /// @param output the language
  private record Earlier(String fingerprint, String output, double seconds, String words) {}

  private final Workspace workspace;

  public DocumentLanguage(Workspace workspace) {
    this.workspace = workspace;
  }

  /// `en`, `zh`, or what the settings say; `en` before any passages were prepared.
  public String value() {
    String set = workspace.settings().language();
    return set.equals("auto") ? recorded().orElse("en") : set;
  }

  /// What was recorded last; empty before any passages were prepared.
  public Optional<String> recorded() {
    return Json.kept(file(), Detected.class)
        .map(Detected::language)
        .or(() -> Json.kept(earlierFile(), Earlier.class).map(Earlier::output));
  }

  /// Records the language of these passages.
  public void record(String passages, String language) {
    WholeFile.write(file(), Json.sealed(Json.pretty(new Detected(passages, language))));
  }

  private Path file() {
    return workspace.hidden().resolve("language.json");
  }

  /// Where earlier versions kept it: among the records of the steps.
  private Path earlierFile() {
    return workspace.hidden().resolve("steps").resolve("language.json");
  }
}
