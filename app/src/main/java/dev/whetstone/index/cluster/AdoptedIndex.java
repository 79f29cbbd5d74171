package dev.whetstone.index.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Filter;
import dev.whetstone.core.Hit;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Ranking;
import dev.whetstone.core.SpaceId;
import dev.whetstone.core.Vectors;
import dev.whetstone.index.Adoptable;
import dev.whetstone.index.AdoptedFields;
import dev.whetstone.index.PassageIndex;
import dev.whetstone.store.Json;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// An index that another program created, read without changes: words by its own analysis of the
/// text, neighbours by its own field of vectors. A document of it is a passage: its id, its text,
/// and as metadata the rest of its plain fields.
public final class AdoptedIndex implements PassageIndex {
  private static final int LONGEST_QUESTION = 2_000; // characters: the engines bound the clauses
  private static final int LONGEST_VALUE = 1_000; // of metadata
  private static final int OVERSAMPLED = 2; // where scores are not of the whole vectors

  private final Requests requests;
  private final Searches searches;
  private final String index;
  private final SpaceId space;
  private final AdoptedFields fields;
  private final AdoptedMapping mapping;
  private final int size;

  AdoptedIndex(Requests requests, String index, SpaceId space, AdoptedFields fields) {
    this.requests = requests;
    this.searches = new Searches(requests, index, null);
    this.index = index;
    this.space = space;
    this.fields = fields;
    this.mapping = new AdoptedMapping(requests, index, fields);
    this.size =
        requests.get("count " + index, "/" + index + "/_count", Map.of()).path("count").asInt();
  }

  /// What it looks like.
  ///
  /// @param sample how many passages to draw, at random
  Adoptable examine(int sample) {
    ObjectNode body = Json.MAPPER.createObjectNode();
    ObjectNode score = body.putObject("query").putObject("function_score");
    score.putObject("query").putObject("exists").put("field", fields.vector());
    score.putObject("random_score").put("seed", 1).put("field", "_seq_no");
    body.put("size", Math.min(sample, Searches.MOST_HITS)).put("_source", false);
    var ids = new ArrayList<String>();
    searches.hits("sample", body, false).forEach(hit -> ids.add(searches.id(hit)));
    var texts = new HashMap<String, String>();
    passages(ids).forEach(passage -> texts.put(passage.id(), passage.text()));
    var vectors = new LinkedHashMap<String, float[]>();
    searches.vectors(fields.vector(), ids, vectors::put);
    int dimension = mapping.vector().dimension();
    if (dimension == 0) {
      dimension = vectors.values().stream().findFirst().map(vector -> vector.length).orElse(0);
    }
    var data = new float[vectors.size() * dimension];
    double shortest = Double.POSITIVE_INFINITY;
    double longest = 0;
    int row = 0;
    for (float[] vector : vectors.values()) {
      double length = length(vector);
      shortest = Math.min(shortest, length);
      longest = Math.max(longest, length);
      System.arraycopy(unit(vector), 0, data, row++ * dimension, dimension);
    }
    texts.keySet().retainAll(vectors.keySet());
    return new Adoptable(
        size,
        dimension,
        mapping.vector().similarity(),
        texts,
        new Vectors(space, List.copyOf(vectors.keySet()), dimension, data),
        new Adoptable.Lengths(shortest, longest),
        false);
  }

  @Override
  public SpaceId space() {
    return space;
  }

  /// The name of the index.
  @Override
  public String generation() {
    return index;
  }

  @Override
  public Map<String, String> provenance() {
    return Map.of();
  }

  @Override
  public int size() {
    return size;
  }

  /// BM25 as the index has it: its own analysis and constants.
  @Override
  public Ranking words(String question, int k, Filter filter) {
    Searches.checkK(k);
    ObjectNode body = searches.ids(k);
    body.set("query", query(question, filter));
    var hits = new ArrayList<Hit>();
    for (JsonNode hit : searches.hits("search", body, true)) {
      hits.add(new Hit(searches.id(hit), hit.path("_score").doubleValue()));
    }
    return Ranking.best(hits, k);
  }

  private ObjectNode query(String question, Filter filter) {
    ObjectNode query = Json.MAPPER.createObjectNode();
    ObjectNode bool = query.putObject("bool");
    String shortened = question.substring(0, Math.min(question.length(), LONGEST_QUESTION));
    bool.putObject("must").putObject("match").put(fields.text(), shortened);
    ObjectNode let = mapping.query(filter);
    if (let != null) {
      bool.set("filter", let);
    }
    return query;
  }

