#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "client/url.h"

// What a login leaves on the disk: a token, and where it is good. A client's and an admin's are
// files apart, for their owner alone.

namespace tribook::client {

enum class Door { Client, Admin };

std::string_view name_of(Door door);

/// Where the door is unless one says otherwise.
std::string_view usual_url(Door door);

struct Session {
  Url url;
  Door door = Door::Client;
  std::string username;
  std::string role;
  std::string token;
  std::string expires_at;  ///< RFC 3339
  std::string account;     ///< the default account's id; empty for admins
};

/// The file of the door: `given`, else $TRIBOOK_SESSION, else below $XDG_STATE_HOME or
/// ~/.local/state. Throws Failure when none of them says where.
std::string session_path(Door door, const std::optional<std::string>& given);

/// Nothing when there is no such file. Throws Failure when it cannot be read, is no login, is one
/// for the other door, or others than its owner may read it.
std::optional<Session> read_session(const std::string& path, Door door);

/// In place of the one before, at once and whole. Throws Failure.
void write_session(const std::string& path, const Session& session);

/// False when there was none. Throws Failure.
bool remove_session(const std::string& path);

/// The command that logs in again, for sentences.
std::string login_command(Door door, const Session* session);

}  // namespace tribook::client
