package dev.whetstone.workshop.prepare;

import dev.whetstone.core.Document;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Parallel;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Progress;
import dev.whetstone.core.Remedy;
import dev.whetstone.core.Sha256;
import dev.whetstone.core.TokenCounter;
import dev.whetstone.corpus.ParseLimits;
import dev.whetstone.corpus.ParseOptions;
import dev.whetstone.corpus.ParseOutcome;
import dev.whetstone.corpus.SourceFile;
import dev.whetstone.corpus.TextBeside;
import dev.whetstone.corpus.sandbox.SafeParser;
import dev.whetstone.corpus.split.PassageLimits;
import dev.whetstone.corpus.split.Splitter;
import dev.whetstone.store.Artifact;
import dev.whetstone.store.Json;
import dev.whetstone.store.Provenance;
import dev.whetstone.store.WholeFile;
import dev.whetstone.vectors.PassageFile;
import dev.whetstone.workshop.prepare.PreparedPassages.PreparedDocument;
import dev.whetstone.workshop.prepare.PreparedPassages.Reading;
import dev.whetstone.workspace.Manifest;
import dev.whetstone.workspace.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Staged files to passages. Each file's parse is kept by its content, so that one edited file is
/// parsed again alone; what is no longer staged goes from the cache.
public final class Preparing {
  /// Raised whenever a parser or the splitter makes something else of the same file.
  public static final int VERSION = 5;

  /// The kept outcome of one parse: a document, or a reason and the pages that are pictures.
  record Parse(@Nullable Document document, @Nullable String reason, List<Integer> pictures) {}

  /// A document, and the file beside it whose text is read in its place.
  private record Staged(Manifest.Entry document, Manifest.@Nullable Entry text) {
    String path() {
      return document.path();
    }

    /// Whether the document has changed since the text was made of it.
    boolean isOlder() {
      if (text == null) {
        return false;
      }
      try {
        return Instant.parse(text.modified())
            .plus(TOLERANCE)
            .isBefore(Instant.parse(document.modified()));
      } catch (DateTimeParseException _) {
        return false;
      }
    }

    /// Differs where the passages may: they carry where the document comes from.
    String origin() {
      Manifest.Link link = document.link();
      return Sha256.id(content(), link == null ? "" : link.url(), document.object().orElse(""));
    }

    /// Differs where the parse may.
    String content() {
      return text == null
          ? document.sha256()
          : Sha256.id(document.sha256(), text.path(), text.sha256(), String.valueOf(isOlder()));
    }
  }

  /// Between the times of files that were written together, as by a copy.
  private static final Duration TOLERANCE = Duration.ofSeconds(2);

  /// Documents that are worked on at once: each may take some hundred megabytes.
  private static final int PARALLEL = Math.min(4, Runtime.getRuntime().availableProcessors());

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
      Parallel.inOrder(
          PARALLEL,
          staged(manifest),
          entry -> split(entry, splitter, earlier),
          split -> {
            documents.add(split.document());
            passages.addAll(split.passages());
            task.advance(1);
          },
          () -> {});
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

  private record Split(PreparedDocument document, List<Passage> passages) {}

  private Split split(Staged entry, Splitter splitter, EarlierPassages earlier) {
    PreparedDocument known = earlier.document(entry.path(), entry.origin());
    return known == null
        ? split(entry, splitter)
        : new Split(known, earlier.passages(entry.path()));
  }

  private Split split(Staged entry, Splitter splitter) {
    Parse parse = read(entry);
    Document document = parse.document();
    if (document == null) {
      Reading unread = unread(String.valueOf(parse.reason()), parse);
      return new Split(prepared(entry, 0, unread), List.of());
    }
    try {
      List<Passage> made =
          splitter.split(document).stream()
              .map(passage -> linked(passage, entry.document(), document))
              .toList();
      var reading = new Reading(document.language(), null, document.notes(), parse.pictures());
      return new Split(prepared(entry, made.size(), reading), made);
    } catch (Failure.BadInput tooMany) {
      Reading unread = unread(String.valueOf(tooMany.getMessage()), parse);
      return new Split(prepared(entry, 0, unread), List.of());
    }
  }

  private static PreparedDocument prepared(Staged entry, int passages, Reading reading) {
    return new PreparedDocument(
        entry.path(), entry.document().sha256(), entry.origin(), passages, reading);
  }

  private static Reading unread(String reason, Parse parse) {
    return new Reading(null, reason, List.of(), parse.pictures());
  }

  private static Failure nothingRead(List<PreparedDocument> documents) {
    PreparedDocument first = documents.getFirst();
    return new Failure.BadInput(
        "none of the %d staged documents could be read; the first: %s: %s"
            .formatted(
                documents.size(),
                first.path(),
                Objects.requireNonNullElse(first.reading().unread(), "it makes no passage")));
  }

