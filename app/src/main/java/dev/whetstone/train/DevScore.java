package dev.whetstone.train;

/// Means of nDCG@10 over the dev questions on the pool of dev passages.
///
/// @param hybrid with the dense weight that is best there
public record DevScore(double dense, double hybrid) {
  public static final DevScore NONE = new DevScore(0, 0);

  /// What candidates are chosen by: the app serves the hybrid, and where BM25 carries it the dense
  /// ranking tells more.
  double criterion() {
    return (dense + hybrid) / 2;
  }
}
