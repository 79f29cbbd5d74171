package dev.whetstone.serving;

import dev.whetstone.catalog.App;

/// An app, and whether it can answer.
public record AppState(App app, Readiness readiness) {}
