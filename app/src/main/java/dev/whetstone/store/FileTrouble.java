package dev.whetstone.store;

import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/// What the system says is wrong with a file, in words: its exceptions often name the file alone.
public final class FileTrouble {
  private FileTrouble() {}

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
