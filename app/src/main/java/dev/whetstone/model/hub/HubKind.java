package dev.whetstone.model.hub;

/// The hubs whose protocol is spoken.
public enum HubKind {
  HUGGING_FACE("hf:"),
  MODEL_SCOPE("ms:");

  private final String prefix;

  HubKind(String prefix) {
    this.prefix = prefix;
  }

  /// What its addresses begin with.
  public String prefix() {
    return prefix;
  }
}
