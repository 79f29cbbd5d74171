/// What Elasticsearch and OpenSearch have in common behind the `index` port: mapping, generations
/// as indices behind an alias, bulk writing, searching. The two clients stand in packages of their
/// own.
@NullMarked
package dev.whetstone.index.cluster;

import org.jspecify.annotations.NullMarked;
