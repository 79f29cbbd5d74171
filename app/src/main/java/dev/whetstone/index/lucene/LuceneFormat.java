package dev.whetstone.index.lucene;

import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene103.Lucene103Codec;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.search.similarities.BM25Similarity;

/// How an index is written.
///
/// HNSW after Malkov & Yashunin, IEEE TPAMI 2020: `M` links a node in the layers above the lowest
/// (twice that in the lowest), `efConstruction` candidates looked at for each insertion.
final class LuceneFormat {
  private static final int M = 16;
  private static final int EF_CONSTRUCTION = 128;
  private static final double BUFFER_MB = 256;

  private LuceneFormat() {}

  static IndexWriterConfig config() {
    var vectors = new Lucene99HnswVectorsFormat(M, EF_CONSTRUCTION);
    return new IndexWriterConfig()
        .setRAMBufferSizeMB(BUFFER_MB)
        .setSimilarity(new BM25Similarity())
        .setCommitOnClose(false)
        .setCodec(
            new Lucene103Codec() {
              @Override
              public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
                return vectors;
              }
            });
  }
}
