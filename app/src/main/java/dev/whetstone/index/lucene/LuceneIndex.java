package dev.whetstone.index.lucene;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Filter;
import dev.whetstone.core.Hit;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Ranking;
import dev.whetstone.core.SpaceId;
import dev.whetstone.core.Vectors;
import dev.whetstone.index.PassageFields;
import dev.whetstone.index.PassageIndex;
import dev.whetstone.index.TermScore;
import dev.whetstone.index.VectorCheck;
import dev.whetstone.text.Analyzers;
import dev.whetstone.vectors.UnitVector;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.BoostQuery;
import org.apache.lucene.search.Explanation;
import org.apache.lucene.search.FieldDoc;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.SortField;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.util.Bits;
import org.jspecify.annotations.Nullable;

/// One commit of a Lucene index, open for searching. What is written after it was opened is not
/// seen. Safe for many threads.
public final class LuceneIndex implements PassageIndex {
  private static final SpaceId NO_SPACE = new SpaceId("0000000000000000");

  // Lucene looks at as many candidates as it is asked for: more than are wanted, for their recall.
  private static final int LEAST_CANDIDATES = 200;
  private static final int CANDIDATES_PER_HIT = 4;

  private static final Sort BEST_FIRST =
      new Sort(SortField.FIELD_SCORE, new SortField(PassageFields.ID, SortField.Type.STRING));

  private final Directory directory;
  private final DirectoryReader reader;
  private final LiveSearcher searcher;
  private final PassageLookup lookup;
  private final CommitData commit; // dimension 0 when there are no vectors
  private final String generation;
  private final Collection<String> languages;
  private final @Nullable CommitFiles files; // null in memory

  /// Takes over directory and reader: closing this closes both.
  ///
  /// @param files of the commit; null in memory
  LuceneIndex(
      Directory directory,
      DirectoryReader reader,
      CommitData commit,
      String generation,
      @Nullable CommitFiles files)
      throws IOException {
    this.directory = directory;
    this.reader = reader;
    this.searcher = new LiveSearcher(reader);
    this.lookup = new PassageLookup(reader);
    this.commit = commit;
    this.generation = generation;
    this.languages = lookup.values(PassageFields.LANGUAGE);
    this.files = files;
  }

  /// An index in memory, for evaluation and tests. Close it to free the memory.
  ///
  /// @param vectors of all these passages, by id; null for an index of words alone, whose
  ///   [#nearest] refuses
  public static LuceneIndex inMemory(List<Passage> passages, @Nullable Vectors vectors) {
    var directory = new ByteBuffersDirectory();
    try (var writer = new IndexWriter(directory, LuceneFormat.config())) {
      for (Passage passage : passages) {
        float[] vector = vectors == null ? null : VectorCheck.of(vectors, passage.id());
        writer.updateDocument(PassageFields.id(passage.id()), PassageFields.of(passage, vector));
      }
      writer.commit();
      return new LuceneIndex(
          directory,
          DirectoryReader.open(directory),
          new CommitData(
              vectors == null ? NO_SPACE : vectors.space(),
              vectors == null ? 0 : vectors.dimension(),
              Analyzers.VERSION,
              passages.size(),
              Map.of()),
          "memory",
          null);
    } catch (IOException e) {
      throw new Failure.Unavailable("cannot build an index in memory: " + e.getMessage(), e);
    }
  }

  @Override
  public SpaceId space() {
    return commit.space();
  }

  @Override
  public String generation() {
    return generation;
  }

  @Override
  public Map<String, String> provenance() {
    return commit.provenance();
  }

  @Override
  public void verify() {
    if (files != null) {
      files.verify();
    }
  }

  @Override
  public boolean termsAreCurrent() {
    return Analyzers.isCurrent(commit.analyzers(), languages);
  }

  CommitData commit() {
    return commit;
  }

  /// Whether nothing was committed to this generation since it was opened.
  boolean isCurrent() {
    try {
      return reader.isCurrent();
    } catch (IOException e) {
      throw unavailable(e);
    }
  }

  @Override
  public int size() {
    return reader.numDocs();
  }

  @Override
  public Ranking words(String question, int k, Filter filter) {
    checkK(k);
    var terms = new BooleanQuery.Builder();
    termQueries(question).values().forEach(term -> terms.add(term, BooleanClause.Occur.SHOULD));
    Query query = terms.build();
    Query let = PassageFields.query(filter);
    if (let != null) {
      query =
          new BooleanQuery.Builder()
              .add(query, BooleanClause.Occur.MUST)
              .add(let, BooleanClause.Occur.FILTER)
              .build();
    }
    try {
      ScoreDoc[] found = searcher.search(query, k, BEST_FIRST).scoreDocs;
      var scores = new HashMap<Integer, Double>();
      for (ScoreDoc doc : found) {
        scores.put(doc.doc, ((Float) ((FieldDoc) doc).fields[0]).doubleValue());
      }
      return ranking(scores, k);
    } catch (IOException e) {
      throw unavailable(e);
    }
  }

