package dev.whetstone.index.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.whetstone.core.Filter;
import dev.whetstone.core.Hit;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Ranking;
import dev.whetstone.core.SpaceId;
import dev.whetstone.index.PassageIndex;
import dev.whetstone.store.Json;
import dev.whetstone.text.Analyzers;
import dev.whetstone.vectors.UnitVector;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One generation in a cluster, open for searching. What is written to it after it was opened is
/// seen as well; its size and the languages of its texts are those of when it was opened. Closing
/// it leaves the connections open: they are of the [ClusterIndexes] it came from.
public final class ClusterIndex implements PassageIndex {
  private static final int LEAST_QUANTIZED = 100;
  private static final int MOST_TERMS = 512; // of a question; the engines take 1024 clauses
  private static final int TIES = 16; // hits read beyond k: which of equal ones is cut is ours
  private static final String UNREAD =
      String.join(
          ",",
          ClusterMapping.EMBEDDING,
          ClusterMapping.TERMS,
          ClusterMapping.LABELS,
          ClusterMapping.HASH);

  private final ClusterGeneration generation;
  private final GenerationMeta meta; // as of when it was opened
  private final Searches searches;
  private final int size;
  private final Collection<String> languages;
  private final boolean sharedStatistics;

  ClusterIndex(ClusterGeneration generation) {
    this.generation = generation;
    this.meta = generation.meta();
    this.searches = new Searches(generation.requests(), generation.index(), ClusterMapping.ID);
    this.size = generation.count();
    this.languages = generation.languages();
    this.sharedStatistics = generation.shards() > 1;
  }

  @Override
  public SpaceId space() {
    return meta.space();
  }

  @Override
  public String generation() {
    return generation.number();
  }

  @Override
  public Map<String, String> provenance() {
    return meta.provenance();
  }

  @Override
  public boolean termsAreCurrent() {
    return Analyzers.isCurrent(meta.analyzers(), languages);
  }

