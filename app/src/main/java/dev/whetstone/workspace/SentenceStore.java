package dev.whetstone.workspace;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Progress;
import dev.whetstone.core.Sha256;
import dev.whetstone.core.SpaceId;
import dev.whetstone.core.Vectors;
import dev.whetstone.encode.Encoder;
import dev.whetstone.store.Artifact;
import dev.whetstone.store.Provenance;
import dev.whetstone.store.WholeFile;
import dev.whetstone.vectors.SentenceFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/// The vectors of the sentences of a workspace's passages, one artifact a space:
/// `sentences/SPACE/`.
///
/// **Problem.** A cited answer is made of sentences, chosen by their cosines with the question. The
/// sentences of a passage are the same for every question, so their vectors are made here, once,
/// beside the passages' own, and answering reads them ([SentenceFile]).
///
/// **Method.** A passage's id is a hash of its text, so only new passages are embedded, the rows of
/// those that stay are copied, and gone ones leave. Long work is kept in parts, each a file of the
/// same form, so that a killed run goes on and no more than a part stands in memory. The version of
/// the sentence splitter stands in the provenance; rows of another version are not used: answering
/// would count other sentences.
///
/// **Absent or stale.** A workspace of an older program has none, and an index that others made
/// holds passages that the workspace does not know. The answer is then made from sentences that are
/// embedded for it: slower, but the same answer.
///
/// **Cost.** `dimension + 4` bytes a sentence and 28 a passage, and about as much time as the
/// passages' own vectors, since the sentences of a passage are together about as long.
public final class SentenceStore {
  private static final String FILE = "sentences.bin";
  private static final String KIND = "sentences";
  private static final String SPLITTER = "splitter";
  private static final int PART = 1024; // passages

  /// How a passage is taken apart.
  ///
  /// @param version of `sentences`; vectors of another one are not used
  /// @param sentences of a passage, in order, as they are embedded
  public record SentenceSource(int version, Function<Passage, List<String>> sentences) {}

  /// @param passages embedded now
  /// @param sentences of all passages
  public record Made(int passages, long sentences, double seconds) {}

  private final Workspace workspace;

  public SentenceStore(Workspace workspace) {
    this.workspace = workspace;
  }

  private Path folder(SpaceId space) {
    return workspace.sentences().resolve(space.value());
  }

  /// Whether there are vectors of this space and splitter; says nothing about which passages they
  /// are of.
  public boolean exists(SpaceId space, int splitter) {
    return Artifact.exists(folder(space))
        && provenance(space, splitter).equals(Artifact.provenance(folder(space)));
  }

  /// The vectors of this space and splitter, checked byte by byte; empty where there are none.
  /// Close it.
  ///
  /// @throws Failure.CorruptArtifact if they are damaged
  public Optional<SentenceFile> open(SpaceId space, int splitter) {
    return exists(space, splitter)
        ? Optional.of(SentenceFile.open(Artifact.open(folder(space)).file(FILE)))
        : Optional.empty();
  }

  /// Makes the vectors of all sentences of `passages` in the encoder's space.
  public Made make(
      List<Passage> passages, SentenceSource splitter, Encoder encoder, Progress progress) {
    long began = System.nanoTime();
    SpaceId space = encoder.space();
    Path parts =
        workspace.hidden().resolve("work").resolve("sentences-" + space + "-" + splitter.version());
    var known = new ArrayList<SentenceFile>();
    try {
      openKept(space, splitter.version()).ifPresent(known::add);
      if (!known.isEmpty() && holdsExactly(known.getFirst(), passages)) {
        return new Made(0, known.getFirst().rows(), seconds(began));
      }
      openParts(parts, known);
      List<Passage> missing =
          passages.stream()
              .filter(p -> known.stream().noneMatch(file -> file.contains(p.id())))
              .toList();
      try (var task = progress.start("embed sentences", missing.size(), "passages")) {
        for (int from = 0; from < missing.size(); from += PART) {
          var part = missing.subList(from, Math.min(missing.size(), from + PART));
          known.add(embed(part, splitter, encoder, parts));
          task.advance(part.size());
        }
      }
      Artifact.create(
          folder(space),
          provenance(space, splitter.version()),
          folder -> merge(folder.resolve(FILE), passages, known, encoder.dimension()));
      WholeFile.delete(parts);
      long sentences;
      try (SentenceFile made = SentenceFile.open(folder(space).resolve(FILE))) {
        sentences = made.rows();
      }
      return new Made(missing.size(), sentences, seconds(began));
    } finally {
      known.forEach(SentenceFile::close);
    }
  }

