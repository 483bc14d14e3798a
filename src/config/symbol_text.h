#pragma once

#include <string>
#include <string_view>

#include "config/key_types.h"
#include "config/value.h"

// A [[symbols]] entry as JSON and back as TOML. Numbers stay the text that they are.

namespace tribook::config {

/// Appends the value as JSON; refuses what JSON has no word for.
bool append_json(const Reading& at, const Value& value, std::string& json);

/// The members of the object, one on a line each. REQUIRES: JSON as append_json() makes it.
std::string toml_of_json(std::string_view json);

}  // namespace tribook::config
