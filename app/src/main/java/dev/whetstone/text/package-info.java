/// Everything about language. Text enters, terms leave. Never: a term that an engine analysed
/// itself.
@NullMarked
package dev.whetstone.text;

import org.jspecify.annotations.NullMarked;
