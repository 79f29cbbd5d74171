package dev.whetstone.workshop.prepare;

import dev.whetstone.core.Document;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Progress;
import dev.whetstone.core.Remedy;
import dev.whetstone.core.Sha256;
import dev.whetstone.core.TokenCounter;
import dev.whetstone.corpus.ParseLimits;
import dev.whetstone.corpus.ParseOptions;
import dev.whetstone.corpus.ParseOutcome;
import dev.whetstone.corpus.SourceFile;
import dev.whetstone.corpus.sandbox.SafeParser;
import dev.whetstone.corpus.split.PassageLimits;
import dev.whetstone.corpus.split.Splitter;
import dev.whetstone.store.Artifact;
import dev.whetstone.store.Json;
import dev.whetstone.store.Provenance;
import dev.whetstone.store.WholeFile;
import dev.whetstone.vectors.PassageFile;
import dev.whetstone.workshop.prepare.PreparedPassages.PreparedDocument;
import dev.whetstone.workspace.Manifest;
import dev.whetstone.workspace.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Staged files to passages. Each file's parse is kept by its content, so that one edited file is
/// parsed again alone; what is no longer staged goes from the cache.
public final class Preparing {
  /// Raised whenever a parser or the splitter makes something else of the same file.
  public static final int VERSION = 4;

  /// The kept outcome of one parse: a document, or a reason.
  record Parse(@Nullable Document document, @Nullable String reason) {}

  private final Workspace workspace;
  private final Path cache;

  public Preparing(Workspace workspace) {
    this.workspace = workspace;
    this.cache = workspace.hidden().resolve("parsed");
  }

  /// How documents are split.
  ///
  /// @param limit of the model, in tokens without the special ones
  public record SplitBy(TokenCounter tokens, int limit) {}

  /// Splits all parsed documents and writes the artifact `passages/ID`.
  ///
  /// @param earlier passages that were made in the same way: those of documents that are as they
  ///   were then are taken from there
  /// @throws Failure.BadInput if no document could be read
  public void split(
      Manifest manifest, String id, SplitBy by, EarlierPassages earlier, Progress progress) {
    var documents = new ArrayList<PreparedDocument>();
    var passages = new ArrayList<Passage>();
    Splitter splitter = splitter(by);
    try (var task = progress.start("split", manifest.documents().size(), "documents")) {
      for (Manifest.Entry entry : manifest.documents()) {
        PreparedDocument known = earlier.document(entry);
        if (known != null) {
          documents.add(known);
          passages.addAll(earlier.passages(entry.path()));
        } else {
          documents.add(split(entry, splitter, passages));
        }
        task.advance(1);
      }
    }
    if (passages.isEmpty()) {
      throw nothingRead(documents);
    }
    write(manifest, id, documents, passages);
    sweep(manifest);
  }

  private Splitter splitter(SplitBy by) {
    var sizes = workspace.settings().passages();
    var limits = new PassageLimits(by.limit(), sizes.headingCharacters(), sizes.maxPerDocument());
    return new Splitter(by.tokens(), Math.min(sizes.tokens(), by.limit()), limits);
  }

  /// @param into gets the document's passages
  private PreparedDocument split(Manifest.Entry entry, Splitter splitter, List<Passage> into) {
    Parse parse = read(entry);
    Document document = parse.document();
    if (document == null) {
      return unread(entry, String.valueOf(parse.reason()));
    }
    try {
      List<Passage> made = splitter.split(document);
      into.addAll(made);
      return new PreparedDocument(
          entry.path(), entry.sha256(), made.size(), document.language(), null, document.notes());
    } catch (Failure.BadInput tooMany) {
      return unread(entry, String.valueOf(tooMany.getMessage()));
    }
  }

  private static PreparedDocument unread(Manifest.Entry entry, String reason) {
    return new PreparedDocument(entry.path(), entry.sha256(), 0, null, reason, List.of());
  }

  private static Failure nothingRead(List<PreparedDocument> documents) {
    PreparedDocument first = documents.getFirst();
    return new Failure.BadInput(
        "none of the %d staged documents could be read; the first: %s: %s"
            .formatted(
                documents.size(),
                first.path(),
                first.unread() == null ? "it makes no passage" : first.unread()));
  }

  private void write(
      Manifest manifest, String id, List<PreparedDocument> documents, List<Passage> passages) {
    var unread = new ArrayList<PreparedPassages.Unread>();
    var inPart = new ArrayList<PreparedPassages.Unread>();
    for (PreparedDocument each : documents) {
      if (each.unread() != null) {
        unread.add(new PreparedPassages.Unread(each.path(), each.unread()));
      }
      each.inPart().forEach(note -> inPart.add(new PreparedPassages.Unread(each.path(), note)));
    }
    var provenance =
        new Provenance(
            "passages",
            VERSION,
            Map.of("documents", manifest.contentHash()),
            Map.of("tokens", String.valueOf(workspace.settings().passages().tokens())),
            0);
    Artifact.create(
        workspace.passages().resolve(id),
        provenance,
        folder -> {
          PassageFile.write(folder.resolve(PreparedPassages.PASSAGES), passages);
          WholeFile.write(
              folder.resolve(PreparedPassages.FAILURES),
              Json.pretty(new PreparedPassages.UnreadDocuments(unread, inPart)));
          WholeFile.write(
              folder.resolve(PreparedPassages.DOCUMENTS), PreparedPassages.json(documents));
        });
  }

