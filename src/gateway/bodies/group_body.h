#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "gateway/json/reader.h"
#include "tribook/domain/group.h"
#include "tribook/domain/instrument.h"

// What POST and PUT of a group, and [[groups]] of a configuration, say.

namespace tribook::gateway {

/// What a body is read against.
struct GroupsKnown {
  const GroupBook& groups;
  std::function<const Instrument*(std::string_view)> find_symbol;  ///< null: there is none
};

/// What a group sets for one symbol, or for all (0).
struct GroupPart {
  SymbolId symbol;
  GroupTerms terms;
};

struct GroupBody {
  GroupSpec spec;
  bool says_options = false;
  std::vector<GroupPart> parts;
};

/// All of a new group. Mistakes stay in the reader.
GroupBody read_new_group(json::Value body, const GroupsKnown& known, json::Reader& reader);
/// Any part of a group over what it was. REQUIRES: known.groups has it.
GroupBody read_group_change(json::Value body, const GroupsKnown& known, GroupId group,
                            json::Reader& reader);
/// An element of "symbols": any part of what the group sets for the one that it names.
void read_group_symbol(json::Value body, const GroupsKnown& known, GroupId group,
                       json::Reader& reader, std::vector<GroupPart>& parts);

}  // namespace tribook::gateway
