/// The commands of the command line as every door spells them. A typed remedy enters, a command
/// leaves. Never: a command that the command line does not have.
@NullMarked
package dev.whetstone.commands;

import org.jspecify.annotations.NullMarked;
