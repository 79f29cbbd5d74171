package dev.whetstone.answer;

/// A question's support with the truth, for fitting.
///
/// @param question its text; examples of one question stay together when the fit is checked on
///   examples it has not seen
public record Labelled(String question, Support support, boolean answerable) {}