  GenerationMeta meta() {
    return meta;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public Ranking words(String question, int k, Filter filter) {
    Searches.checkK(k);
    ObjectNode query = query(question, filter);
    if (query == null) {
      return Ranking.EMPTY;
    }
    ObjectNode body = searches.ids(k);
    body.set("query", query);
    ArrayNode sort = body.putArray("sort");
    sort.addObject().put("_score", "desc");
    sort.addObject().put(ClusterMapping.ID, "asc");
    double scale = generation.requests().client().wordsScale();
    var hits = new ArrayList<Hit>();
    for (JsonNode hit : searches.hits("search", body, sharedStatistics)) {
      hits.add(new Hit(searches.id(hit), hit.path("sort").path(0).doubleValue() / scale));
    }
    return Ranking.best(hits, k);
  }

  /// The words of a question, with our own weights; null if it has none.
  private @Nullable ObjectNode query(String question, Filter filter) {
    Map<String, Float> terms = Analyzers.questionTerms(meta.analyzers(), question, languages);
    if (terms.isEmpty()) {
      return null;
    }
    ObjectNode query = Json.MAPPER.createObjectNode();
    ObjectNode bool = query.putObject("bool").put("minimum_should_match", 1);
    ArrayNode should = bool.putArray("should");
    terms.entrySet().stream()
        .limit(MOST_TERMS)
        .forEach(
            term ->
                should
                    .addObject()
                    .putObject("term")
                    .putObject(ClusterMapping.TERMS)
                    .put("value", term.getKey())
                    .put("boost", term.getValue()));
    ObjectNode let = PassageJson.query(filter);
    if (let != null) {
      bool.set("filter", let);
    }
    return query;
  }

  @Override
  public Ranking nearest(float[] query, int k, Filter filter) {
    Searches.checkK(k);
    checkQuery(query);
    ClusterClient client = generation.requests().client();
    boolean rescore = rough();
    int count = k + TIES;
    if (meta.quantized()) {
      count = Math.max(count, LEAST_QUANTIZED); // rough scores: more are needed for k good ones
    }
    int read = k + TIES;
    if (rescore) {
      read =
          (int)
              Math.min(
                  Searches.MOST_HITS, Math.ceil(count * client.settings().layout().oversample()));
    }
    int candidates = Math.max(Searches.candidates(count), read);
    ObjectNode body = searches.ids(read);
    client.nearest(
        body,
        ClusterMapping.EMBEDDING,
        query,
        count,
        candidates,
        PassageJson.query(filter),
        meta.quantized());
    var hits = new ArrayList<Hit>();
    for (JsonNode hit : searches.hits("search", body, false)) {
      hits.add(new Hit(searches.id(hit), Searches.cosine(hit)));
    }
    if (rescore) {
      Map<String, Double> cosines = cosines(query, hits.stream().map(Hit::passageId).toList());
      hits.replaceAll(
          hit -> new Hit(hit.passageId(), cosines.getOrDefault(hit.passageId(), hit.score())));
    }
    return Ranking.best(hits, k);
  }

  @Override
  public Optional<Ranking> hybrid(
      String question, float[] query, double denseWeight, int k, int pool, Filter filter) {
    Searches.checkK(k);
    checkQuery(query);
    ObjectNode words = searches.clusterFuses() ? query(question, filter) : null;
    if (words == null) {
      return Optional.empty();
    }
    int best = Math.max(pool, k);
    ObjectNode nearest = Json.MAPPER.createObjectNode();
    generation
        .requests()
        .client()
        .nearest(
            nearest,
            ClusterMapping.EMBEDDING,
            query,
            best,
            Searches.candidates(best),
            PassageJson.query(filter),
            meta.quantized());
    return Optional.of(searches.hybrid(words, nearest, denseWeight, k, best, sharedStatistics));
  }

  @Override
  public Map<String, Double> cosines(float[] query, Collection<String> ids) {
    checkQuery(query);
    if (!rough()) {
      List<String> documents = ids.stream().map(PassageJson::documentId).toList();
      return searches.cosines(ClusterMapping.EMBEDDING, query, documents, meta.quantized());
    }
    var cosines = HashMap.<String, Double>newHashMap(ids.size());
    Map<String, String> byDocument = HashMap.newHashMap(ids.size());
    ids.forEach(id -> byDocument.put(PassageJson.documentId(id), id));
    searches.vectors(
        ClusterMapping.EMBEDDING,
        byDocument.keySet(),
        (document, vector) -> {
          String id = byDocument.get(document);
          if (id != null) {
            cosines.put(id, Searches.cosine(query, vector));
          }
        });
    return cosines;
  }

  @Override
  public List<Passage> passages(List<String> ids) {
    List<String> documents = ids.stream().map(PassageJson::documentId).toList();
    Map<String, JsonNode> sources = searches.sources(documents, UNREAD);
    var passages = new ArrayList<Passage>(ids.size());
    for (String document : documents) {
      @Nullable JsonNode source = sources.get(document);
      if (source != null) {
        passages.add(PassageJson.passage(source));
      }
    }
    return passages;
  }

  @Override
  public void forEach(int most, Consumer<Passage> each) {
    ObjectNode body = Requests.drawn(most, size);
    ArrayNode excluded = body.putObject("_source").putArray("excludes");
    for (String field : UNREAD.split(",", -1)) {
      excluded.add(field);
    }
    generation
        .requests()
        .all(
            "read " + generation.index(),
            generation.index(),
            body,
            hit -> each.accept(PassageJson.passage(hit.path("_source"))));
  }

  @Override
  public void close() {
    // the connections are of the indexes
  }

  /// Whether the scores of neighbours are of the quantized vectors, not of the whole ones.
  private boolean rough() {
    return meta.quantized() && !generation.requests().client().rescores();
  }

  private void checkQuery(float[] query) {
    if (query.length != meta.dimension() || !UnitVector.is(query)) {
      throw new IllegalArgumentException(
          "not a unit vector of " + meta.dimension() + " floats (it has " + query.length + ")");
    }
  }
}
