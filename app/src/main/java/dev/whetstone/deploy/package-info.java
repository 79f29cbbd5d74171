/// Models made available to others: served by name in this process, and brought to OpenSearch.
@NullMarked
package dev.whetstone.deploy;

import org.jspecify.annotations.NullMarked;
