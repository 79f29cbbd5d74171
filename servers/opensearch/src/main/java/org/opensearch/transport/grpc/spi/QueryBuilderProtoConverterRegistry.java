package org.opensearch.transport.grpc.spi;

/// Stands in for the type of that name in the transport-grpc plugin; see {@link
/// QueryBuilderProtoConverter}.
public interface QueryBuilderProtoConverterRegistry {}
