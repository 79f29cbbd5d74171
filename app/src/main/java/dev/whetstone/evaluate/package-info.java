/// Is one ranking better than another, and how sure is that: judgements, metrics by trec_eval's
/// definitions, the paired bootstrap, the gate, the power of a set of questions.
@NullMarked
package dev.whetstone.evaluate;

import org.jspecify.annotations.NullMarked;
