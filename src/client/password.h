#pragma once

#include <optional>
#include <string>

namespace tribook::client {

/// The first line of the file, or of the standard input for "-". Throws Failure when there is none.
std::string read_password_file(const std::string& file);

/// From `file` if given, else $TRIBOOK_PASSWORD, else asked for on the terminal without echo.
/// Throws Failure when there is no way to get one.
std::string get_password(const std::optional<std::string>& file, const std::string& prompt);

}  // namespace tribook::client
