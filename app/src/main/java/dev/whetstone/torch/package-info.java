/// The only room that sees libtorch: the encoder network, its training step, and what this machine
/// can do. Tensors never leave it.
@NullMarked
package dev.whetstone.torch;

import org.jspecify.annotations.NullMarked;
