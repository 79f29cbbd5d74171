package dev.whetstone.model.hub;

import dev.whetstone.core.Failure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/// Where a model comes from, as its user writes it.
public sealed interface ModelAddress {
  /// A repository of a hub.
  ///
  /// @param hub which protocol it speaks
  /// @param id `ORG/NAME`, or a name alone
  /// @param revision a branch, tag or commit; empty for the hub's default branch
  record Repository(HubKind hub, String id, String revision) implements ModelAddress {
    @Override
    public String text() {
      return hub.prefix() + id + (revision.isEmpty() ? "" : "@" + revision);
    }
  }

  /// A jar that holds a model folder.
  ///
  /// @param coordinates `group:artifact:version`
  record Jar(String coordinates) implements ModelAddress {
    @Override
    public String text() {
      return MAVEN + coordinates;
    }
  }

  /// A model folder of this machine.
  record Folder(Path path) implements ModelAddress {
    @Override
    public String text() {
      return path.toString();
    }
  }

  String MAVEN = "maven:";

  /// How it is written.
  String text();

  Pattern ID =
      Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,95}(/[A-Za-z0-9][A-Za-z0-9._-]{0,95})?");

  Pattern REVISION = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/-]{0,127}");

  /// @param text `hf:ORG/NAME`, `ms:ORG/NAME`, each with `@REVISION` or without,
  ///   `maven:GROUP:ARTIFACT:VERSION`, or a folder
  /// @throws Failure.BadInput if it is none of these, or there is no such folder
  static ModelAddress parse(String text) {
    for (HubKind hub : HubKind.values()) {
      if (text.startsWith(hub.prefix())) {
        return repository(hub, text.substring(hub.prefix().length()), text);
      }
    }
    if (text.startsWith(MAVEN)) {
      String coordinates = text.substring(MAVEN.length());
      if (!coordinates.matches("[\\w.-]+:[\\w.-]+:[\\w.-]+")) {
        throw new Failure.BadInput(text + " is not maven:GROUP:ARTIFACT:VERSION");
      }
      return new Jar(coordinates);
    }
    if (!text.isBlank() && Files.isDirectory(Path.of(text))) {
      return new Folder(Path.of(text).toAbsolutePath().normalize());
    }
    throw new Failure.BadInput(
        "there is no folder \"%s\"; a model of a hub is written hf:ORG/NAME or ms:ORG/NAME, one in a jar maven:GROUP:ARTIFACT:VERSION"
            .formatted(text));
  }

  private static Repository repository(HubKind hub, String text, String whole) {
    int at = text.indexOf('@');
    String id = at < 0 ? text : text.substring(0, at);
    String revision = at < 0 ? "" : text.substring(at + 1);
    boolean known = ID.matcher(id).matches() && !id.contains("..") && !id.contains("--");
    boolean dated = at < 0 || (REVISION.matcher(revision).matches() && !revision.contains(".."));
    if (!known || !dated) {
      throw new Failure.BadInput(
          "\"%s\" is not %sORG/NAME or %sORG/NAME@REVISION"
              .formatted(whole, hub.prefix(), hub.prefix()));
    }
    return new Repository(hub, id, revision);
  }
}
