/// Finds passages for a question. A question and a [dev.whetstone.core.RetrievalPlan] enter, a
/// fused ranking with the scores of each arm leaves; exact search is here too. Never: vectors of
/// two spaces in one ranking.
@NullMarked
package dev.whetstone.search;

import org.jspecify.annotations.NullMarked;
