/// The application: questions and an app enter, passages and cited answers leave. A request works
/// on one generation and one encoder from beginning to end. Never: two vector spaces in one answer.
@NullMarked
package dev.whetstone.serving;

import org.jspecify.annotations.NullMarked;
