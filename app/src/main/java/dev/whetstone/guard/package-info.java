/// General knowledge that a candidate must not lose: questions about everyday things, with passages
/// that Maven carries. Two encoders enter, the base's and the candidate's; what the candidate lost
/// leaves, with a verdict, or the reason why it could not be measured. Never: a question of the
/// workspace, or a pass without a measurement.
@NullMarked
package dev.whetstone.guard;

import org.jspecify.annotations.NullMarked;
