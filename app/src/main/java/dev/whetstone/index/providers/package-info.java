/// The engines that this program can speak to. A name enters, the engine's provider leaves. Never:
/// a decision by an engine's name, which belongs to the engine's own room.
@NullMarked
package dev.whetstone.index.providers;

import org.jspecify.annotations.NullMarked;
