package dev.whetstone.answer;

/// Between which values something lies.
///
/// @param most at least `least`
record ValueRange(double least, double most) {}
