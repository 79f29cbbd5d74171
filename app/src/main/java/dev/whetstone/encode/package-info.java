/// Texts to unit vectors: tokenizer, runtimes (libtorch, ONNX Runtime), batching by length.
@NullMarked
package dev.whetstone.encode;

import org.jspecify.annotations.NullMarked;
