package dev.whetstone.llm.gguf;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/// What prompts begin with in common, learnt from those that came before: an instruction with its
/// examples, one for each language, say. Not safe for many threads.
///
/// Two prompts that agree in at least [#LEAST] tokens show a beginning. Where a third agrees with
/// it for a while and not to its end, the shorter one takes its place: the first two may have
/// agreed in a few words of what follows the instruction.
final class CommonBeginnings {
  private static final int LEAST = 32;
  private static final int KEPT = 4;

  private final Deque<int[]> before = new ArrayDeque<>();
  private final List<int[]> known = new ArrayList<>(); // the one used last stands at the end

  /// What the prompt begins with, shorter than it; empty where it is the first of its kind.
  int[] of(int[] prompt) {
    int[] found = knownTo(prompt);
    if (found.length == 0) {
      for (int[] other : before) {
        int common = common(prompt, other);
        if (common >= LEAST) {
          found = Arrays.copyOf(prompt, common);
          break;
        }
      }
    }
    remember(prompt, found);
    return found;
  }

  private int[] knownTo(int[] prompt) {
    for (int[] beginning : List.copyOf(known)) {
      int common = common(prompt, beginning);
      if (common >= LEAST) {
        known.remove(beginning);
        return common == beginning.length ? beginning : Arrays.copyOf(beginning, common);
      }
    }
    return new int[0];
  }

  private void remember(int[] prompt, int[] beginning) {
    if (beginning.length > 0) {
      known.add(beginning);
      if (known.size() > KEPT) {
        known.removeFirst();
      }
    }
    before.addFirst(prompt);
    if (before.size() > KEPT) {
      before.removeLast();
    }
  }

  /// Tokens that two prompts begin with in common, at most all but the last of each.
  private static int common(int[] prompt, int[] other) {
    int most = Math.min(prompt.length - 1, other.length);
    int differ = Arrays.mismatch(prompt, other);
    return Math.max(0, differ < 0 ? most : Math.min(differ, most));
  }
}
