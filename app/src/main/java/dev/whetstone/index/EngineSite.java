package dev.whetstone.index;

import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Where a workspace's indexes are at one engine.
///
/// @param workspace the folder that relative paths of the section are seen from
/// @param indexes the folder of the embedded engine's indexes
/// @param section what the settings say of the engine's cluster; null where they say nothing, and
///   for the embedded engine
/// @param environment where the secrets are that the section names
public record EngineSite(
    Path workspace,
    Path indexes,
    @Nullable ClusterSection section,
    UnaryOperator<@Nullable String> environment) {}
