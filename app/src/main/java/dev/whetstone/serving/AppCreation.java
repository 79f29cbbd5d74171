package dev.whetstone.serving;

import dev.whetstone.catalog.App;

/// What became of the wish for an app.
public sealed interface AppCreation {
  /// There is such an app: a new one, or one that was there with this name and retriever.
  record Created(App app) implements AppCreation {}

  /// Another app has the name.
  record NameTaken(App other) implements AppCreation {}

  /// There are as many apps as there may be.
  record TooMany(int most) implements AppCreation {}
}
