package dev.whetstone.model.hub;

import java.util.List;

/// What a repository holds at one commit.
///
/// @param commit by which the files are fetched, so that all are of one state
record Listing(String commit, List<HubFile> files) {
  Listing {
    files = List.copyOf(files);
  }
}
