package dev.whetstone.catalog;

import dev.whetstone.core.CommitScope;
import dev.whetstone.core.EngineKind;
import dev.whetstone.core.Failure;
import dev.whetstone.core.RetrievalPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/// The apps of a workspace in one SQLite file. A write that returned is on disk. Safe for many
/// threads, and for several processes on one machine at once: a writer waits up to ten seconds for
/// another. A file that is replaced, by a newer state of a workspace in a bucket, is opened anew.
public final class Catalog implements AutoCloseable {
  private static final String DIGITS = "abcdefghijklmnopqrstuvwxyz234567";
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final String COLUMNS =
      "id, name, type, endpoint, index_name, top_k, plan, created, updated";

  private final Path file;
  private final CommitScope writes;
  private final ReentrantLock lock = new ReentrantLock();
  private Connection connection; // guarded by lock
  private @Nullable Object opened; // the file's identity; guarded by lock

  private Catalog(Path file, CommitScope writes) throws SQLException {
    this.file = file;
    this.writes = writes;
    this.connection = Schema.connect(file);
    this.opened = identity(file);
  }

  /// Opens the catalog, made new where there is none.
  public static Catalog open(Path file) {
    return open(file, CommitScope.DIRECT);
  }

  /// Shows `work` the catalog and leaves the file as it is: one of an earlier format is copied, and
  /// the copy is brought up to date and shown.
  ///
  /// @param file of a catalog that exists
  /// @throws Failure as [#open]
  public static <T> T view(Path file, Function<Catalog, T> work) {
    try {
      if (!Schema.isEarlier(file)) {
        try (var catalog = open(file)) {
          return work.apply(catalog);
        }
      }
      Path copy = Files.createTempFile("catalog-", ".db");
      try {
        Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
        try (var catalog = open(copy)) {
          return work.apply(catalog);
        }
      } finally {
        Files.deleteIfExists(copy);
      }
    } catch (IOException e) {
      throw new Failure.Unavailable("cannot read the catalog " + file + ": " + e.getMessage(), e);
    }
  }

  /// @param writes carries out what [#create] and [#delete] do
  ///
  /// @throws Failure.CorruptArtifact if the file is not a catalog
  /// @throws Failure.Refused if a newer version of the program wrote it
  /// @throws Failure.Unavailable if its folder cannot be written, or another process holds it
  public static Catalog open(Path file, CommitScope writes) {
    try {
      Path folder = file.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      return new Catalog(file, writes);
    } catch (IOException e) {
      throw new Failure.Unavailable(
          "cannot make the folder of the catalog " + file + ": " + e.getMessage(), e);
    } catch (SQLException e) {
      throw failure(file, e);
    }
  }

  /// Adds an app under a new id.
  ///
  /// @throws Failure.BadInput if the name cannot be used
  public App create(String name, Retriever retriever) {
    App.requireName(name);
    return writes.carry(file, () -> locked(() -> insert(name, retriever)));
  }

  private App insert(String name, Retriever retriever) throws SQLException {
    Instant now = now();
    for (int attempt = 0; ; attempt++) {
      var app = new App(newId(), name, retriever, null, now, now);
      try {
        insert(app);
        return app;
      } catch (SQLiteException e) {
        if (e.getResultCode() != SQLiteErrorCode.SQLITE_CONSTRAINT_PRIMARYKEY || attempt == 3) {
          throw e;
        }
      }
    }
  }

  /// Adds an app, unless one has the name: asking twice makes one app, also from two processes.
  ///
  /// @return the new app, or one that has the name: one with this retriever where there is one,
  ///   else the oldest
  /// @throws Failure.BadInput if the name cannot be used
  public App createOnce(String name, Retriever retriever) {
    App.requireName(name);
    return writes.carry(
        file, () -> locked(() -> Transaction.run(connection, _ -> namedOrNew(name, retriever))));
  }

  private App namedOrNew(String name, Retriever retriever) throws SQLException {
    List<App> named = select("WHERE name = ? ORDER BY created, rowid", name);
    return named.isEmpty()
        ? insert(name, retriever)
        : named.stream()
            .filter(one -> one.retriever().equals(retriever))
            .findFirst()
            .orElse(named.getFirst());
  }

  /// All apps, oldest first.
  public List<App> apps() {
    return locked(() -> select("ORDER BY created, rowid"));
  }

  /// The app of that id, or the only one of that name.
  ///
  /// @throws Failure.BadInput if several apps have the name
  public Optional<App> app(String idOrName) {
    return locked(
        () -> {
          List<App> byId = select("WHERE id = ?", idOrName);
          if (!byId.isEmpty()) {
            return Optional.of(byId.getFirst());
          }
          List<App> named = select("WHERE name = ? ORDER BY created, rowid", idOrName);
          if (named.size() > 1) {
            throw new Failure.BadInput(
                named.size()
                    + " apps are named \""
                    + idOrName
                    + "\": use an id, one of "
                    + String.join(", ", named.stream().map(App::id).limit(10).toList()));
          }
          return named.stream().findFirst();
        });
  }

