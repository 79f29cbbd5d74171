package dev.whetstone.index;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.whetstone.core.Failure;
import dev.whetstone.core.SpaceId;
import java.time.Duration;
import java.util.Set;

/// An engine whose indexes stand at a cluster. Each method needs a site with a section.
public interface ClusterProvider extends EngineProvider {
  /// What `quantization` of its section may say.
  Set<String> quantizations();

  /// Opens an index that another program created, for reading.
  ///
  /// @param space that its vectors were found to be of
  /// @throws Failure.BadInput if it has no such fields
  Indexes openAdopted(EngineSite site, String index, SpaceId space, AdoptedFields fields);

  /// Draws a sample of an index that another program created, to compare with a model.
  ///
  /// @param space that its vectors are taken to be of; nothing in it says so
  /// @param sample how many passages to draw, at random
  /// @throws Failure.BadInput if it has no such fields
  Adoptable examine(EngineSite site, String index, SpaceId space, AdoptedFields fields, int sample);

  /// Asks one host alone what it is, with the credentials of the section.
  ///
  /// @param host one of the section's
  /// @param patience for its answer
  /// @return its product and version, and how we said who we are
  /// @throws Failure.BadInput if a secret is not in the environment
  /// @throws Failure.Refused if it is another product or version, or refuses the credentials
  /// @throws Failure.Unavailable if it does not answer
  String check(EngineSite site, String host, Duration patience);

  /// The settings of an index that exported passages are loaded into; empty where it needs none.
  ObjectNode exportSettings();

  /// The mapping of the field that holds the vectors of exported passages, kept whole and compared
  /// by their cosine.
  ObjectNode exportField(int dimension);
}
