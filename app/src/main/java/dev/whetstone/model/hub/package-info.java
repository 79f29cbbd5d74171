/// Models from elsewhere, brought into the cache: addresses of models, the hubs' protocols,
/// resumable downloads.
///
/// Enters: an address (`hf:ORG/NAME@REVISION`, `ms:ORG/NAME`, `maven:G:A:V`, a folder). Leaves: an
/// [dev.whetstone.model.AddedModel], checked and opened once. Must never happen: a pickle is
/// fetched, a file is kept whose size or hash is not what the hub stated, a token goes to another
/// host than the hub's own.
@NullMarked
package dev.whetstone.model.hub;

import org.jspecify.annotations.NullMarked;
