#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "sim/world.h"
#include "tribook/message/text.h"

namespace tribook::sim {

/// One thing that a client, an operator or an attacker may ask for. The table stands in
/// commands.cpp: a new capability adds its rows there.
struct CommandRow {
  std::string_view name;
  std::uint64_t weight;
  /// False when there is nothing to ask it about now.
  bool (*make)(World& world, Draft& draft);
};

/// Draws one row of the table. False when there is nothing to send.
bool draw_command(World& world, Draft& draft);
std::vector<std::string> command_names();

AccountSpec new_account(Random& random, std::uint64_t number, std::string_view currency);

template <typename Spec>
std::vector<std::byte> bytes_of(const Spec& spec) {
  std::vector<std::byte> bytes(sizeof spec);
  std::memcpy(bytes.data(), static_cast<const void*>(&spec), sizeof spec);
  return bytes;
}

}  // namespace tribook::sim