  private Map<String, Query> termQueries(String question) {
    var queries = new LinkedHashMap<String, Query>();
    Analyzers.questionTerms(commit.analyzers(), question, languages).entrySet().stream()
        .limit(IndexSearcher.getMaxClauseCount() / 2)
        .forEach(
            term ->
                queries.put(
                    term.getKey(),
                    new BoostQuery(
                        new TermQuery(new Term(PassageFields.TERMS, term.getKey())),
                        term.getValue())));
    return queries;
  }

  @Override
  public Optional<List<TermScore>> termScores(String question, String id) {
    try {
      int document = lookup.document(id);
      var scores = new ArrayList<TermScore>();
      if (document >= 0) {
        for (Map.Entry<String, Query> term : termQueries(question).entrySet()) {
          Explanation explained = searcher.explain(term.getValue(), document);
          if (explained.isMatch()) {
            scores.add(new TermScore(term.getKey(), explained.getValue().doubleValue()));
          }
        }
      }
      scores.sort(Comparator.comparingDouble(TermScore::score).reversed());
      return Optional.of(scores);
    } catch (IOException e) {
      throw unavailable(e);
    }
  }

  @Override
  public Ranking nearest(float[] query, int k, Filter filter) {
    checkK(k);
    checkQuery(query);
    int candidates = Math.max(LEAST_CANDIDATES, CANDIDATES_PER_HIT * k);
    var nearest =
        new KnnFloatVectorQuery(
            PassageFields.VECTOR, query, candidates, PassageFields.query(filter));
    try {
      ScoreDoc[] found = searcher.search(nearest, candidates).scoreDocs; // best first
      var scores = new HashMap<Integer, Double>();
      for (int i = 0; i < found.length && (i < k || found[i].score == found[k - 1].score); i++) {
        scores.put(found[i].doc, Math.clamp(2.0 * found[i].score - 1, -1.0, 1.0));
      }
      return ranking(scores, k);
    } catch (IOException e) {
      throw unavailable(e);
    }
  }

  @Override
  public Map<String, Double> cosines(float[] query, Collection<String> ids) {
    checkQuery(query);
    var cosines = HashMap.<String, Double>newHashMap(ids.size());
    try {
      for (String id : ids) {
        int document = lookup.document(id);
        if (document >= 0) {
          cosines.put(id, lookup.cosine(document, query));
        }
      }
    } catch (IOException e) {
      throw unavailable(e);
    }
    return cosines;
  }

  @Override
  public List<Passage> passages(List<String> ids) {
    try {
      var stored = searcher.storedFields();
      var passages = new ArrayList<Passage>(ids.size());
      for (String id : ids) {
        int document = lookup.document(id);
        if (document >= 0) {
          passages.add(PassageFields.passage(stored.document(document)));
        }
      }
      return passages;
    } catch (IOException e) {
      throw unavailable(e);
    }
  }

  @Override
  public void forEach(int most, Consumer<Passage> each) {
    var random = new Random(size());
    try {
      for (LeafReaderContext leaf : reader.leaves()) {
        StoredFields stored = leaf.reader().storedFields();
        Bits live = leaf.reader().getLiveDocs();
        for (int document = 0; document < leaf.reader().maxDoc(); document++) {
          boolean there = live == null || live.get(document);
          if (there && (size() <= most || random.nextInt(size()) < most)) {
            each.accept(PassageFields.passage(stored.document(document)));
          }
        }
      }
    } catch (IOException e) {
      throw unavailable(e);
    }
  }

  @Override
  public void close() {
    try (directory) {
      reader.close();
    } catch (IOException e) {
      throw unavailable(e);
    }
  }

  private Ranking ranking(Map<Integer, Double> scores, int k) throws IOException {
    Map<Integer, String> ids = lookup.ids(scores.keySet());
    var hits = new ArrayList<Hit>(scores.size());
    ids.forEach((document, id) -> hits.add(new Hit(id, scores.getOrDefault(document, 0.0))));
    return Ranking.best(hits, k);
  }

  private void checkQuery(float[] query) {
    if (commit.dimension() == 0) {
      throw new Failure.Refused("generation " + generation + " is an index of words: no vectors");
    }
    if (query.length != commit.dimension() || !UnitVector.is(query)) {
      throw new IllegalArgumentException(
          "not a unit vector of " + commit.dimension() + " floats (it has " + query.length + ")");
    }
  }

  private static void checkK(int k) {
    if (k < 1 || k > 1000) {
      throw new IllegalArgumentException("k not from 1 to 1000: " + k);
    }
  }

  private Failure.Unavailable unavailable(IOException e) {
    return new Failure.Unavailable(
        "cannot read generation " + generation + " in " + directory + ": " + e.getMessage(), e);
  }
}
