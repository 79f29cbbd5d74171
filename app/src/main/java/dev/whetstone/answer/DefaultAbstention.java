package dev.whetstone.answer;

import java.util.List;

/// Hand-set weights that hold for general models; see [Abstention#DEFAULT].
final class DefaultAbstention {
  private DefaultAbstention() {}

  static Abstention make() {
    return new Abstention(
        Support.NAMES,
        List.of(.70, .74, .05, 1.2, .55, .65, .40, .05, .60, .55),
        List.of(.07, .07, .03, .60, .22, .22, .20, .10, .30, .25),
        List.of(.8, .6, .2, .2, .5, .4, .3, -.6, .2, .1),
        0.4,
        .25,
        "default, not fitted");
  }
}
