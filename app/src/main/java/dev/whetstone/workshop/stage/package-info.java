/// Mirrors folders and buckets into the workspace. A source enters, a manifest with hashes leaves.
/// Never: a staged document that the manifest does not name.
@NullMarked
package dev.whetstone.workshop.stage;

import org.jspecify.annotations.NullMarked;
