/// What stands in a workspace and where: settings, staged documents, question log, models, vectors,
/// step records, the engines of the settings. Steps and the application read and write it through
/// these classes. Never: a folder layout that another room spells out.
@NullMarked
package dev.whetstone.workspace;

import org.jspecify.annotations.NullMarked;
