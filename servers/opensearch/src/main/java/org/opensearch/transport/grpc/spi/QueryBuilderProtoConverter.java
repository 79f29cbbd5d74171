package org.opensearch.transport.grpc.spi;

/// Stands in for the type of that name in the transport-grpc plugin, which is not in Maven Central;
/// k-NN links against it at its start. Nothing here speaks gRPC.
public interface QueryBuilderProtoConverter {
  default void setRegistry(QueryBuilderProtoConverterRegistry registry) {}
}