  /// Replaces the name, retriever and plan of the app of that id.
  ///
  /// @return the app as it is now, with a new [App#updated()]
  /// @throws Failure.BadInput if no app has that id any more
  public App update(App app) {
    return locked(
        () -> {
          var changed =
              new App(app.id(), app.name(), app.retriever(), app.plan(), app.created(), now());
          try (PreparedStatement update =
              connection.prepareStatement(
                  "UPDATE apps SET name = ?, type = ?, endpoint = ?, index_name = ?, top_k = ?,"
                      + " plan = ?, updated = ? WHERE id = ?")) {
            bind(update, changed, 1);
            update.setLong(7, changed.updated().toEpochMilli());
            update.setString(8, changed.id());
            if (update.executeUpdate() == 0) {
              throw new Failure.BadInput("there is no app " + app.id() + " any more");
            }
          }
          return changed;
        });
  }

  /// Removes the app of that id; false when there is none.
  public boolean delete(String id) {
    return writes.carry(
        file,
        () ->
            locked(
                () -> {
                  try (PreparedStatement delete =
                      connection.prepareStatement("DELETE FROM apps WHERE id = ?")) {
                    delete.setString(1, id);
                    return delete.executeUpdate() > 0;
                  }
                }));
  }

  @Override
  public void close() {
    locked(
        () -> {
          connection.close();
          return true;
        });
  }

  private void insert(App app) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO apps (id, name, type, endpoint, index_name, top_k, plan, created,"
                + " updated) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
      insert.setString(1, app.id());
      bind(insert, app, 2);
      insert.setLong(8, app.created().toEpochMilli());
      insert.setLong(9, app.updated().toEpochMilli());
      insert.executeUpdate();
    }
  }

  private static void bind(PreparedStatement statement, App app, int at) throws SQLException {
    statement.setString(at, app.name());
    statement.setString(at + 1, app.retriever().engine().name());
    statement.setString(at + 2, app.retriever().endpoint());
    statement.setString(at + 3, app.retriever().index());
    statement.setInt(at + 4, app.retriever().topK());
    RetrievalPlan plan = app.plan();
    statement.setString(at + 5, plan == null ? null : PlanJson.write(plan));
  }

  private List<App> select(String rest, String... values) throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement("SELECT " + COLUMNS + " FROM apps " + rest)) {
      for (int i = 0; i < values.length; i++) {
        query.setString(i + 1, values[i]);
      }
      var apps = new ArrayList<App>();
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          apps.add(read(rows));
        }
      }
      return apps;
    }
  }

  private App read(ResultSet row) throws SQLException {
    String id = row.getString("id");
    String endpoint = row.getString("endpoint"); // an embedded engine has none
    try {
      var retriever =
          new Retriever(
              new EngineKind(row.getString("type"), endpoint == null),
              endpoint,
              row.getString("index_name"),
              row.getInt("top_k"));
      String plan = row.getString("plan");
      return new App(
          id,
          row.getString("name"),
          retriever,
          plan == null ? null : PlanJson.read(plan),
          Instant.ofEpochMilli(row.getLong("created")),
          Instant.ofEpochMilli(row.getLong("updated")));
    } catch (IllegalArgumentException | Failure.BadInput e) {
      throw new Failure.CorruptArtifact(
          "the catalog " + file + " holds an app " + id + " that cannot be read: " + e.getMessage(),
          e);
    }
  }

  private interface Work<T> {
    T run() throws SQLException;
  }

  private <T> T locked(Work<T> work) {
    lock.lock();
    try {
      if (!connection.isClosed() && !Objects.equals(opened, identity(file))) {
        connection.close();
        connection = Schema.connect(file);
        opened = identity(file);
      }
      return work.run();
    } catch (SQLException e) {
      throw failure(file, e);
    } finally {
      lock.unlock();
    }
  }

  private static @Nullable Object identity(Path file) {
    try {
      return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    } catch (IOException e) {
      return null;
    }
  }

  private static Failure failure(Path file, SQLException e) {
    int code = e.getErrorCode() & 0xff;
    if (code == SQLiteErrorCode.SQLITE_CORRUPT.code || code == SQLiteErrorCode.SQLITE_NOTADB.code) {
      return new Failure.CorruptArtifact(
          "the catalog "
              + file
              + " is damaged or is no catalog ("
              + e.getMessage()
              + "): put a backup in its place, or move it away and create the apps again",
          e);
    }
    return new Failure.Unavailable(
        "the catalog "
            + file
            + " cannot be used: "
            + e.getMessage()
            + ". Check that the disk has room, the file may be written and no other process holds"
            + " it",
        e);
  }

  private static Instant now() {
    return Instant.now().truncatedTo(ChronoUnit.MILLIS);
  }

  private static String newId() {
    var id = new StringBuilder("app-");
    for (int i = 0; i < 12; i++) {
      id.append(DIGITS.charAt(RANDOM.nextInt(DIGITS.length())));
    }
    return id.toString();
  }
}
