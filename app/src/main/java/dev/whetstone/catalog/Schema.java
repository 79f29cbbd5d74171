package dev.whetstone.catalog;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.whetstone.core.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.sqlite.SQLiteConfig;

/// The catalog's tables as numbered steps: step `n` brings `PRAGMA user_version` from `n - 1` to
/// `n`. A step that was released is never edited; a change is a new step.
final class Schema {
  /// No version of this program will have so many steps: a larger number is a damaged header.
  private static final int FARTHEST = 1000;

  private static final List<String> STEPS =
      List.of(
          """
          CREATE TABLE apps (
            id TEXT PRIMARY KEY NOT NULL,
            name TEXT NOT NULL,
            type TEXT NOT NULL,
            endpoint TEXT,
            index_name TEXT NOT NULL,
            top_k INTEGER NOT NULL,
            settings TEXT NOT NULL,
            created INTEGER NOT NULL, -- milliseconds since 1970
            updated INTEGER NOT NULL
          ) STRICT;
          CREATE INDEX apps_by_name ON apps (name);
          """,
          // Settings under names become a plan. An app had one when steps had set its weight; its
          // abstention, JSON in a text, keeps each digit. A text that is no JSON is left in the
          // column, so that reading the app names it as damaged.
          """
          ALTER TABLE apps ADD COLUMN plan TEXT; -- PlanJson; null: nothing was fitted
          UPDATE apps SET plan = CASE
            WHEN NOT json_valid(settings) THEN settings
            WHEN json_extract(settings, '$.dense_weight') IS NULL THEN NULL
            WHEN NOT json_valid(json_extract(settings, '$.dense_weight'))
              OR NOT json_valid(coalesce(json_extract(settings, '$.abstention'), 'null'))
              THEN settings
            ELSE json_object(
              'version', 1,
              'arms', json('[{"kind":"words","depth":100},{"kind":"vectors","depth":100}]'),
              'fusion', json_object(
                'kind', 'convex',
                'dense_weight', json(json_extract(settings, '$.dense_weight'))),
              'reranker', NULL,
              'pool', 20,
              'top_k', top_k,
              'abstention', json(coalesce(json_extract(settings, '$.abstention'), 'null')))
            END;
          ALTER TABLE apps DROP COLUMN settings;
          """);

  private Schema() {}

  /// Opens the file, synced at each commit, and brings it up to date. It has a rollback journal and
  /// no write-ahead log: between writes the file is all there is, so that it can be copied, and
  /// replaced while others have it open.
  static Connection connect(Path file) throws SQLException {
    var config = new SQLiteConfig();
    config.setBusyTimeout(10_000);
    config.setJournalMode(SQLiteConfig.JournalMode.TRUNCATE);
    config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
    // As an address, in which a `?` of a folder's name is escaped: the driver would take what
    // follows one for settings of its own.
    String address = file.toAbsolutePath().toUri().toString();
    Connection connection = config.createConnection("jdbc:sqlite:" + address);
    try {
      migrate(connection, file);
      return connection;
    } catch (SQLException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  /// Whether the file's header names an earlier format: `user_version` is the 32-bit big-endian
  /// number at byte 60 (the SQLite file format, 1.3).
  static boolean isEarlier(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] header = in.readNBytes(64);
      if (header.length < 64 || !new String(header, 0, 15, US_ASCII).equals("SQLite format 3")) {
        return false;
      }
      int version = ByteBuffer.wrap(header).getInt(60);
      return version > 0 && version < STEPS.size();
    }
  }

  private static void migrate(Connection connection, Path file) throws SQLException {
    if (version(connection) == STEPS.size()) {
      return;
    }
    var _ = Transaction.run(connection, statement -> migrate(connection, statement, file));
  }

  /// @return the format that it has now
  private static int migrate(Connection connection, Statement statement, Path file)
      throws SQLException {
    int version = version(connection); // another process may have done the same meanwhile
    if (version < 0 || version > FARTHEST) {
      throw new Failure.CorruptArtifact(
          "the catalog "
              + file
              + " is damaged: its header names format "
              + version
              + "; put a backup in its place, or move it away and create the apps again");
    }
    if (version > STEPS.size()) {
      throw new Failure.Refused(
          "the catalog "
              + file
              + " was written by a newer version (format "
              + version
              + ", this program knows "
              + STEPS.size()
              + "), or its header is damaged: use the newer program, or put a backup in its place");
    }
    for (int step = version; step < STEPS.size(); step++) {
      statement.executeUpdate(STEPS.get(step));
    }
    statement.executeUpdate("PRAGMA user_version = " + STEPS.size());
    return STEPS.size();
  }

  private static int version(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("PRAGMA user_version")) {
      return row.next() ? row.getInt(1) : 0;
    }
  }
}
