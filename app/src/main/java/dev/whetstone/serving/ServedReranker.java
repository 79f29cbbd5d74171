package dev.whetstone.serving;

import java.time.Instant;

/// The reranker that serves, as callers see it.
///
/// @param id under which it is asked for, whichever version serves: the workspace's name with
///   `-reranker`
/// @param name of the version: `manual/2`
/// @param created when it was written
public record ServedReranker(String id, String name, Instant created) {}
