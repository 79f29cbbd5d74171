package dev.whetstone.store;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What a store knows of an object.
///
/// @param bytes its length
/// @param sha256 of the whole object as it was written, in hexadecimal. A bucket keeps it as
///   metadata of what this program put there, and tells it of single objects, not in listings; a
///   folder does not keep it
public record ObjectInfo(String key, long bytes, @Nullable String sha256, Instant modified) {}
