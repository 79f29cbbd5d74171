/// A candidate and held-out questions enter, a report with the verdict of the gate leaves. Never: a
/// question whose document trained the candidate.
@NullMarked
package dev.whetstone.workshop.prove;

import org.jspecify.annotations.NullMarked;
