package dev.whetstone.serving;

import dev.whetstone.catalog.App;
import dev.whetstone.catalog.Catalog;
import dev.whetstone.catalog.Retriever;
import java.util.List;
import java.util.Optional;

/// The apps of a catalog, as callers make and delete them. Safe for many threads. The catalog is
/// owned by the caller.
public final class Apps {
  private final Catalog catalog;
  private final int most;

  /// @param most apps that callers may make
  public Apps(Catalog catalog, int most) {
    this.catalog = catalog;
    this.most = most;
  }

  /// All, oldest first.
  public List<App> list() {
    return catalog.apps();
  }

  /// The app of that id, or the only one of that name.
  public Optional<App> find(String idOrName) {
    return catalog.app(idOrName);
  }

  /// Makes an app; one of this name and retriever that is there counts as made.
  public synchronized AppCreation create(String name, Retriever retriever) {
    List<App> apps = catalog.apps();
    if (apps.size() >= most && apps.stream().noneMatch(app -> app.name().equals(name))) {
      return new AppCreation.TooMany(most);
    }
    App app = catalog.createOnce(name, retriever);
    return app.retriever().equals(retriever)
        ? new AppCreation.Created(app)
        : new AppCreation.NameTaken(app);
  }

  /// @return false if there is none of that id
  public boolean delete(String id) {
    return catalog.delete(id);
  }

  Catalog catalog() {
    return catalog;
  }
}
