package dev.whetstone.core;

/// A passage found, with the score of the ranking it stands in (higher is better).
public record Hit(String passageId, double score) {}
