package dev.whetstone.workshop.documents;

import dev.whetstone.corpus.FileFormat;
import dev.whetstone.documents.Receipt;
import dev.whetstone.workshop.stage.Staging;
import dev.whetstone.workshop.stage.StagingFilter;
import dev.whetstone.workspace.ExcludePatterns;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Which names a document that is sent may have. A name comes from anywhere, and becomes a path of
/// this machine and of a bucket: all that enters or is asked for passes here, and nothing else
/// looks at names.
final class DocumentName {
  /// The ending of the file beside a document that holds its address, see the stage room.
  static final String SIDECAR = ".meta.json";

  private DocumentName() {}

  /// Why a document cannot have this name; null where it can.
  static Receipt.@Nullable Refused refusal(String name, ExcludePatterns excluded) {
    String trouble =
        StagingFilter.nameTrouble(name + SIDECAR)
            .or(() -> StagingFilter.nameTrouble(name))
            .orElse(null);
    if (trouble != null) {
      return refused(Receipt.Reason.NAME, "This cannot be a document's name: " + trouble + ".");
    }
    if (Arrays.stream(name.split("/")).anyMatch(part -> part.startsWith("."))) {
      return refused(
          Receipt.Reason.NAME,
          "A part of the name begins with a dot: such files are hidden, and no documents.");
    }
    String last = name.substring(name.lastIndexOf('/') + 1);
    if (name.endsWith(SIDECAR) || last.startsWith("~$")) {
      return refused(
          Receipt.Reason.NAME,
          "Such a name is that of a file beside a document (" + SIDECAR + ", ~$), and of none.");
    }
    if (excluded.match(name)) {
      return refused(Receipt.Reason.NAME, "The setting stage.exclude keeps out names like this.");
    }
    return FileFormat.ofName(last).isPresent()
        ? null
        : refused(
            Receipt.Reason.TYPE,
            (last.lastIndexOf('.') < 0
                    ? "The name has no extension"
                    : "Files ending in " + last.substring(last.lastIndexOf('.')) + " are not read")
                + ". Read are: "
                + Staging.FORMATS
                + ".");
  }

  /// Equal for names that some file system takes for one: the workspace may be moved to it.
  static String key(String name) {
    return Normalizer.normalize(name, Normalizer.Form.NFC).toLowerCase(Locale.ROOT);
  }

  static Receipt.Refused refused(Receipt.Reason reason, String message) {
    return new Receipt.Refused(reason, message);
  }
}
