#include "gateway/api/payments.h"

#include <utility>

#include "gateway/api/render.h"
#include "gateway/bodies/account_request.h"
#include "gateway/json/writer.h"

namespace tribook::gateway {
namespace {

using json::Value;

/// What a body must or may say.
struct Rules {
  bool is_own = false;  ///< it is the caller's account, whatever the body says
  bool may_take = false;
  bool needs_reason = false;
};

struct PaymentRequest {
  AccountId account;
  Money amount;
  PaymentMethod method = PaymentMethod::None;
  AdjustmentKind kind = AdjustmentKind::Manual;
  std::string_view reference;
  std::string_view note;
  std::string_view destination;  ///< bank or coin address
};

void read_amount(Value value, json::Reader& reader, const Rules& rules, Money& out) {
  reader.money(value, out);
  if (value.is_null()) return;
  if (rules.may_take && out.is_zero()) reader.fail(value, "must not be 0");
  if (!rules.may_take && out.raw <= 0) reader.fail(value, "must be above 0");
}

PaymentRequest read_payment(Value body, const Rules& rules, json::Reader& reader) {
  PaymentRequest payment;
  bool has_amount = false;
  for (const Value value : body) {
    const std::string_view key = value.key();
    if (key == "accountId" && !rules.is_own) {
      reader.integer(value, payment.account.value, 1, UINT32_MAX);
    } else if (key == "amount") {
      has_amount = !value.is_null();
      read_amount(value, reader, rules, payment.amount);
    } else if (key == "method") {
      reader.name(value, payment.method);
    } else if (key == "type") {
      reader.name(value, payment.kind);
    } else if (key == "reference") {
      reader.text(value, payment.reference, kReferenceMax);
    } else if (key == "note" || key == "reason") {
      reader.text(value, payment.note, kNoteMax);
    } else if (key == "bankInfo" || key == "cryptoAddr") {
      reader.text(value, payment.destination, kNoteMax);
    }
  }
  if (!payment.account && !rules.is_own) reader.fail("accountId", "is required");
  if (!has_amount) reader.fail("amount", "is required");
  if (rules.needs_reason && payment.note.empty()) reader.fail("reason", "is required");
  return payment;
}

bool is_key(std::string_view key) {
  for (const char c : key) {
    if (c < 0x21 || c > 0x7E) return false;
  }
  return key.size() <= kClientIdMax;
}

// Answers and returns nothing when it cannot be one.
std::optional<std::string_view> read_key(const Call& call) {
  const std::string_view key = call.request.header("Idempotency-Key");
  if (is_key(key)) return key;
  call.refuse(RejectCode::Validation,
              "Idempotency-Key must be at most 64 printable characters without spaces");
  return std::nullopt;
}

struct Receipt {
  AccountId account;
  Money amount;
  Currency currency;
};

// As it is now: a repeated key may ask for one that was decided since.
void write_asked(json::Writer& writer, const Context& context, const WithdrawalUpdated& told) {
  views::WithdrawalView view;
  view.status = told.status;
  view.entry = told.entry;
  static_cast<void>(context.views.withdrawal(told.withdrawal, view));
  writer.field("withdrawalId", told.withdrawal.value).field("status", view.status);
  if (view.entry) writer.field("ledgerId", view.entry.value);
}

http::HttpResponse payment_response(const Context& context, const Outcome& outcome,
                                    const Receipt& receipt) {
  if (outcome.refused != RejectCode::None) return problem(outcome.refused);
  if (!outcome.is_settled) return json_response(202, R"({"status":"PENDING"})");
  const int digits = minor_digits(receipt.currency);
  std::string body;
  json::Writer writer(body);
  writer.begin_object();
  if (outcome.withdrawal) {
    write_asked(writer, context, *outcome.withdrawal);
  } else if (outcome.ledger) {
    writer.field("ledgerId", outcome.ledger->entry.value);
  }
  writer.field("accountId", receipt.account.value).field("amount", receipt.amount, digits);
  const bool is_of_credit = outcome.ledger && outcome.ledger->is_of_credit != 0;
  views::AccountView account;
  const bool is_known = context.views.account(receipt.account, account) == views::ReadStatus::Found;
  if (outcome.ledger && !is_of_credit) {
    writer.field("balance", outcome.ledger->balance_after, digits);
  } else if (is_known) {
    writer.field("balance", account.balance, digits);
  }
  if (is_of_credit) writer.field("credit", outcome.ledger->balance_after, digits);
  writer.end_object();
  return json_response(201, std::move(body));
}

template <typename Payment>
void send_payment(const Call& call, Payment payment, const PaymentRequest& request) {
  Context& context = call.context;
  const auto key = read_key(call);
  if (!key) return;
  views::AccountView account;
  const auto status = context.views.account(request.account, account);
  if (status != views::ReadStatus::Found) {
    return call.refuse(status == views::ReadStatus::Busy ? RejectCode::Busy : RejectCode::NotFound);
  }
  if (!fits_minor_digits(request.amount, account.currency)) {
    return call.refuse(RejectCode::Validation, "amount has more decimals than its currency");
  }
  set_amount(payment, request.amount);
  Command command = Command::make(payment);
  command.header.actor = call.who.user;
  command.header.account = request.account;
  if (!context.attach(command, {{*key, request.reference, request.note, request.destination}})) {
    return call.refuse(RejectCode::Busy);
  }
  const Receipt receipt{request.account, request.amount, account.currency};
  const auto sent = context.submit(
      command, kOperatorWait, [&context, handle = call.handle, receipt](const Outcome& outcome) {
        context.network.reply(handle, payment_response(context, outcome, receipt));
      });
  if (sent != RejectCode::None) call.refuse(sent);
}

// Reads the body, and calls `send(request)` when it is good.
template <typename Send>
void with_payment(const Call& call, const Rules& rules, Send send) {
  if (!call.read_body()) return;
  json::Reader reader;
  PaymentRequest request = read_payment(call.context.document.root(), rules, reader);
  if (!reader.ok()) return call.refuse(RejectCode::Validation, reader.problem());
  if (rules.is_own) request.account = call.account;
  send(request);
}

template <typename Payment>
void post_payment(const Call& call, const Rules& rules) {
  with_payment(call, rules, [&](const PaymentRequest& request) {
    Payment payment;
    payment.method = request.method;
    send_payment(call, payment, request);
  });
}

}  // namespace

void post_deposit(const Call& call) { post_payment<Deposit>(call, {}); }
void post_withdrawal(const Call& call) { post_payment<Withdraw>(call, {}); }
void post_own_withdrawal(const Call& call) { post_payment<Withdraw>(call, {.is_own = true}); }

void post_adjustment(const Call& call) {
  with_payment(call, {.may_take = true, .needs_reason = true}, [&](const PaymentRequest& request) {
    if (request.kind == AdjustmentKind::Bonus && request.amount.is_negative()) {
      return call.refuse(RejectCode::Validation, "amount of a bonus must be above 0");
    }
    Adjust adjust;
    adjust.kind = request.kind;
    send_payment(call, adjust, request);
  });
}

void post_bonus(const Call& call) {
  with_payment(call, {.needs_reason = true}, [&](const PaymentRequest& request) {
    Adjust adjust;
    adjust.kind = AdjustmentKind::Bonus;
    send_payment(call, adjust, request);
  });
}

void post_credit(const Call& call) {
  with_payment(call, {.may_take = true},
               [&](const PaymentRequest& request) { send_payment(call, ChangeCredit{}, request); });
}

namespace {

// The reason is optional, and so is the body.
bool read_reason(const Call& call, std::string_view& out) {
  if (call.request.body.empty()) return true;
  if (!call.read_body()) return false;
  json::Reader reader;
  for (const Value value : call.context.document.root()) {
    if (value.key() == "note" || value.key() == "reason") reader.text(value, out, kNoteMax);
  }
  if (reader.ok()) return true;
  call.refuse(RejectCode::Validation, reader.problem());
  return false;
}

http::HttpResponse decided_response(const Context& context, const Outcome& outcome,
                                    WithdrawalId id) {
  if (outcome.refused != RejectCode::None) return problem(outcome.refused);
  views::WithdrawalView withdrawal;
  const auto status = context.views.withdrawal(id, withdrawal);
  if (!outcome.is_settled || status != views::ReadStatus::Found) {
    return json_response(202, R"({"status":"PENDING"})");
  }
  std::string body;
  json::Writer writer(body);
  write_withdrawal(writer, context, withdrawal, true);
  return json_response(200, std::move(body));
}

}  // namespace

void decide_withdrawal(const Call& call, bool approve) {
  const auto id = call.id();
  if (!id) return;
  const auto key = read_key(call);
  std::string_view reason;
  if (!key || !read_reason(call, reason)) return;
  Context& context = call.context;
  DecideWithdrawal decision;
  decision.withdrawal = WithdrawalId{*id};
  decision.approve = approve ? 1 : 0;
  Command command = Command::make(decision);
  command.header.actor = call.who.user;
  if (!context.attach(command, {{*key, {}, reason, {}}})) return call.refuse(RejectCode::Busy);
  const auto sent = context.submit(
      command, kOperatorWait,
      [&context, handle = call.handle, id = decision.withdrawal](const Outcome& outcome) {
        context.network.reply(handle, decided_response(context, outcome, id));
      });
  if (sent != RejectCode::None) call.refuse(sent);
}

}  // namespace tribook::gateway
