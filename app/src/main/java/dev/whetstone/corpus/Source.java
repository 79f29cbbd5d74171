package dev.whetstone.corpus;

import java.nio.file.Path;

/// A file to parse and the id its document shall have.
public record Source(Path file, String id) {}
