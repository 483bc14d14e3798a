#include "gateway_api/gateway_fixture.h"
#include "support/values.h"

// What is asked when a change is only to be tried. EURUSD 1.08450/1.08460.

namespace tribook::test {

using gateway::Explanation;
using gateway::ProposedCommand;
using gateway::Question;
using http::Method;

namespace {

class FakeTrials final : public gateway::Explainer {
 public:
  explicit FakeTrials(FakeNetwork& network) : network_(network) {}
  bool ask(const Question& question, std::function<void(const Explanation&)> done) override {
    if (is_busy) return false;
    asked.push_back(question);
    network_.post([this, done = std::move(done)] { done(told); });
    return true;
  }

  bool is_busy = false;
  Explanation told{Explanation::Outcome::Told, R"({"sequence":7,"refused":null})"};
  std::vector<Question> asked;

 private:
  FakeNetwork& network_;
};

struct DryRunFixture : GatewayFixture {
  DryRunFixture() : trials(network) {
    const auto port = house.pipeline().gateway(0);
    gate = std::make_unique<gateway::Gateway>(
        options,
        gateway::Pipeline{0, *port.commands, *port.events, *port.quotes_missed, house.slab(),
                          house.pipeline().views()},
        gateway::World{network, passwords, tokens, throttle, house.clock(), nullptr, &trials});
    add_eurusd();
    account = "/admin/accounts/" + add_client("anna");
    REQUIRE(admin(Method::Post, "/admin/groups", R"({"name":"vip"})").status == 201);
  }

  /// The parts that a good request asks about; nothing is sent.
  std::vector<ProposedCommand> tried(const std::string& path, const std::string& body) {
    const Sequence before = house.pipeline().journal_stage().written();
    trials.asked.clear();
    const Answer answer = admin(Method::Put, path + "?dryRun=true", body);
    INFO(answer.body);
    CHECK(answer.status == 200);
    CHECK(answer.body == trials.told.text);
    CHECK(house.pipeline().journal_stage().written() == before);
    REQUIRE(trials.asked.size() == 1);
    CHECK(trials.asked[0].of == Question::Of::Change);
    CHECK(trials.asked[0].asker);
    for (const ProposedCommand& part : trials.asked[0].change)
      CHECK(part.command.header.actor == trials.asked[0].asker);
    return trials.asked[0].change;
  }

