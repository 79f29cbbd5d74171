package dev.whetstone.index.lucene;

import dev.whetstone.index.PassageFields;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.search.CollectionStatistics;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.TermStatistics;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.util.Bits;

/// Searches with BM25 over the statistics of the passages that are there. Lucene counts deleted
/// ones until a merge drops them, so the same passages would score differently after upserts; here
/// they score the same, whatever way led to them.
final class LiveSearcher extends IndexSearcher {
  private static final float K1 = 0.9f;
  private static final float B = 0.4f;

  private final boolean deletions;
  private final long passages; // with at least one term
  private final long terms; // in all of them, repeats counted

  LiveSearcher(DirectoryReader reader) {
    super(reader);
    setSimilarity(new BM25Similarity(K1, B));
    deletions = reader.hasDeletions();
    long passages = 0;
    long terms = 0;
    try {
      for (LeafReaderContext leaf : reader.leaves()) {
        Bits live = leaf.reader().getLiveDocs();
        NumericDocValues lengths = leaf.reader().getNumericDocValues(PassageFields.LENGTH);
        while (lengths != null && lengths.nextDoc() != DocIdSetIterator.NO_MORE_DOCS) {
          if (live == null || live.get(lengths.docID())) {
            passages += lengths.longValue() > 0 ? 1 : 0;
            terms += lengths.longValue();
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.passages = passages;
    this.terms = terms;
  }

  @Override
  public TermStatistics termStatistics(Term term, int docFreq, long totalTermFreq)
      throws IOException {
    if (!deletions || !term.field().equals(PassageFields.TERMS)) {
      return super.termStatistics(term, docFreq, totalTermFreq);
    }
    long live = 0;
    for (LeafReaderContext leaf : getLeafContexts()) {
      live += live(leaf, term);
    }
    long atLeastOne = Math.max(1, live); // none live: nothing is scored with it
    return new TermStatistics(term.bytes(), atLeastOne, Math.max(atLeastOne, totalTermFreq));
  }

  @Override
  public CollectionStatistics collectionStatistics(String field) throws IOException {
    if (!deletions || !field.equals(PassageFields.TERMS) || passages == 0) {
      return super.collectionStatistics(field);
    }
    return new CollectionStatistics(field, passages, passages, terms, terms);
  }

  private static long live(LeafReaderContext leaf, Term term) throws IOException {
    var dictionary = leaf.reader().terms(term.field());
    if (dictionary == null) {
      return 0;
    }
    TermsEnum terms = dictionary.iterator();
    if (!terms.seekExact(term.bytes())) {
      return 0;
    }
    Bits live = leaf.reader().getLiveDocs();
    if (live == null) {
      return terms.docFreq();
    }
    long count = 0;
    PostingsEnum postings = terms.postings(null, PostingsEnum.NONE);
    for (int doc = postings.nextDoc();
        doc != DocIdSetIterator.NO_MORE_DOCS;
        doc = postings.nextDoc()) {
      count += live.get(doc) ? 1 : 0;
    }
    return count;
  }
}
