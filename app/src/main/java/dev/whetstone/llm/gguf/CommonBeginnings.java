package dev.whetstone.llm.gguf;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/// What prompts begin with in common, learnt from those that came before: an instruction with its
/// examples, one for each language, say. Not safe for many threads.
///
/// Two prompts that agree in at least [#LEAST] tokens show a beginning. Where another prompt agrees
/// with more than half of it and not with all, that part takes its place: the first two may have
/// agreed in a few words of what follows the instruction. What agrees with less is of another kind:
/// instructions for two languages may have their first sentences in common. So two prompts that
/// agree in twice as many tokens as a known beginning has show a longer one beside it.
final class CommonBeginnings {
  private static final int LEAST = 32;
  private static final int KEPT = 4;

  private final Deque<int[]> before = new ArrayDeque<>();
  private final List<int[]> known = new ArrayList<>(); // the one used last stands at the end

  /// Learns from a prompt.
  void add(int[] prompt) {
    int[] nearest = {};
    int agreed = 0;
    for (int[] beginning : known) {
      int common = common(prompt, beginning);
      if (common >= LEAST && 2 * common > beginning.length && common > agreed) {
        nearest = beginning;
        agreed = common;
      }
    }
    int longest = before.stream().mapToInt(other -> common(prompt, other)).max().orElse(0);
    if (longest >= LEAST && longest >= 2 * agreed) {
      use(Arrays.copyOf(prompt, longest));
    } else if (agreed > 0) {
      known.remove(nearest);
      use(Arrays.copyOf(prompt, agreed));
    }
    before.addFirst(prompt);
    if (before.size() > KEPT) {
      before.removeLast();
    }
  }

  private void use(int[] beginning) {
    known.removeIf(other -> Arrays.equals(other, beginning));
    known.add(beginning);
    if (known.size() > KEPT) {
      known.removeFirst();
    }
  }

  /// What the prompt begins with, as far as is known now: shorter than it, empty where nothing is.
  int[] of(int[] prompt) {
    int[] longest = {};
    for (int[] beginning : known) {
      if (beginning.length > longest.length && common(prompt, beginning) == beginning.length) {
        longest = beginning;
      }
    }
    return longest;
  }

  /// Tokens that two prompts begin with in common, at most all but the last of each.
  private static int common(int[] prompt, int[] other) {
    int most = Math.min(prompt.length - 1, other.length);
    int differ = Arrays.mismatch(prompt, other);
    return Math.max(0, differ < 0 ? most : Math.min(differ, most));
  }
}
