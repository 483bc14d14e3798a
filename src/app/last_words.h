#pragma once

namespace tribook::app {

/// An exception that nobody catches ends the process at once, since the state of the thread that
/// threw may be broken and the journal makes a stop cheap. From now on the log says in which thread
/// and what it was.
void prepare_last_words();

}  // namespace tribook::app
