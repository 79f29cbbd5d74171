package dev.whetstone.store.shared;

import java.util.List;
import java.util.function.Predicate;

/// How a shared folder treats its files, by their paths below the folder. The room that owns the
/// folder's layout defines it; this package knows no file but its own records.
///
/// @param local whether a file belongs to one machine or to one moment: it is neither saved nor
///   replaced
/// @param independent whether a file counts by itself and not as a part of a state: it is kept and
///   saved even when others saved before
/// @param last whether a file names others, so that it is put in place after them
/// @param companions endings of the files that a database keeps beside its own while it is written;
///   they are not saved, and the database is not saved while one holds something
/// @param foreign a folder, ended by `/`, below whose name others put objects of theirs: the
///   folder's own files of such paths stand below [#HIDDEN], and objects there are never touched
public record FolderLayout(
    Predicate<String> local,
    Predicate<String> independent,
    Predicate<String> last,
    List<String> companions,
    String foreign) {
  /// The folder of what users do not look at.
  static final String HIDDEN = ".whetstone/";

  /// The records of a working copy about itself.
  static final String RECORDS = HIDDEN + "shared/";

  public FolderLayout {
    companions = List.copyOf(companions);
  }
}
