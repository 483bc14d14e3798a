#pragma once

#include <optional>
#include <string_view>

#include "gateway/json/reader.h"
#include "gateway/json/writer.h"
#include "tribook/message/text.h"

// The options that an account has of its own or takes from its group, in bodies and answers.

namespace tribook::gateway {

/// Which option the field says something of; swapFreeDays and swapFreeFee belong to swapFree.
std::optional<Option> option_of(std::string_view key);
/// swapFreeDays or swapFreeFee, which alone neither set swapFree nor leave it.
bool is_part_of_swap_free(std::string_view key);
/// Reads such a field; null and other fields say nothing.
void read_account_option(json::Value value, json::Reader& reader, OptionValues& out);

/// What a change of an account is read against.
struct OptionsBefore {
  OptionValues holds{};     ///< what holds now: a field says a part of it
  OptionValues defaults{};  ///< what holds where neither account nor group sets anything
};

/// What a body says of an account's options and of its marginMode. null: the group's again.
OptionsChange read_account_options(json::Value body, const OptionsBefore& before,
                                   json::Reader& reader);

/// "ownOptions": those that it does not take from its group.
void write_own_options(json::Writer& writer, std::uint8_t from_group);

}  // namespace tribook::gateway
