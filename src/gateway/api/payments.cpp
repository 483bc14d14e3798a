#include <utility>

#include "gateway/admin/admin_api.h"
#include "gateway/bodies/account_request.h"
#include "gateway/json/writer.h"

// Money in and out, each with an Idempotency-Key if the caller wants to be able to ask again.

namespace tribook::gateway::admin {
namespace {

using json::Value;

struct PaymentRequest {
  AccountId account;
  Money amount;
  PaymentMethod method = PaymentMethod::None;
  std::string_view reference;
  std::string_view note;
  std::string_view destination;  ///< bank or coin address
};

PaymentRequest read_payment(Value body, json::Reader& reader) {
  PaymentRequest payment;
  bool has_amount = false;
  for (const Value value : body) {
    const std::string_view key = value.key();
    if (key == "accountId") {
      reader.integer(value, payment.account.value, 1, UINT32_MAX);
    } else if (key == "amount") {
      has_amount = !value.is_null();
      reader.money(value, payment.amount);
      if (has_amount && payment.amount.raw <= 0) reader.fail(value, "must be above 0");
    } else if (key == "method") {
      reader.name(value, payment.method);
    } else if (key == "reference") {
      reader.text(value, payment.reference, kReferenceMax);
    } else if (key == "note") {
      reader.text(value, payment.note, kNoteMax);
    } else if (key == "bankInfo" || key == "cryptoAddr") {
      reader.text(value, payment.destination, kNoteMax);
    }
  }
  if (!payment.account) reader.fail("accountId", "is required");
  if (!has_amount) reader.fail("amount", "is required");
  return payment;
}

bool is_key(std::string_view key) {
  for (const char c : key) {
    if (c < 0x21 || c > 0x7E) return false;
  }
  return key.size() <= kClientIdMax;
}

struct Receipt {
  AccountId account;
  Money amount;
  Currency currency;
};

http::HttpResponse payment_response(const Context& context, const Outcome& outcome,
                                    const Receipt& receipt) {
  if (outcome.refused != RejectCode::None) return problem(outcome.refused);
  if (!outcome.is_settled) return json_response(202, R"({"status":"PENDING"})");
  const int digits = minor_digits(receipt.currency);
  std::string body;
  json::Writer writer(body);
  writer.begin_object();
  // A repeated key changes nothing and has no entry of its own.
  if (outcome.ledger) writer.field("ledgerId", outcome.ledger->entry.value);
  writer.field("accountId", receipt.account.value).field("amount", receipt.amount, digits);
  views::AccountView account;
  if (outcome.ledger) {
    writer.field("balance", outcome.ledger->balance_after, digits);
  } else if (context.views.account(receipt.account, account) == views::ReadStatus::Found) {
    writer.field("balance", account.balance, digits);
  }
  writer.end_object();
  return json_response(201, std::move(body));
}

template <typename Payment>
void post_payment(const Call& call) {
  if (!call.read_body()) return;
  Context& context = call.context;
  json::Reader reader;
  const PaymentRequest request = read_payment(context.document.root(), reader);
  if (!reader.ok()) return call.refuse(RejectCode::Validation, reader.problem());
  const std::string_view key = call.request.header("Idempotency-Key");
  if (!is_key(key)) {
    return call.refuse(RejectCode::Validation,
                       "Idempotency-Key must be at most 64 printable characters without spaces");
  }
  views::AccountView account;
  const auto status = context.views.account(request.account, account);
  if (status != views::ReadStatus::Found) {
    return call.refuse(status == views::ReadStatus::Busy ? RejectCode::Busy : RejectCode::NotFound);
  }
  if (!fits_minor_digits(request.amount, account.currency)) {
    return call.refuse(RejectCode::Validation, "amount has more decimals than its currency");
  }
  Payment payment;
  set_amount(payment, request.amount);
  payment.method = request.method;
  Command command = Command::make(payment);
  command.header.actor = call.who.user;
  command.header.account = request.account;
  if (!context.attach(command, {{key, request.reference, request.note, request.destination}})) {
    return call.refuse(RejectCode::Busy);
  }
  const Receipt receipt{request.account, request.amount, account.currency};
  const auto sent = context.submit(
      command, kOperatorWait, [&context, handle = call.handle, receipt](const Outcome& outcome) {
        context.network.reply(handle, payment_response(context, outcome, receipt));
      });
  if (sent != RejectCode::None) call.refuse(sent);
}

}  // namespace

void post_deposit(const Call& call) { post_payment<Deposit>(call); }
void post_withdrawal(const Call& call) { post_payment<Withdraw>(call); }

}  // namespace tribook::gateway::admin