  /// What is kept; damaged vectors are made anew.
  private Optional<SentenceFile> openKept(SpaceId space, int splitter) {
    try {
      return open(space, splitter);
    } catch (Failure.CorruptArtifact _) {
      return Optional.empty();
    }
  }

  private static boolean holdsExactly(SentenceFile file, List<Passage> passages) {
    return file.passages() == passages.size()
        && passages.stream().allMatch(passage -> file.contains(passage.id()));
  }

  private static SentenceFile embed(
      List<Passage> passages, SentenceSource splitter, Encoder encoder, Path parts) {
    var texts = new ArrayList<String>();
    var counts = new ArrayList<Integer>(passages.size());
    for (Passage passage : passages) {
      List<String> sentences = splitter.sentences().apply(passage);
      texts.addAll(sentences);
      counts.add(sentences.size());
    }
    List<String> ids =
        Stream.iterate(0, i -> i < texts.size(), i -> i + 1).map(String::valueOf).toList();
    Vectors vectors = encoder.texts(ids, texts, Progress.NONE);
    Path file =
        parts.resolve(
            Sha256.id(passages.getFirst().id(), passages.getLast().id()) + "-" + passages.size());
    WholeFile.write(
        file,
        out -> {
          var writer = new SentenceFile.Writer(out, encoder.dimension());
          int row = 0;
          for (int i = 0; i < passages.size(); i++) {
            var rows = new ArrayList<float[]>();
            for (int j = 0; j < counts.get(i); j++) {
              rows.add(vectors.vector(row++));
            }
            writer.add(passages.get(i).id(), rows);
          }
          writer.finish();
        });
    return SentenceFile.open(file);
  }

  private static void merge(
      Path file, List<Passage> passages, List<SentenceFile> known, int dimension)
      throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      var writer = new SentenceFile.Writer(out, dimension);
      for (Passage passage : passages) {
        boolean found = false;
        for (int i = 0; i < known.size() && !found; i++) {
          found = writer.addFrom(known.get(i), passage.id());
        }
        if (!found) {
          throw new IllegalStateException("no sentences of " + passage.id());
        }
      }
      writer.finish();
    }
  }

  /// A part is written whole, beside its place; one of another form is made anew.
  private static void openParts(Path parts, List<SentenceFile> known) {
    if (!Files.isDirectory(parts)) {
      return;
    }
    try (Stream<Path> files = Files.list(parts)) {
      for (Path file :
          files.filter(f -> !String.valueOf(f.getFileName()).startsWith(".")).sorted().toList()) {
        try {
          known.add(SentenceFile.open(file));
        } catch (Failure.CorruptArtifact _) {
          WholeFile.delete(file);
        }
      }
    } catch (IOException e) {
      throw new Failure.Unavailable("cannot read " + parts + ": " + e.getMessage(), e);
    }
  }

  private static Provenance provenance(SpaceId space, int splitter) {
    return new Provenance(
        KIND,
        SentenceFile.FORMAT,
        Map.of("space", space.value()),
        Map.of(SPLITTER, String.valueOf(splitter)),
        0);
  }

  private static double seconds(long began) {
    return (System.nanoTime() - began) / 1e9;
  }
}
