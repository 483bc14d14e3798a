#pragma once

#include <functional>

#include "tribook/base/assert.h"
#include "tribook/message/event.h"
#include "tribook/message/slab.h"
#include "tribook/message/text.h"

namespace tribook {

/// Takes events, each with its text alive during the call. Cold.
using EventVisitor = std::function<void(const Event&)>;

/// How a state is told again as events, after the last record that it has.
class Retelling {
 public:
  Retelling(Sequence last, Slab& slab, const EventVisitor& visit)
      : last_(last), slab_(slab), visit_(visit) {}

  template <typename Body>
  void tell(TimeNs time, AccountId account, const Body& body, TextRef text = {}) const {
    Event event;
    event.header.root = last_;
    event.header.time = time;
    event.header.account = account;
    event.header.text = text;
    event.set(body);
    visit_(event);
  }

  /// With a specification beside it. REQUIRES: the slab has a free block.
  template <typename Body, typename Spec>
  void tell_with(const Spec& spec, TimeNs time, AccountId account, const Body& body) const {
    tell_with_bytes(std::as_bytes(std::span<const Spec, 1>(&spec, 1)), time, account, body);
  }
  /// With these bytes beside it, if any. REQUIRES: the slab has a free block.
  template <typename Body>
  void tell_with_bytes(std::span<const std::byte> bytes, TimeNs time, AccountId account,
                       const Body& body) const {
    const TextRef text = bytes.empty() ? TextRef{} : slab_.put(bytes);
    TB_ASSERT(bytes.empty() || text);
    tell(time, account, body, text);
    slab_.release(text);
  }

  template <typename Body>
  void tell_texts(const Texts& texts, TimeNs time, AccountId account, const Body& body) const {
    const TextRef text = put_texts(slab_, texts);
    TB_ASSERT(static_cast<bool>(text));
    tell(time, account, body, text);
    slab_.release(text);
  }

 private:
  Sequence last_;
  Slab& slab_;
  const EventVisitor& visit_;
};

}  // namespace tribook
