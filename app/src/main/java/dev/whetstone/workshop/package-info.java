/// The steps from documents to an app, and where a workspace stands.
///
/// A source of documents and the settings enter; passages, a model, a report, vectors, an index and
/// an app leave, each written by one step. A step is a thin class here ([Step]) before a sub-room
/// that has the machinery. [StepRunner] runs one that is out of date and records what it did;
/// [StepPlan] and [Status] ask the same steps whether they are up to date, through types that
/// cannot write ([StepInputs]). Every result is a record ([StepResult]): a door makes words or JSON
/// of it.
///
/// Never: a step that leaves half an output, work done again that is up to date, a look that
/// writes, a call into the application ([dev.whetstone.workshop.app.AppAnswers] is the one port to
/// it).
@NullMarked
package dev.whetstone.workshop;

import org.jspecify.annotations.NullMarked;
