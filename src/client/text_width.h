#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tribook::client {

/// The columns that a terminal gives to UTF-8 text without control characters.
std::size_t text_width(std::string_view text);

/// Fit for a terminal: control characters, marks that turn the writing direction, and bytes that
/// are no UTF-8 each become '?'. Texts of other users must not steer the reader's terminal.
std::string printable(std::string_view text);

}  // namespace tribook::client
