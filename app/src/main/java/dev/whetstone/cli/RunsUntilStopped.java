package dev.whetstone.cli;

/// A command that runs until it is stopped: that is its proper end, of which nothing is said.
interface RunsUntilStopped {}
