package dev.whetstone.answer;

import java.util.List;

/// Hand-set weights that hold for general models; see [Abstention#DEFAULT]. The cosines' scales are
/// wide, since models differ in them.
final class DefaultAbstention {
  private DefaultAbstention() {}

  static Abstention make() {
    return new Abstention(
        Support.NAMES,
        List.of(.67, .68, .065, .42, .54, .12, .24),
        List.of(.15, .15, .03, .16, .20, .25, .27),
        List.of(.10, .20, .10, .15, .20, -.65, .10),
        0,
        .25,
        "default, not fitted");
  }
}
