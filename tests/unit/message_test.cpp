#include <cstring>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "support/values.h"
#include "tribook/message/command.h"
#include "tribook/message/event.h"
#include "tribook/message/slab.h"
#include "tribook/message/text.h"

namespace tribook {
namespace {

std::span<const std::byte> bytes_of(const std::string& text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

std::string string_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

TEST_CASE("Slab: a block lives until its last holder lets go") {
  Slab slab(2);
  const TextRef ref = slab.put(bytes_of("hello"));
  REQUIRE(ref);
  CHECK(string_of(slab.get(ref)) == "hello");
  slab.hold(ref);
  slab.release(ref);
  CHECK(slab.in_use() == 1);
  CHECK(string_of(slab.get(ref)) == "hello");
  slab.release(ref);
  CHECK(slab.in_use() == 0);
}

TEST_CASE("Slab: full it gives no reference, and room again once something is released") {
  Slab slab(3);
  std::vector<TextRef> refs;
  for (int i = 0; i < 3; ++i) refs.push_back(slab.put(bytes_of(std::to_string(i))));
  CHECK(slab.capacity() == 3);
  CHECK(slab.in_use() == 3);
  CHECK_FALSE(slab.put(bytes_of("more")));
  for (int i = 0; i < 3; ++i)
    CHECK(string_of(slab.get(refs[static_cast<std::size_t>(i)])) == std::to_string(i));
  slab.release(refs[1]);
  const TextRef again = slab.put(bytes_of("more"));
  REQUIRE(again);
  CHECK(string_of(slab.get(again)) == "more");
  CHECK(string_of(slab.get(refs[0])) == "0");
}

TEST_CASE("Slab: empty and largest texts, no reference, editing") {
  Slab slab(4);
  CHECK(slab.get({}).empty());
  slab.hold({});
  slab.release({});
  CHECK(slab.in_use() == 0);
  const TextRef empty = slab.put({});
  REQUIRE(empty);
  CHECK(slab.get(empty).empty());
  const std::string largest(Slab::kBlockBytes, 'x');
  const TextRef large = slab.put(bytes_of(largest));
  REQUIRE(large);
  CHECK(string_of(slab.get(large)) == largest);
  slab.edit(large)[0] = std::byte{'y'};
  CHECK(string_of(slab.get(large)).substr(0, 2) == "yx");
}

TEST_CASE("Texts: four strings come back as they went") {
  Slab slab(2);
  const std::string metadata(kMetadataMax, '{');
  Texts texts;
  texts.part = {"client-1", "", "a comment with \0 inside", metadata};
  const TextRef ref = put_texts(slab, texts);
  REQUIRE(ref);
  CHECK(read_texts(slab.get(ref)).part == texts.part);
  CHECK_FALSE(texts.is_empty());
  CHECK(Texts{}.is_empty());
}

TEST_CASE("Texts: at all the edge's limits at once they fit a block") {
  Slab slab(2);
  const std::string id(kClientIdMax, 'i');
  const std::string strategy(kStrategyMax, 's');
  const std::string comment(kCommentMax, 'c');
  const std::string metadata(kMetadataMax, 'm');
  CHECK(put_texts(slab, {{id, strategy, comment, metadata}}));
  const std::string reference(kReferenceMax, 'r');
  const std::string note(kNoteMax, 'n');
  CHECK(put_texts(slab, {{id, reference, note, comment}}));
}

TEST_CASE(
    "Texts: too long for a block, or for its length field, is no reference and takes no block") {
  Slab slab(1);
  const std::string most(Slab::kBlockBytes - 8, 'x');
  const TextRef ref = put_texts(slab, {{most, "", "", ""}});
  CHECK(ref);
  slab.release(ref);
  const std::string more = most + "x";
  CHECK_FALSE(put_texts(slab, {{more, "", "", ""}}));
  CHECK_FALSE(put_texts(slab, {{"", "", "", more}}));
  const std::string longest(70'000, 'x');
  CHECK_FALSE(put_texts(slab, {{longest, "", "", ""}}));
  CHECK(slab.in_use() == 0);
}

TEST_CASE("Texts: bytes of another form read as nothing") {
  CHECK(read_texts({}).is_empty());
  const std::string whole("\1\0a\1\0b\1\0c\1\0d", 12);
  CHECK(read_texts(bytes_of(whole)).part[3] == "d");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CAPTURE(size);
    CHECK(read_texts(bytes_of(whole.substr(0, size))).is_empty());
  }
  CHECK(read_texts(bytes_of("\xFF\xFF")).is_empty());
}

TEST_CASE("Specifications: read back only at their own size") {
  Slab slab(2);
  AccountSpec spec;
  spec.currency = Currency::of("EUR");
  spec.leverage = 30;
  const TextRef ref = put_spec(slab, spec);
  REQUIRE(ref);
  const auto back = read_spec<AccountSpec>(slab.get(ref));
  REQUIRE(back);
  CHECK(back->currency == Currency::of("EUR"));
  CHECK(back->leverage == 30);
  CHECK_FALSE(read_spec<Instrument>(slab.get(ref)));
  CHECK_FALSE(read_spec<AccountSpec>(slab.get(ref).subspan(1)));
  CHECK_FALSE(read_spec<AccountSpec>({}));
}

TEST_CASE("Payments: 128-bit amounts come back from their two words") {
  for (const char* text :
       {"0", "0.00000001", "-0.00000001", "12.34", "100000000000000000000",
        "-100000000000000000000", "184467440737.09551616", "-92233720368.54775808"}) {
    Deposit deposit;
    set_amount(deposit, test::money(text));
    CHECK(amount_of(deposit) == test::money(text));
  }
}

TEST_CASE("Command: a body comes back as it went, at its kind") {
  NewOrder order;
  order.volume = test::lots("1.5");
  order.symbol = SymbolId{7};
  order.side = Side::Sell;
  const Command command = Command::make(order);
  CHECK(command.header.kind == CommandKind::NewOrder);
  const auto back = command.get<NewOrder>();
  CHECK(std::memcmp(&back, &order, sizeof order) == 0);
  CHECK(journaled_size(CommandKind::NewOrder) == sizeof(NewOrder) + 8);
  CHECK(journaled_size(CommandKind::None) == 0);
  CHECK(journaled_size(static_cast<CommandKind>(200)) == 0);
}

TEST_CASE("Command: every kind's journaled part lies within the record") {
  for (int kind = 0; kind < 256; ++kind) {
    CHECK(kJournaledOffset + journaled_size(static_cast<CommandKind>(kind)) <= sizeof(Command));
  }
}

TEST_CASE("Event: a body comes back as it went, at its kind") {
  LedgerPosted posted;
  posted.amount = test::money("-12.5");
  posted.entry = LedgerId{9};
  Event event;
  event.set(posted);
  CHECK(event.header.kind == EventKind::LedgerPosted);
  const auto back = event.get<LedgerPosted>();
  CHECK(std::memcmp(&back, &posted, sizeof posted) == 0);
}

}  // namespace
}  // namespace tribook
