/// Compares rankings. Named rankings and judgements enter; metrics by trec_eval's definitions,
/// gains with intervals of the paired bootstrap, the gate's verdict and the power of a set of
/// questions leave.
@NullMarked
package dev.whetstone.evaluate;

import org.jspecify.annotations.NullMarked;
