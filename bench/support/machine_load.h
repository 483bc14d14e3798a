#pragma once

namespace tribook::bench {

/// How much of the machine other programs use meanwhile: figures taken beside a busy neighbour say
/// little.
class MachineLoad {
 public:
  MachineLoad();
  /// Of all cores' time since construction, percent; interrupts and what a hypervisor takes count.
  [[nodiscard]] double others_percent() const;

 private:
  struct Times {
    double machine = 0;  // seconds that cores were busy
    double own = 0;
    double passed = 0;
  };
  static Times look();
  Times begin_;
};

}  // namespace tribook::bench
