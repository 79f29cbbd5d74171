package dev.whetstone.answer;

import dev.whetstone.core.Abstention;
import java.util.List;

/// The abstention of an index without a question log, with hand-set weights that hold for general
/// English and Chinese models: a question is declined when few of its words are in the passages
/// *and* its cosines are low. The cosines' scales are wide, since models differ in them.
public final class DefaultAbstention {
  public static final Abstention MODEL =
      new Abstention(
          Support.WITHOUT_RERANKER,
          List.of(.67, .68, .065, .42, .54, .12, .24),
          List.of(.15, .15, .03, .16, .20, .25, .27),
          List.of(.10, .20, .10, .15, .20, -.65, .10),
          0,
          .25,
          "default, not fitted");

  private DefaultAbstention() {}
}
