/// The door of the network: apps, retrieval and cited answers over HTTP.
@NullMarked
package dev.whetstone.http;

import org.jspecify.annotations.NullMarked;
