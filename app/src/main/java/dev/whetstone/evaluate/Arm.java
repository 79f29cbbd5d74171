package dev.whetstone.evaluate;

/// The five rankings that a proof compares.
public enum Arm {
  BM25("bm25", "BM25"),
  BASE("base", "base dense"),
  TUNED("tuned", "sharpened dense"),
  HYBRID_BASE("hybrid_base", "base hybrid"),
  HYBRID_TUNED("hybrid_tuned", "sharpened hybrid");

  private final String key;
  private final String title;

  Arm(String key, String title) {
    this.key = key;
    this.title = title;
  }

  /// Its name in reports that programs read.
  public String key() {
    return key;
  }

  /// Its name in tables that people read.
  public String title() {
    return title;
  }
}
