package dev.whetstone.deploy;

import dev.whetstone.core.SpaceId;
import java.time.Instant;

/// A model as callers see it.
///
/// @param id under which it is asked for
/// @param name of the model itself
/// @param maxTokens longer texts are cut there, special tokens included
public record ServedModel(
    String id, String name, SpaceId space, int dimension, int maxTokens, Instant created) {}
