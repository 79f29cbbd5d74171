/// OpenSearch, through its official client.
@NullMarked
package dev.whetstone.index.opensearch;

import org.jspecify.annotations.NullMarked;
