package dev.whetstone.workspace;

import java.util.List;

/// What a step that ran came to: the id of its output, and what to tell people.
public record StepRun(String output, List<String> lines) {
  public StepRun {
    lines = List.copyOf(lines);
  }
}
