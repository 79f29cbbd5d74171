package dev.whetstone.index.lucene;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Remedy;
import dev.whetstone.core.SpaceId;
import dev.whetstone.core.Vectors;
import dev.whetstone.index.GenerationWriter;
import dev.whetstone.index.PassageFields;
import dev.whetstone.index.VectorCheck;
import dev.whetstone.store.FileTrouble;
import dev.whetstone.store.WholeFile;
import dev.whetstone.text.Analyzers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.Term;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.Lock;

/// Writes one generation of the embedded index. Readers see nothing of it before [#commit]. Closing
/// it drops what was not committed; so does the end of the process, however it ends.
public final class LuceneWriter implements GenerationWriter {
  private final Path folder;
  private final SpaceId space;
  private final int dimension;
  private final Lock lock;
  private final Directory directory;
  private final IndexWriter writer;
  private boolean worthKeeping;

  /// Takes over `lock` and `directory`.
  ///
  /// @param worthKeeping whether there is a commit already
  LuceneWriter(
      Path folder,
      SpaceId space,
      int dimension,
      Lock lock,
      Directory directory,
      boolean worthKeeping)
      throws IOException {
    this.folder = folder;
    this.space = space;
    this.dimension = dimension;
    this.lock = lock;
    this.directory = directory;
    this.worthKeeping = worthKeeping;
    this.writer = new IndexWriter(directory, LuceneFormat.config());
  }

  @Override
  public String generation() {
    return String.valueOf(folder.getFileName());
  }

  @Override
  public void upsert(List<Passage> passages, Vectors vectors) {
    if (!vectors.space().equals(space)) {
      throw new Failure.Refused(
          "generation "
              + generation()
              + " in "
              + folder.getParent()
              + " holds space "
              + space
              + ", these vectors are of space "
              + vectors.space()
              + ": a new space needs a new generation",
          new Remedy.RunSteps(List.of("embed", "index")));
    }
    if (vectors.dimension() != dimension) {
      throw new Failure.BadInput(
          "vectors of " + vectors.dimension() + " numbers for an index of " + dimension);
    }
    try {
      for (Passage passage : passages) {
        float[] vector = VectorCheck.of(vectors, passage.id());
        writer.updateDocument(PassageFields.id(passage.id()), PassageFields.of(passage, vector));
      }
    } catch (IOException e) {
      throw cannotWrite(e);
    }
  }

  @Override
  public void delete(Collection<String> ids) {
    delete(ids.stream().map(PassageFields::id).toArray(Term[]::new));
  }

  @Override
  public void deleteDocument(String document) {
    delete(PassageFields.document(document));
  }

  /// Makes all changes so far durable, in one step: after this returns they survive a power cut,
  /// before it none of them does.
  @Override
  public void commit(Map<String, String> provenance) {
    try {
      int passages;
      try (var reader = DirectoryReader.open(writer)) {
        passages = reader.numDocs();
      }
      var data = new CommitData(space, dimension, Analyzers.VERSION, passages, provenance);
      writer.setLiveCommitData(data.toMap().entrySet());
      writer.commit();
      worthKeeping = true;
    } catch (IOException e) {
      throw cannotWrite(e);
    }
  }

  @Override
  public void close() {
    try (lock;
        directory) {
      writer.rollback();
    } catch (IOException e) {
      throw cannotWrite(e);
    }
    if (!worthKeeping) {
      WholeFile.delete(folder);
    }
  }

  private void delete(Term... terms) {
    try {
      writer.deleteDocuments(terms);
    } catch (IOException e) {
      throw cannotWrite(e);
    }
  }

  private Failure.Unavailable cannotWrite(IOException e) {
    return new Failure.Unavailable(
        "cannot write "
            + folder
            + ": "
            + e.getMessage()
            + "; what was committed before still serves. "
            + FileTrouble.remedy(e)
            + ", then run the same command again",
        e);
  }
}
