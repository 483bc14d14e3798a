#include "core/house.h"

namespace tribook::core {

void House::retell(Slab& slab, const EventVisitor& visit) const {
  const Retelling to(engine_.last_sequence(), slab, visit);
  UserCreated created;
  for (const directory::Directory::User& user : directory_.users()) {
    ++created.user.value;
    created.password_changes = user.password_changes;
    to.tell_with(user.spec, user.created, {}, created);
  }
  engine_.retell(to);
  HouseCarried carried;
  carried.day_volume = engine_.volume_of_day(told_);
  to.tell(told_, {}, carried);
}

}  // namespace tribook::core
