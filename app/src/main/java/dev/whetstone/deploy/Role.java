package dev.whetstone.deploy;

/// What a text is to be embedded as: it decides the model's prompt.
public enum Role {
  QUERY,
  PASSAGE
}
