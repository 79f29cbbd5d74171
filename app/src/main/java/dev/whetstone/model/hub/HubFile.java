package dev.whetstone.model.hub;

import org.jspecify.annotations.Nullable;

/// A file of a repository, as the hub lists it.
///
/// @param path relative to the repository
/// @param size in bytes; -1 where the hub does not say
/// @param sha256 of the content, lower-case hexadecimal; null where the hub states none
/// @param gitSha1 of git's blob of the content; null where the hub states none
record HubFile(String path, long size, @Nullable String sha256, @Nullable String gitSha1) {}
