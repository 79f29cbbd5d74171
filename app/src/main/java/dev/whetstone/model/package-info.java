/// A model on disk: Hugging Face layout in and out, safetensors, the ONNX graph, base models that
/// Maven carries, versions of a workspace's models.
@NullMarked
package dev.whetstone.model;

import org.jspecify.annotations.NullMarked;
