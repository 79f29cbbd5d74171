/// The server: apps, retrieval and cited answers over HTTP. Requests enter, JSON with a request id
/// leaves. Never: work for a caller that [dev.whetstone.http.AccessCheck] refuses, work or memory
/// without a limit, a folder's name in a reply.
@NullMarked
package dev.whetstone.http;

import org.jspecify.annotations.NullMarked;
