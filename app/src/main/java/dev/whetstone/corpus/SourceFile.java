package dev.whetstone.corpus;

import java.nio.file.Path;

/// A file to parse, and the id that its document gets.
public record SourceFile(Path file, String id) {}
