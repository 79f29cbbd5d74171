/// A model on disk: Hugging Face layout in and out, safetensors, the ONNX graph, base models that
/// Maven carries, versions of a workspace's models. Never: a folder's claim about itself that is
/// used unchecked, a tokenizer whose components are not known.
@NullMarked
package dev.whetstone.model;

import org.jspecify.annotations.NullMarked;
