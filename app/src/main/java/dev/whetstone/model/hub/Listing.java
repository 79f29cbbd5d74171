package dev.whetstone.model.hub;

import dev.whetstone.core.Sha256;
import java.util.Comparator;
import java.util.List;

/// What a repository holds.
///
/// @param revision by which the files are fetched
/// @param fixed whether the revision is a commit, which names one state of all files; else it is a
///   branch or tag, whose files may change
record Listing(String revision, boolean fixed, List<HubFile> files) {
  Listing {
    files = List.copyOf(files);
  }

  /// Names the state of the files that are wanted: the commit; or, of a branch or tag, its name
  /// with a hash over all of their hashes.
  ///
  /// @param wanted with hashes
  String state(WantedFiles wanted) {
    if (fixed) {
      return revision;
    }
    var hashes = new Sha256();
    wanted.all().stream()
        .sorted(Comparator.comparing(HubFile::path))
        .forEach(file -> hashes.add(file.path()).add(file.sha256() + " " + file.gitSha1()));
    return revision + "+" + hashes.hex().substring(0, 12);
  }
}
