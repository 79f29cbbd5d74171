package dev.whetstone.index;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Filter;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Sha256;
import dev.whetstone.text.Analyzers;
import java.util.HashMap;
import java.util.List;
import java.util.Set;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.SortedDocValuesField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.index.IndexableField;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermInSetQuery;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;

/// How a passage lies in Lucene: its terms, its vector, a keyword for each field a filter can name,
/// and the whole of it stored.
public final class PassageFields {
  public static final String ID = "id";
  static final String DOCUMENT = "document";
  public static final String TERMS = "terms";

  /// How many terms a passage has, kept so that the collection's mean can leave deleted ones out.
  public static final String LENGTH = "length";

  public static final String VECTOR = "vector";
  static final String METADATA = "meta.";
  public static final String LANGUAGE = METADATA + "language";

  private static final String HEADING = "heading";
  private static final String TEXT = "text";
  private static final String FROM = "from";
  private static final String TO = "to";
  private static final String PAGE = "page";
  private static final String TOKENS = "tokens";
  private static final int LONGEST_KEYWORD = 4_000; // characters; Lucene's limit is 32,766 bytes
  private static final FieldType COUNTED = counted();

  private PassageFields() {}

  /// @throws Failure.BadInput if the id is longer than a term may be
  public static Document of(Passage passage, float @Nullable [] vector) {
    if (passage.id().length() > LONGEST_KEYWORD) {
      throw new Failure.BadInput(
          "a passage id of "
              + passage.id().length()
              + " characters (at most "
              + LONGEST_KEYWORD
              + "): "
              + passage.id().substring(0, 80));
    }
    var document = new Document();
    document.add(new StringField(ID, keyword(passage.id()), Field.Store.NO));
    document.add(new SortedDocValuesField(ID, keyword(passage.id())));
    document.add(new StoredField(ID, passage.id()));
    document.add(new StringField(DOCUMENT, keyword(passage.document()), Field.Store.NO));
    document.add(new StoredField(DOCUMENT, passage.document()));
    passage.headings().forEach(heading -> document.add(new StoredField(HEADING, heading)));
    document.add(new StoredField(TEXT, passage.text()));
    document.add(new StoredField(FROM, passage.from()));
    document.add(new StoredField(TO, passage.to()));
    document.add(new StoredField(PAGE, passage.page()));
    document.add(new StoredField(TOKENS, passage.tokens()));
    passage
        .metadata()
        .forEach(
            (key, value) -> {
              document.add(new StringField(METADATA + key, keyword(value), Field.Store.NO));
              document.add(new StoredField(METADATA + key, value));
            });
    String language = Analyzers.language(passage);
    List<String> terms = Analyzers.terms(passage.embedded(), language);
    document.add(new Field(TERMS, new Terms(terms), COUNTED));
    document.add(new NumericDocValuesField(LENGTH, terms.size()));
    if (vector != null) {
      document.add(new KnnFloatVectorField(VECTOR, vector, VectorSimilarityFunction.DOT_PRODUCT));
    }
    return document;
  }

  public static Passage passage(Document stored) {
    var metadata = new HashMap<String, String>();
    for (IndexableField field : stored.getFields()) {
      if (field.name().startsWith(METADATA)) {
        metadata.put(field.name().substring(METADATA.length()), field.stringValue());
      }
    }
    return new Passage(
        stored.get(ID),
        stored.get(DOCUMENT),
        List.of(stored.getValues(HEADING)),
        stored.get(TEXT),
        number(stored, FROM),
        number(stored, TO),
        number(stored, PAGE),
        number(stored, TOKENS),
        metadata);
  }

  /// The passage of this id.
  public static Term id(String id) {
    return new Term(ID, keyword(id));
  }

  /// The passages of this document.
  public static Term document(String document) {
    return new Term(DOCUMENT, keyword(document));
  }

  /// What the filter lets through; null when that is everything.
  public static @Nullable Query query(Filter filter) {
    if (filter.equals(Filter.ALL)) {
      return null;
    }
    var all = new BooleanQuery.Builder();
    filter.anyOf().forEach((key, values) -> all.add(in(key, values), BooleanClause.Occur.FILTER));
    if (filter.anyOf().isEmpty()) {
      all.add(new MatchAllDocsQuery(), BooleanClause.Occur.FILTER); // what to leave some out of
    }
    filter
        .noneOf()
        .forEach((key, values) -> all.add(in(key, values), BooleanClause.Occur.MUST_NOT));
    return all.build();
  }

  private static Query in(String key, Set<String> values) {
    String name = key.equals(DOCUMENT) ? DOCUMENT : METADATA + key;
    return new TermInSetQuery(name, values.stream().map(PassageFields::keyword).toList());
  }

  /// A value as one term: itself, or its hash when it is longer than a term may be.
  private static BytesRef keyword(String value) {
    return new BytesRef(
        value.length() <= LONGEST_KEYWORD ? value : "sha256:" + new Sha256().add(value).hex());
  }

  private static int number(Document stored, String name) {
    return stored.getField(name).numericValue().intValue();
  }

  private static FieldType counted() {
    var type = new FieldType();
    type.setTokenized(true);
    type.setIndexOptions(IndexOptions.DOCS_AND_FREQS);
    type.freeze();
    return type;
  }

  /// Terms that are ready, as Lucene wants them.
  private static final class Terms extends TokenStream {
    private final CharTermAttribute term = addAttribute(CharTermAttribute.class);
    private final List<String> terms;
    private int next;

    Terms(List<String> terms) {
      this.terms = terms;
    }

    @Override
    public boolean incrementToken() {
      if (next == terms.size()) {
        return false;
      }
      clearAttributes();
      term.append(terms.get(next));
      next++;
      return true;
    }

    @Override
    public void reset() {
      next = 0;
    }
  }
}
