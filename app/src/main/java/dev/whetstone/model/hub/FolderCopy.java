package dev.whetstone.model.hub;

import dev.whetstone.core.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/// Copies the wanted files of a model folder, of this machine or in a jar. Links are followed, as
/// Hugging Face's own cache consists of them; what they lead to is checked like any other file.
final class FolderCopy {
  private static final long MOST_BYTES = 8L << 30;

  private FolderCopy() {}

  static void of(Path folder, Path to) throws IOException {
    var files = new ArrayList<HubFile>();
    for (Path parent : parents(folder)) {
      try (var all = Files.list(parent)) {
        for (Path file : all.filter(Files::isRegularFile).toList()) {
          String name = folder.relativize(file).toString().replace('\\', '/');
          files.add(new HubFile(name, Files.size(file), null, null));
        }
      }
    }
    WantedFiles wanted = WantedFiles.of(folder.toString(), files);
    for (HubFile file : wanted.all()) {
      Path target = to.resolve(file.path());
      Files.createDirectories(target.getParent());
      Files.copy(folder.resolve(file.path()), target);
    }
  }

  private static List<Path> parents(Path folder) throws IOException {
    var parents = new ArrayList<Path>(List.of(folder));
    try (var all = Files.list(folder)) {
      all.filter(Files::isDirectory).forEach(parents::add);
    }
    return parents;
  }

  /// @throws Failure.BadInput if the jar holds no model folder, or more than one
  static void ofJar(Path jar, Path to) throws IOException {
    try (var zip = new ZipFile(jar.toFile())) {
      String root = root(zip, jar);
      var files = new ArrayList<HubFile>();
      for (Enumeration<? extends ZipEntry> all = zip.entries(); all.hasMoreElements(); ) {
        ZipEntry entry = all.nextElement();
        if (!entry.isDirectory() && entry.getName().startsWith(root)) {
          files.add(
              new HubFile(entry.getName().substring(root.length()), entry.getSize(), null, null));
        }
      }
      WantedFiles wanted = WantedFiles.of(String.valueOf(jar.getFileName()), files);
      for (HubFile file : wanted.all()) {
        unpack(zip, root + file.path(), file, to.resolve(file.path()));
      }
    }
  }

  private static void unpack(ZipFile zip, String name, HubFile file, Path target)
      throws IOException {
    ZipEntry entry = zip.getEntry(name);
    if (entry == null || file.size() > MOST_BYTES) {
      throw new Failure.BadInput(name + " in the jar is too long, or cannot be read");
    }
    Files.createDirectories(target.getParent());
    try (InputStream in = zip.getInputStream(entry)) {
      Files.copy(in, target);
    }
  }

  /// The folder with `model.safetensors`: that of no module.
  private static String root(ZipFile zip, Path jar) {
    String found = null;
    for (Enumeration<? extends ZipEntry> all = zip.entries(); all.hasMoreElements(); ) {
      String name = all.nextElement().getName();
      boolean config = name.equals("config.json") || name.endsWith("/config.json");
      String folder = config ? name.substring(0, name.length() - "config.json".length()) : "";
      if (config && zip.getEntry(folder + "tokenizer.json") != null) {
        found = only(found, folder, jar);
      }
    }
    if (found == null) {
      throw new Failure.BadInput(
          jar + " holds no model folder: no config.json with a tokenizer.json beside it");
    }
    return found;
  }

  private static String only(@Nullable String found, String folder, Path jar) {
    if (found != null) {
      throw new Failure.BadInput(jar + " holds more than one model folder");
    }
    return folder;
  }
}