  FakeTrials trials;
  std::string account;
};

template <typename Spec>
Spec spec_of(const ProposedCommand& part) {
  const auto spec = read_spec<Spec>(part.attachment);
  REQUIRE(spec);
  return *spec;
}

}  // namespace

TEST_CASE("a dry run of an account's change asks about its parts in their order") {
  DryRunFixture f;
  const auto one = f.tried(f.account + "/leverage", R"({"leverage":20})");
  REQUIRE(one.size() == 1);
  CHECK(one[0].command.get<ChangeAccount>().what == AccountChange::Leverage);
  CHECK(one[0].command.get<ChangeAccount>().leverage == 20);
  CHECK(one[0].command.header.account == AccountId{1});
  CHECK(one[0].attachment.empty());
  const auto group = f.tried(f.account + "/group", R"({"group":"vip"})");
  CHECK(group.at(0).command.get<ChangeAccount>().what == AccountChange::Group);
  CHECK(group.at(0).command.get<ChangeAccount>().group == GroupId{1});
  const auto all = f.tried(f.account, R"({"group":"vip","stopOutLevel":70,"leverage":10})");
  REQUIRE(all.size() == 3);
  CHECK(all[0].command.get<ChangeAccount>().what == AccountChange::Group);
  CHECK(all[1].command.get<ChangeAccount>().what == AccountChange::Options);
  CHECK(spec_of<OptionsChange>(all[1]).values.stop_out_level == ratio("70"));
  CHECK(all[2].command.get<ChangeAccount>().leverage == 10);
  CHECK(f.admin(Method::Get, f.account)["leverage"] == "100");
}

TEST_CASE("a dry run of a group's change asks about its options, then its terms") {
  DryRunFixture f;
  const auto parts =
      f.tried("/admin/groups/vip", R"({"stopOutLevel":80,"leverageCap":50,)"
                                   R"("symbols":[{"symbol":"EURUSD","leverageCap":20}]})");
  REQUIRE(parts.size() == 3);
  CHECK(parts[0].command.header.kind == CommandKind::PutGroup);
  CHECK(spec_of<GroupSpec>(parts[0]).name.view() == "vip");
  CHECK(spec_of<GroupSpec>(parts[0]).options.stop_out_level == ratio("80"));
  CHECK(parts[1].command.get<PutGroupTerms>().group == GroupId{1});
  CHECK_FALSE(parts[1].command.get<PutGroupTerms>().symbol);
  CHECK(spec_of<GroupTerms>(parts[1]).leverage_cap == 50);
  CHECK(parts[2].command.get<PutGroupTerms>().symbol == SymbolId{1});
  const auto one = f.tried("/admin/groups/vip/symbols", R"({"symbol":"EURUSD","leverageCap":30})");
  REQUIRE(one.size() == 1);
  CHECK(spec_of<GroupTerms>(one[0]).leverage_cap == 30);
  CHECK(f.admin(Method::Get, "/admin/groups/vip")["stopOutLevel"] == "null");
}

TEST_CASE("a dry run of a symbol's change asks about the whole symbol as it would be") {
  DryRunFixture f;
  for (const char* path : {"/admin/symbols/EURUSD", "/admin/symbols/EURUSD/settings"}) {
    const auto parts = f.tried(path, R"({"margin":{"leverageCap":25}})");
    REQUIRE(parts.size() == 1);
    CHECK(parts[0].command.get<UpdateSymbol>().symbol == SymbolId{1});
    const auto instrument = spec_of<Instrument>(parts[0]);
    CHECK(instrument.name.view() == "EURUSD");
    CHECK(instrument.margin.leverage_cap == 25);
  }
}

TEST_CASE("what the change would be refused for the dry run is, too") {
  DryRunFixture f;
  const auto refused = [&](const std::string& path, const std::string& body, unsigned status) {
    const Answer answer = f.admin(Method::Put, path + "?dryRun=true", body);
    INFO(path << " " << body << " -> " << answer.body);
    CHECK(answer.status == status);
    CHECK(answer.body == f.admin(Method::Put, path, body).body);
  };
  refused(f.account + "/leverage", R"({"leverage":0})", 400);
  refused(f.account + "/leverage", "{", 400);
  refused(f.account + "/group", R"({"group":"none"})", 422);
  refused(f.account, R"({"stopOutLevel":10001})", 400);
  refused("/admin/accounts/99", R"({"leverage":10})", 404);
  refused("/admin/groups/none", R"({"stopOutLevel":10})", 404);
  refused("/admin/groups/vip", R"({"stopOutLevel":-1})", 400);
  refused("/admin/symbols/GBPUSD/settings", R"({"margin":{"leverageCap":5}})", 404);
  refused("/admin/symbols/EURUSD/settings", R"({"quoteCurrency":"CHF"})", 400);
  CHECK(f.trials.asked.empty());
}

TEST_CASE("what cannot be tried is not done in its place") {
  DryRunFixture f;
  const auto refused = [&](Method method, const std::string& target, const std::string& body) {
    const Answer answer = f.admin(method, target, body);
    INFO(target << " -> " << answer.body);
    CHECK(answer.status == 400);
    CHECK(answer["code"] == "VALIDATION");
  };
  refused(Method::Post, "/admin/groups?dryRun=true", R"({"name":"new"})");
  refused(Method::Put, f.account + "/suspend?dryRun=true", "");
  refused(Method::Post, "/admin/symbols/EURUSD/disable?dryRun=true", "");
  refused(Method::Put, f.account + "/leverage?dryRun=1", R"({"leverage":10})");
  CHECK(f.trials.asked.empty());
  CHECK(f.admin(Method::Get, "/admin/groups/new").status == 404);
  CHECK(f.admin(Method::Get, f.account)["status"] == "ACTIVE");
  const Answer done =
      f.admin(Method::Put, f.account + "/leverage?dryRun=false", R"({"leverage":10})");
  CHECK(done.status == 200);
  CHECK(done["leverage"] == "10");
}

TEST_CASE("of a dry run a thousand parts are taken, and one at a time") {
  DryRunFixture f;
  std::string symbols;
  for (int i = 0; i < 1'001; ++i) symbols += R"({"symbol":"EURUSD","leverageCap":20},)";
  symbols.pop_back();
  const Answer many =
      f.admin(Method::Put, "/admin/groups/vip?dryRun=true", R"({"symbols":[)" + symbols + "]}");
  CHECK(many.status == 400);
  CHECK(many["code"] == "VALIDATION");
  f.trials.is_busy = true;
  const std::string path = f.account + "/leverage?dryRun=true";
  const Answer busy = f.admin(Method::Put, path, R"({"leverage":10})");
  CHECK(busy.status == 503);
  CHECK(busy["code"] == "BUSY");
  CHECK(busy.headers.at("Retry-After") == "1");
  f.trials.is_busy = false;
  f.trials.told = {Explanation::Outcome::TooLate, {}};
  CHECK(f.admin(Method::Put, path, R"({"leverage":10})").status == 504);
}

TEST_CASE("only who may make a change may try it") {
  DryRunFixture f;
  const auto asks = [&](Role role, const std::string& target, const std::string& body) {
    const std::string name = "staff" + std::to_string(static_cast<int>(role)) + target.substr(7, 2);
    f.create_admin(name, role);
    const std::string token = f.log_in(gateway::Door::Admin, name);
    return f.send(gateway::Door::Admin, Method::Put, target + "?dryRun=true", body, f.bearer(token))
        .status;
  };
  const std::string settings = "/admin/symbols/EURUSD/settings";
  const std::string cap = R"({"margin":{"leverageCap":25}})";
  CHECK(asks(Role::RiskManager, settings, cap) == 200);
  CHECK(asks(Role::Support, settings, cap) == 403);
  CHECK(asks(Role::RiskManager, f.account + "/leverage", R"({"leverage":10})") == 403);
  CHECK(asks(Role::Admin, f.account + "/leverage", R"({"leverage":10})") == 200);
}

}  // namespace tribook::test
