#include <catch2/catch.hpp>

#include "feed.h"

// Withdrawals as lists, groups, and what a markup does to the latest quote.

namespace tribook::views {
namespace {

using test::Feed;

void ask(Feed& feed, std::uint32_t account, std::uint64_t id) {
  WithdrawalUpdated body;
  body.withdrawal = {id};
  body.amount = Money::from_whole(static_cast<std::int64_t>(id));
  body.requested = feed.time;
  feed.apply({account}, body, put_texts(feed.slab, {{"key", "ref", "note", "IBAN"}}));
  feed.settle();
}

void decide(Feed& feed, std::uint32_t account, std::uint64_t id, WithdrawalStatus status) {
  WithdrawalUpdated body;
  body.withdrawal = {id};
  body.amount = Money::from_whole(static_cast<std::int64_t>(id));
  body.status = status;
  feed.apply({account}, body, put_texts(feed.slab, {{"", "", "said", ""}}));
  feed.settle();
}

std::vector<std::uint64_t> ids(const Page<WithdrawalView>& page) {
  std::vector<std::uint64_t> ids;
  for (const WithdrawalView& view : page.items) ids.push_back(view.id.value);
  return ids;
}

TEST_CASE("a withdrawal keeps the words of its request and of its decision") {
  Feed feed;
  feed.client(1);
  ask(feed, 1, 1);
  decide(feed, 1, 1, WithdrawalStatus::Approved);
  WithdrawalView view;
  REQUIRE(feed.views.withdrawal({1}, view) == ReadStatus::Found);
  CHECK(view.status == WithdrawalStatus::Approved);
  CHECK(view.reference == "ref");
  CHECK(view.note == "note");
  CHECK(view.address == "IBAN");
  CHECK(view.decision_note == "said");
  CHECK(feed.views.withdrawal({2}, view) == ReadStatus::NotFound);
}

TEST_CASE("withdrawals are listed newest first, by account, those that wait or all") {
  Feed feed;
  feed.client(1);
  feed.client(2);
  for (std::uint64_t id = 1; id <= 6; ++id) ask(feed, id % 2 == 0 ? 2 : 1, id);
  decide(feed, 2, 4, WithdrawalStatus::Rejected);
  const auto page = [&](std::uint32_t account, WithdrawalFilter filter, std::uint64_t before,
                        std::size_t limit) {
    return feed.views.withdrawals({account}, filter, {before}, limit);
  };
  CHECK(ids(page(0, WithdrawalFilter::Pending, 0, 10)) ==
        std::vector<std::uint64_t>{6, 5, 3, 2, 1});
  CHECK(ids(page(2, WithdrawalFilter::All, 0, 10)) == std::vector<std::uint64_t>{6, 4, 2});
  const auto first = page(0, WithdrawalFilter::All, 0, 4);
  CHECK(ids(first) == std::vector<std::uint64_t>{6, 5, 4, 3});
  CHECK(first.next == 3);
  CHECK(ids(page(0, WithdrawalFilter::All, first.next, 4)) == std::vector<std::uint64_t>{2, 1});
  CHECK_FALSE(first.is_cut);
}

TEST_CASE("withdrawals that were told behind a state are cut there, those that wait are not") {
  Feed feed;
  feed.client(1);
  ask(feed, 1, 3);
  feed.views.begin_behind({feed.root});
  ++feed.root;
  CHECK(feed.views.withdrawals({}, WithdrawalFilter::All, {}, 10).is_cut);
  CHECK(feed.views.withdrawals({}, WithdrawalFilter::All, {}, 10).whole == 0);
  CHECK_FALSE(feed.views.withdrawals({}, WithdrawalFilter::Pending, {}, 10).is_cut);
  ask(feed, 1, 8);
  const auto page = feed.views.withdrawals({}, WithdrawalFilter::All, {}, 10);
  CHECK(ids(page) == std::vector<std::uint64_t>{8, 3});
  CHECK(page.is_cut);
  CHECK(page.whole == 1);
}

TEST_CASE("groups are read as they are, and accounts are told of theirs by name") {
  Feed feed;
  GroupSpec spec;
  spec.name = FixedText<32>::of("vip");
  GroupUpdated made;
  made.group = {1};
  feed.apply({}, made, put_spec(feed.slab, spec));
  const auto before = feed.views.groups();
  GroupTerms terms;
  terms.sets = GroupTerms::kMarkup;
  terms.markup_pips = Ratio::from_whole(2);
  GroupTermsUpdated set;
  set.group = {1};
  set.symbol = {3};
  feed.apply({}, set, put_spec(feed.slab, terms));
  CHECK(before->own_terms({1}, {3}).sets == 0);
  CHECK(feed.views.groups()->own_terms({1}, {3}).markup_pips == Ratio::from_whole(2));
  feed.client(1);
  AccountUpdated body;
  body.group = {1};
  feed.apply({1}, body);
  feed.settle();
  AccountView view;
  REQUIRE(feed.views.account({1}, view) == ReadStatus::Found);
  CHECK(view.group.view() == "vip");
  CHECK(view.group_id == GroupId{1});
}

}  // namespace
}  // namespace tribook::views
