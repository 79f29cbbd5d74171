/// Real servers in processes of their own, for tests: Elasticsearch, OpenSearch and an S3 server,
/// put together from Maven Central by the project's `servers` module; and the faults that are put
/// between them and a client. Needs nothing but the JDK, so that `java -cp app/target/test-classes
/// dev.whetstone.servers.Start` starts one by hand.
@NullMarked
package dev.whetstone.servers;

import org.jspecify.annotations.NullMarked;
