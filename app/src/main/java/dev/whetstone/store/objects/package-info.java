/// Object stores by the name that a user gives: folders of this machine, and buckets. A name
/// enters, an [dev.whetstone.store.ObjectStore] leaves.
@NullMarked
package dev.whetstone.store.objects;

import org.jspecify.annotations.NullMarked;
