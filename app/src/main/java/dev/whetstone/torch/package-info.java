/// The only room that sees libtorch. Enters: a network's description, its weights, token ids.
/// Leaves: vectors, trained weights, what this machine can do. Never: a tensor outside this room,
/// or one that outlives its [dev.whetstone.torch.Scope]. Tensors are made in
/// [dev.whetstone.torch.Device] alone.
@NullMarked
package dev.whetstone.torch;

import org.jspecify.annotations.NullMarked;
