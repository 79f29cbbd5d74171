package dev.whetstone.store;

import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/// What the system says is wrong with a file, in words: its exceptions often name the file alone.
public final class FileTrouble {
  private FileTrouble() {}

  /// What to do about a write that failed, as the beginning of a sentence.
  public static String remedy(Exception e) {
    String reason = reason(e);
    if (reason.contains("Input/output error")) {
      return "The disk or its connection fails: see the system's log, and mend or replace it";
    }
    return reason.contains("Read-only file system")
        ? "Mount the file system for writing"
        : "Free space or permissions";
  }

  /// The reason, without the file's name where the system tells them apart.
  public static String reason(Exception e) {
    return switch (e) {
      case UncheckedIOException u when u.getCause() != null -> reason(u.getCause());
      case AccessDeniedException _ -> "permission denied";
      case NoSuchFileException _ -> "it is gone";
      case NotDirectoryException _ -> "it is no folder";
      case FileSystemException f when f.getReason() != null -> f.getReason();
      case FileSystemException f -> f.getClass().getSimpleName();
      default -> e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    };
  }
}
