package dev.whetstone.index.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Remedy;
import dev.whetstone.core.SpaceId;
import dev.whetstone.index.Adoptable;
import dev.whetstone.index.AdoptedFields;
import dev.whetstone.index.GenerationWriter;
import dev.whetstone.index.Indexes;
import dev.whetstone.index.PassageIndex;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One index that another program created, presented as the only generation. It is read, never
/// written.
public final class AdoptedIndexes implements Indexes {
  private final Requests requests;
  private final String index;
  private final SpaceId space;
  private final AdoptedFields fields;

  /// Takes over the client: closing this closes it.
  ///
  /// @param index or alias of one index
  /// @param space that its vectors are taken to be of; nothing in it says so
  public AdoptedIndexes(ClusterClient client, String index, SpaceId space, AdoptedFields fields) {
    if (index.isEmpty()
        || !index.equals(index.strip())
        || index.matches(".*[/\\\\*?\"<>|, #:%].*")) {
      throw new Failure.BadInput("not the name of one index: \"" + index + "\"");
    }
    this.requests = new Requests(client);
    this.index = index;
    this.space = space;
    this.fields = fields;
  }

  /// What the index looks like, with a sample to hold against the model.
  ///
  /// @param sample how many passages to draw, at random
  /// @throws Failure.BadInput if it has no such fields
  public Adoptable examine(int sample) {
    return open().examine(sample);
  }

  /// A setting of the index, or its default; empty where it has none of that name, or we may not
  /// ask.
  public String setting(String name) {
    try {
      var parameters = Map.of("include_defaults", "true", "flat_settings", "true");
      JsonNode answer =
          requests.get("read the settings of " + index, "/" + index + "/_settings", parameters);
      JsonNode found = answer.findValue(name);
      return found == null ? "" : found.asText();
    } catch (Failure.Refused _) {
      return "";
    }
  }

  @Override
  public GenerationWriter begin(SpaceId space, int dimension) {
    throw readOnly();
  }

  @Override
  public GenerationWriter update(SpaceId space) {
    throw readOnly();
  }

  @Override
  public void promote(String generation) {
    throw readOnly();
  }

  @Override
  public String rollback() {
    throw readOnly();
  }

  @Override
  public void keep(int k) {
    throw readOnly();
  }

  @Override
  public Optional<String> current() {
    return Optional.of(index);
  }

  @Override
  public List<String> generations() {
    return List.of(index);
  }

  /// @throws Failure.BadInput if it has no such fields
  @Override
  public AdoptedIndex open() {
    return new AdoptedIndex(requests, index, space, fields);
  }

  @Override
  public AdoptedIndex open(String generation) {
    if (!generation.equals(index)) {
      throw new IllegalArgumentException("not a generation of " + index + ": " + generation);
    }
    return open();
  }

  /// Searches always see what the index holds.
  @Override
  public boolean isCurrent(PassageIndex open) {
    return true;
  }

  @Override
  public void close() {
    requests.client().close();
  }

  private Failure.Refused readOnly() {
    return new Failure.Refused(
        index
            + " at "
            + requests.where()
            + " was made by others: it is read, not written. Build one of our own",
        Remedy.index());
  }
}
