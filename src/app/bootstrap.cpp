#include "app/bootstrap.h"

#include <chrono>
#include <stdexcept>
#include <thread>

#include "app/catalog.h"
#include "gateway/auth/password_hasher.h"
#include "gateway/auth/random.h"
#include "tribook/message/text.h"

namespace tribook::app {
namespace {

constexpr std::string_view kFirstAdmin = "admin";
constexpr std::size_t kGeneratedCharacters = 16;
constexpr std::chrono::seconds kAnswerTimeout{60};

UserSpec make_user(std::string_view username, const std::string& password, Role role, int cost) {
  if (!auth::acceptable_password(password)) {
    throw std::runtime_error("the password of " + std::string(username) +
                             " must have 1 to 72 bytes");
  }
  UserSpec spec;
  spec.username = FixedText<100>::of(username);
  spec.password_hash = FixedText<64>::of(
      auth::PasswordHasher({static_cast<unsigned>(cost), 1, 1}).hash_now(password));
  spec.role = role;
  return spec;
}

void import_account(Pipeline& pipeline, OwnClient& client, const config::Config& config,
                    const config::DemoAccount& account, const TellPassword& tell) {
  if (pipeline.views().find_user(account.username)) return;
  std::string password = account.password;
  if (password.empty()) {
    password = auth::random_password(kGeneratedCharacters);
    tell({account.username, password});
  }
  AccountSpec spec;
  spec.user = make_user(account.username, password, Role::Client, config.auth.bcrypt_cost);
  spec.currency = account.currency;
  spec.leverage = account.leverage;
  spec.stop_out_level = config.accounts.stop_out_level;
  spec.margin_call_levels = MarginCallLevels::of(config.accounts.margin_call_level);
  Deposit deposit;
  set_amount(deposit, account.deposit);
  spec.initial_deposit_low = deposit.amount_low;
  spec.initial_deposit_high = deposit.amount_high;
  require(client.submit(with_spec(pipeline, CreateAccount{}, spec)),
          "demo account " + account.username);
}

}  // namespace

void require(const std::vector<Event>& answer, const std::string& what) {
  for (const Event& event : answer) {
    if (event.header.kind != EventKind::Refused) continue;
    const RejectCode code = event.get<Refused>().code;
    throw std::runtime_error(what + ": " + std::string(name_of(code)) + ": " +
                             std::string(describe(code)));
  }
}

OwnClient::OwnClient(Pipeline& pipeline, std::uint8_t gateway)
    : pipeline_(pipeline), port_(pipeline.own_port()), gateway_(gateway) {}

std::vector<Event> OwnClient::submit(Command command) {
  command.header.gateway = gateway_;
  command.header.request = ++last_request_;
  if (!port_.commands->try_push(command))
    throw std::runtime_error("the engine does not take commands");
  port_.commands->notify();
  std::vector<Event> events;
  const auto deadline = std::chrono::steady_clock::now() + kAnswerTimeout;
  while (std::chrono::steady_clock::now() < deadline) {
    Event event;
    if (!port_.events->try_pop(event)) {
      std::this_thread::yield();
      continue;
    }
    port_.events->notify_room();
    pipeline_.slab().release(event.header.text);
    if (event.header.kind == EventKind::Settled && event.header.request == last_request_)
      return events;
    events.push_back(event);
  }
  throw std::runtime_error("the engine does not answer");
}

// The admin is made last: once he is there the import is complete and never looked at again.
void bootstrap(Pipeline& pipeline, OwnClient& client, const config::Config& config,
               const std::string& admin_password, const TellPassword& tell,
               const std::function<void()>& on_step) {
  if (pipeline.views().find_user(kFirstAdmin)) return;
  import_limits(pipeline, client, RiskScope::house(), config.risk.limits, "risk.limits");
  for (const config::ListedEntry& entry : config.symbols) {
    on_step();
    import_symbol(pipeline, client, entry);
  }
  for (const config::ListedEntry& entry : config.groups) {
    on_step();
    import_group(pipeline, client, entry);
  }
  for (const config::DemoAccount& account : config.demo_accounts) {
    on_step();
    import_account(pipeline, client, config, account, tell);
  }
  on_step();
  std::string password = admin_password;
  if (password.empty()) {
    password = auth::random_password(kGeneratedCharacters);
    tell({std::string(kFirstAdmin), password});
  }
  const UserSpec admin =
      make_user(kFirstAdmin, password, Role::SuperAdmin, config.auth.bcrypt_cost);
  require(client.submit(with_spec(pipeline, CreateUser{}, admin)), "first admin");
}

}  // namespace tribook::app
