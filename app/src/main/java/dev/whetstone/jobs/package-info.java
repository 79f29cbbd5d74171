/// Steps that a server runs for its callers, one at a time, each in a process of its own. A request
/// enters, a record of the job leaves, and what the process tells of itself line by line. Never: a
/// job that was acknowledged and of which nothing is known after a restart.
@NullMarked
package dev.whetstone.jobs;

import org.jspecify.annotations.NullMarked;
