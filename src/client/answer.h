#pragma once

#include <string>
#include <string_view>

#include "client/table.h"
#include "gateway/json/document.h"

// The server's JSON, read. Numbers stay the tokens that the server wrote.

namespace tribook::client {

/// Parses; throws Failure when the text is not the API's.
void read_answer(json::Document& document, std::string_view body);

/// The value of a member; "" when it is null or not there.
std::string member_text(json::Value object, std::string_view key);

/// As a cell of a table; for a member that is not there, one of Kind::Nothing.
Cell cell_of(json::Value value);
Cell cell_of(json::Value object, std::string_view key);

/// "name  value" a line; members of members as "outer.inner".
std::string record_text(std::string_view body, bool has_colour);

/// "CODE: detail" of a problem document, "" when the body is none. `code` gets the code.
std::string problem_sentence(std::string_view body, std::string& code);

}  // namespace tribook::client
