package dev.whetstone.catalog;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/// Work on a catalog that is done whole or not at all, and that no other connection, of this
/// process or another, writes amid.
final class Transaction {
  private Transaction() {}

  interface Work<T> {
    T run(Statement statement) throws SQLException;
  }

  static <T> T run(Connection connection, Work<T> work) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("BEGIN IMMEDIATE");
      try {
        T result = work.run(statement);
        statement.execute("COMMIT");
        return result;
      } catch (SQLException | RuntimeException e) {
        try {
          statement.execute("ROLLBACK");
        } catch (SQLException undone) { // SQLite has rolled back by itself
          e.addSuppressed(undone);
        }
        throw e;
      }
    }
  }
}