  /// The kept parse of a staged file; parses the file anew where that is damaged.
  private Parse read(Manifest.Entry entry) {
    return kept(entry)
        .orElseGet(
            () -> {
              parse(List.of(entry), Progress.NONE);
              return kept(entry).orElseThrow();
            });
  }

  private Optional<Parse> kept(Manifest.Entry entry) {
    return Json.kept(cacheFile(entry), Parse.class)
        .or(() -> Json.kept(failureFile(entry), Parse.class));
  }

  /// The language of most documents, ISO 639-1; `en` where nothing could be read or two languages
  /// have as many. `zh` only where more than half of the documents are Chinese.
  ///
  /// @param earlier knows the languages of documents that are as they were
  public String language(Manifest manifest, EarlierPassages earlier) {
    var counts = new HashMap<String, Integer>();
    for (Manifest.Entry entry : manifest.documents()) {
      PreparedDocument known = earlier.document(entry);
      String language = known == null ? languageOf(entry) : known.language();
      if (language != null) {
        counts.merge(language, 1, Integer::sum);
      }
    }
    int all = counts.values().stream().mapToInt(Integer::intValue).sum();
    if (2 * counts.getOrDefault("zh", 0) <= all) {
      counts.remove("zh");
    }
    String most = "en";
    for (var count : new TreeMap<>(counts).entrySet()) {
      most = count.getValue() > counts.getOrDefault(most, 0) ? count.getKey() : most;
    }
    return most;
  }

  private @Nullable String languageOf(Manifest.Entry entry) {
    Document document = Files.exists(cacheFile(entry)) ? read(entry).document() : null;
    return document == null ? null : document.language();
  }

  /// Parses what was not parsed before, and keeps each outcome.
  public void parse(Manifest manifest, Progress progress) {
    var missing =
        manifest.documents().stream()
            .filter(e -> !Files.exists(cacheFile(e)) && !Files.exists(failureFile(e)))
            .toList();
    if (!missing.isEmpty()) {
      parse(missing, progress);
    }
  }

  private void parse(List<Manifest.Entry> missing, Progress progress) {
    var parse = workspace.settings().parse();
    var limits =
        new ParseLimits(
            Duration.ofSeconds(parse.secondsPerFile()),
            parse.heapMegabytes(),
            (long) parse.maxFileMegabytes() << 20,
            options());
    var sources = new ArrayList<SourceFile>();
    for (Manifest.Entry entry : missing) {
      Path raw = workspace.raw().resolve(entry.path());
      try {
        if (!Files.isRegularFile(raw) || !Sha256.of(raw).equals(entry.sha256())) {
          throw new Failure.CorruptArtifact(
              raw + " is not what was staged (its SHA-256 differs). Stage its folder again",
              new Remedy.Stage(entry.source()));
        }
      } catch (IOException e) {
        throw new Failure.Unavailable("cannot read " + raw + ": " + e.getMessage(), e);
      }
      sources.add(new SourceFile(raw, entry.path()));
    }
    int parallel = Math.min(4, Runtime.getRuntime().availableProcessors());
    try (var parser = new SafeParser(limits);
        var task = progress.start("parse", sources.size(), "documents")) {
      var entries = missing.iterator();
      parser.parseAll(
          sources,
          parallel,
          outcome -> {
            Manifest.Entry entry = entries.next();
            Parse kept =
                switch (outcome) {
                  case ParseOutcome.Parsed parsed -> new Parse(parsed.document(), null);
                  case ParseOutcome.Failed failed -> new Parse(null, failed.reason());
                };
            Path file = kept.document() == null ? failureFile(entry) : cacheFile(entry);
            WholeFile.write(file, Json.sealed(Json.line(kept)));
            task.advance(1);
          });
    }
  }

  private ParseOptions options() {
    var parse = workspace.settings().parse();
    return new ParseOptions(
        parse.hidden(), parse.maxCharacters(), parse.maxBlocks(), parse.titleCharacters());
  }

  /// A parse counts for the options that shape its text.
  private Path cacheFile(Manifest.Entry entry) {
    String read =
        "hidden=%s titleCharacters=%d".formatted(options().hidden(), options().titleCharacters());
    return cacheFile(Sha256.id(entry.path(), entry.sha256(), String.valueOf(VERSION), read));
  }

  /// A failure counts for the limits it happened under: with others the file is tried again.
  private Path failureFile(Manifest.Entry entry) {
    String limits = workspace.settings().parse().toString();
    return cacheFile(Sha256.id(entry.path(), entry.sha256(), String.valueOf(VERSION), limits));
  }

  private Path cacheFile(String key) {
    return cache.resolve(key.substring(0, 2)).resolve(key + ".json");
  }

  private void sweep(Manifest manifest) {
    Set<Path> kept = new HashSet<>();
    for (Manifest.Entry entry : manifest.documents()) {
      kept.add(cacheFile(entry));
      kept.add(failureFile(entry));
    }
    try (Stream<Path> files = Files.walk(cache)) {
      files
          .filter(Files::isRegularFile)
          .filter(file -> !kept.contains(file))
          .forEach(WholeFile::delete);
    } catch (IOException e) {
      throw new Failure.Unavailable("cannot tidy " + cache + ": " + e.getMessage(), e);
    }
  }
}
