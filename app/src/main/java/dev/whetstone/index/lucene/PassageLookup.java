package dev.whetstone.index.lucene;

import dev.whetstone.index.PassageFields;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.MultiTerms;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.index.SortedDocValues;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.BytesRef;

/// From passage ids to Lucene's numbers and back, without a search. Safe for many threads.
final class PassageLookup {
  private final DirectoryReader reader;

  PassageLookup(DirectoryReader reader) {
    this.reader = reader;
  }

  /// The number of the passage, or -1 when it is not there.
  int document(String id) throws IOException {
    Term term = PassageFields.id(id);
    for (LeafReaderContext leaf : reader.leaves()) {
      PostingsEnum postings = leaf.reader().postings(term, PostingsEnum.NONE);
      if (postings == null) {
        continue;
      }
      Bits live = leaf.reader().getLiveDocs();
      for (int doc = postings.nextDoc();
          doc != DocIdSetIterator.NO_MORE_DOCS;
          doc = postings.nextDoc()) {
        if (live == null || live.get(doc)) {
          return leaf.docBase + doc;
        }
      }
    }
    return -1;
  }

  /// The ids of these numbers.
  Map<Integer, String> ids(Set<Integer> documents) throws IOException {
    List<LeafReaderContext> leaves = reader.leaves();
    var iterators = new HashMap<LeafReaderContext, SortedDocValues>();
    var ids = new TreeMap<Integer, String>();
    for (int document : new TreeSet<>(documents)) { // an iterator only goes forward
      LeafReaderContext leaf = leaves.get(ReaderUtil.subIndex(document, leaves));
      SortedDocValues values = iterators.get(leaf);
      if (values == null) {
        values = leaf.reader().getSortedDocValues(PassageFields.ID);
        iterators.put(leaf, values);
      }
      if (!values.advanceExact(document - leaf.docBase)) {
        throw new IllegalStateException("a passage without an id: number " + document);
      }
      ids.put(document, values.lookupOrd(values.ordValue()).utf8ToString());
    }
    return ids;
  }

  /// The dot product of the passage's vector with `query`.
  double cosine(int document, float[] query) throws IOException {
    List<LeafReaderContext> leaves = reader.leaves();
    LeafReaderContext leaf = leaves.get(ReaderUtil.subIndex(document, leaves));
    FloatVectorValues vectors = leaf.reader().getFloatVectorValues(PassageFields.VECTOR);
    var at = vectors.iterator();
    if (at.advance(document - leaf.docBase) != document - leaf.docBase) {
      throw new IllegalStateException("a passage without a vector: number " + document);
    }
    float[] vector = vectors.vectorValue(at.index());
    float sum = 0;
    for (int i = 0; i < query.length; i++) {
      sum += vector[i] * query[i];
    }
    return Math.clamp(sum, -1.0, 1.0);
  }

  /// Every value that a keyword field has.
  Set<String> values(String field) throws IOException {
    var values = new TreeSet<String>();
    Terms terms = MultiTerms.getTerms(reader, field);
    if (terms != null) {
      TermsEnum each = terms.iterator();
      for (BytesRef term = each.next(); term != null; term = each.next()) {
        values.add(term.utf8ToString());
      }
    }
    return values;
  }
}
