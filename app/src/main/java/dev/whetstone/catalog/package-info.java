/// What exists in a workspace: its apps, in one SQLite file that several processes may share.
@NullMarked
package dev.whetstone.catalog;

import org.jspecify.annotations.NullMarked;
