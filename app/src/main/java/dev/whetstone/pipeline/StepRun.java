package dev.whetstone.pipeline;

import java.util.List;

/// What a step that ran came to: the id of its output, and what to tell people.
record StepRun(String output, List<String> lines) {
  StepRun {
    lines = List.copyOf(lines);
  }
}
