/// Elasticsearch, through its official client.
@NullMarked
package dev.whetstone.index.elasticsearch;

import org.jspecify.annotations.NullMarked;
