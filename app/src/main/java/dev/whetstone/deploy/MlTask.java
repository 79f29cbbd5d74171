package dev.whetstone.deploy;

import org.jspecify.annotations.Nullable;

/// What became of a request to register or deploy a model, in the words of OpenSearch's ml-commons.
///
/// @param type `REGISTER_MODEL` or `DEPLOY_MODEL`
/// @param created in milliseconds since 1970
/// @param failure why it failed; null unless it did
public record MlTask(
    String id,
    String model,
    String type,
    State state,
    long created,
    long updated,
    @Nullable RuntimeException failure) {
  /// As ml-commons names them.
  public enum State {
    CREATED,
    COMPLETED,
    FAILED
  }

  MlTask ended(@Nullable RuntimeException with) {
    return new MlTask(
        id,
        model,
        type,
        with == null ? State.COMPLETED : State.FAILED,
        created,
        System.currentTimeMillis(),
        with);
  }
}