  @Override
  public Ranking nearest(float[] query, int k, Filter filter) {
    Searches.checkK(k);
    boolean exact = mapping.vector().exact();
    int count = exact ? k : k * OVERSAMPLED;
    int candidates = Searches.candidates(count);
    ObjectNode body = searches.ids(count);
    requests
        .client()
        .nearest(body, fields.vector(), query, count, candidates, mapping.query(filter), !exact);
    var scores = new LinkedHashMap<String, Double>();
    for (JsonNode hit : searches.hits("search", body, false)) {
      scores.put(searches.id(hit), Searches.cosine(hit));
    }
    Map<String, Double> cosines = exact ? scores : cosines(query, scores.keySet());
    var hits = new ArrayList<Hit>();
    cosines.forEach((id, cosine) -> hits.add(new Hit(id, cosine)));
    return Ranking.best(hits, k);
  }

  /// Where neighbours' scores are cosines.
  @Override
  public Optional<Ranking> hybrid(
      String question, float[] query, double denseWeight, int k, int pool, Filter filter) {
    Searches.checkK(k);
    if (!mapping.vector().exact() || !searches.clusterFuses()) {
      return Optional.empty();
    }
    int best = Math.max(pool, k);
    int candidates = Searches.candidates(best);
    ObjectNode nearest = Json.MAPPER.createObjectNode();
    requests
        .client()
        .nearest(nearest, fields.vector(), query, best, candidates, mapping.query(filter), false);
    ObjectNode words = query(question, filter);
    return Optional.of(searches.hybrid(words, nearest, denseWeight, k, best, true));
  }

  @Override
  public Map<String, Double> cosines(float[] query, Collection<String> ids) {
    if (mapping.vector().exact() && mapping.vector().dimension() > 0) {
      checkDimension(query, mapping.vector().dimension());
      return searches.cosines(fields.vector(), query, ids, false);
    }
    var cosines = HashMap.<String, Double>newHashMap(ids.size());
    searches.vectors(
        fields.vector(),
        ids,
        (id, vector) -> {
          checkDimension(query, vector.length);
          cosines.put(id, Searches.cosine(query, unit(vector)));
        });
    return cosines;
  }

  @Override
  public List<Passage> passages(List<String> ids) {
    Map<String, JsonNode> sources = searches.sources(ids, fields.vector());
    var passages = new ArrayList<Passage>(ids.size());
    for (String id : ids) {
      JsonNode source = sources.get(id);
      if (source != null) {
        passages.add(passage(id, source));
      }
    }
    return passages;
  }

  @Override
  public void forEach(int most, Consumer<Passage> each) {
    ObjectNode body = Requests.drawn(most, size);
    body.putObject("_source").putArray("excludes").add(fields.vector());
    requests.all(
        "read " + index,
        index,
        body,
        hit -> each.accept(passage(searches.id(hit), hit.path("_source"))));
  }

  @Override
  public void close() {
    // the connections are of the indexes
  }

  private Passage passage(String id, JsonNode source) {
    String text = at(source, fields.text()).asText();
    var metadata = new HashMap<String, String>();
    for (String name : Requests.names(source)) {
      JsonNode value = source.path(name);
      if (value.isValueNode()
          && !value.isNull()
          && !name.equals(fields.text())
          && value.asText().length() <= LONGEST_VALUE) {
        metadata.put(name, value.asText());
      }
    }
    String document = fields.document() == null ? "" : at(source, fields.document()).asText();
    return new Passage(
        id, document.isEmpty() ? id : document, List.of(), text, 0, text.length(), 0, 0, metadata);
  }

  /// A field of a source, written as one name with dots or as objects.
  private static JsonNode at(JsonNode source, String name) {
    if (source.has(name)) {
      return source.path(name);
    }
    JsonNode at = source;
    for (String part : name.split("\\.", -1)) {
      at = at.path(part);
    }
    return at;
  }

  private void checkDimension(float[] query, int dimension) {
    if (query.length != dimension) {
      throw new Failure.Refused(
          index
              + " holds vectors of "
              + dimension
              + " numbers, the model makes "
              + query.length
              + ": use the model that the index was made with");
    }
  }

  private static double length(float[] vector) {
    double squares = 0;
    for (float number : vector) {
      squares += (double) number * number;
    }
    return Math.sqrt(squares);
  }

  private static float[] unit(float[] vector) {
    double length = length(vector);
    var unit = vector.clone();
    for (int i = 0; length > 0 && i < unit.length; i++) {
      unit[i] = (float) (unit[i] / length);
    }
    return unit;
  }
}
