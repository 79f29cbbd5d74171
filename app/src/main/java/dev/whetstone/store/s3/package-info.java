/// Buckets of S3 and of what speaks its protocol, Alibaba Cloud OSS first of all.
@NullMarked
package dev.whetstone.store.s3;

import org.jspecify.annotations.NullMarked;