  private void write(
      Manifest manifest, String id, List<PreparedDocument> documents, List<Passage> passages) {
    var unread = new ArrayList<PreparedPassages.Unread>();
    var inPart = new ArrayList<PreparedPassages.Unread>();
    var pictures = new ArrayList<PreparedPassages.Pictures>();
    for (PreparedDocument each : documents) {
      Reading reading = each.reading();
      if (reading.unread() != null) {
        unread.add(new PreparedPassages.Unread(each.path(), reading.unread()));
      }
      reading.inPart().forEach(note -> inPart.add(new PreparedPassages.Unread(each.path(), note)));
      if (!reading.pictures().isEmpty()) {
        pictures.add(new PreparedPassages.Pictures(each.path(), reading.pictures()));
      }
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
              Json.pretty(new PreparedPassages.UnreadDocuments(unread, inPart, pictures)));
          WholeFile.write(
              folder.resolve(PreparedPassages.DOCUMENTS), PreparedPassages.json(documents));
        });
  }

  /// A passage with where its document comes from. What stands beside the file goes before what the
  /// document says of itself, and a part that has an address of its own keeps it.
  private static Passage linked(Passage passage, Manifest.Entry entry, Document document) {
    var origin = new HashMap<String, String>();
    entry.object().ifPresent(object -> origin.put(Passage.SOURCE, object));
    Manifest.Link link = entry.link();
    String own = document.metadata().get(Passage.URL);
    if (link != null && Objects.equals(passage.metadata().get(Passage.URL), own)) {
      origin.put(Passage.URL, link.url());
    }
    return passage.with(origin);
  }

  /// The kept parse of a staged file; parses the file anew where that is damaged.
  private Parse read(Staged entry) {
    return kept(entry)
        .orElseGet(
            () -> {
              synchronized (this) { // one process at a time
                parse(List.of(entry), Progress.NONE);
              }
              return kept(entry).orElseThrow();
            });
  }

  private Optional<Parse> kept(Staged entry) {
    return Json.kept(cacheFile(entry), Parse.class)
        .or(() -> Json.kept(failureFile(entry), Parse.class));
  }

  /// The language of most documents, ISO 639-1; `en` where nothing could be read or two languages
  /// have as many. `zh` only where more than half of the documents are Chinese.
  ///
  /// @param earlier knows the languages of documents that are as they were
  public String language(Manifest manifest, EarlierPassages earlier) {
    var counts = new HashMap<String, Integer>();
    for (Staged entry : staged(manifest)) {
      PreparedDocument known = earlier.document(entry.path(), entry.origin());
      String language = known == null ? languageOf(entry) : known.reading().language();
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

  private @Nullable String languageOf(Staged entry) {
    Document document = Files.exists(cacheFile(entry)) ? read(entry).document() : null;
    return document == null ? null : document.language();
  }

  /// Parses what was not parsed before, and keeps each outcome.
  public void parse(Manifest manifest, Progress progress) {
    var missing =
        staged(manifest).stream()
            .filter(e -> !Files.exists(cacheFile(e)) && !Files.exists(failureFile(e)))
            .toList();
    if (!missing.isEmpty()) {
      parse(missing, progress);
    }
  }

  private void parse(List<Staged> missing, Progress progress) {
    var parse = workspace.settings().parse();
    var limits =
        new ParseLimits(
            Duration.ofSeconds(parse.secondsPerFile()),
            parse.heapMegabytes(),
            (long) parse.maxFileMegabytes() << 20,
            options());
    var sources = new ArrayList<SourceFile>();
    for (Staged each : missing) {
      Manifest.Entry text = each.text();
      sources.add(
          new SourceFile(
              checked(each.document()),
              each.path(),
              text == null ? null : new TextBeside(checked(text), text.path(), each.isOlder())));
    }
    try (var parser = new SafeParser(limits);
        var task = progress.start("parse", sources.size(), "documents")) {
      var entries = missing.iterator();
      parser.parseAll(
          sources,
          PARALLEL,
          outcome -> {
            Staged entry = entries.next();
            Parse kept =
                switch (outcome) {
                  case ParseOutcome.Parsed(Document document) ->
                      new Parse(document, null, document.pictures());
                  case ParseOutcome.Failed(String _, String reason, List<Integer> pictures) ->
                      new Parse(null, reason, pictures);
                };
            Path file = kept.document() == null ? failureFile(entry) : cacheFile(entry);
            WholeFile.write(file, Json.sealed(Json.line(kept)));
            task.advance(1);
          });
    }
  }

  /// The staged file.
  ///
  /// @throws Failure.CorruptArtifact if it is not what was staged
  private Path checked(Manifest.Entry entry) {
    Path raw = workspace.raw().resolve(entry.path());
    try {
      if (!Files.isRegularFile(raw) || !Sha256.of(raw).equals(entry.sha256())) {
        throw new Failure.CorruptArtifact(
            raw + " is not what was staged (its SHA-256 differs). Stage its folder again",
            new Remedy.Stage(entry.source()));
      }
      return raw;
    } catch (IOException e) {
      throw new Failure.Unavailable("cannot read " + raw + ": " + e.getMessage(), e);
    }
  }

  private static List<Staged> staged(Manifest manifest) {
    return manifest.documents().stream()
        .map(document -> new Staged(document, manifest.textBeside(document).orElse(null)))
        .toList();
  }

  private ParseOptions options() {
    var parse = workspace.settings().parse();
    return new ParseOptions(
        parse.hidden(), parse.maxCharacters(), parse.maxBlocks(), parse.titleCharacters());
  }

  /// A parse counts for the options that shape its text.
  private Path cacheFile(Staged entry) {
    String read =
        "hidden=%s titleCharacters=%d".formatted(options().hidden(), options().titleCharacters());
    return cacheFile(Sha256.id(entry.path(), entry.content(), String.valueOf(VERSION), read));
  }

  /// A failure counts for the limits it happened under: with others the file is tried again.
  private Path failureFile(Staged entry) {
    String limits = workspace.settings().parse().toString();
    return cacheFile(Sha256.id(entry.path(), entry.content(), String.valueOf(VERSION), limits));
  }

  private Path cacheFile(String key) {
    return cache.resolve(key.substring(0, 2)).resolve(key + ".json");
  }

  private void sweep(Manifest manifest) {
    Set<Path> kept = new HashSet<>();
    for (Staged entry : staged(manifest)) {
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
