package dev.whetstone.evaluate;

/// Two named rankings in their roles: the gain of the candidate over the baseline is reported under
/// the contrast's own name.
///
/// @param name of the gain in reports, such as `hybrid`
/// @param baseline name of the ranking that is compared against
/// @param candidate name of the ranking whose gain it is
public record Contrast(String name, String baseline, String candidate) {}
