// The names that vendors give their interfaces, from the [interfaces] sections of the data files,
// and the grammar of what stands behind them: 0/0/1, 1/0/1.100, 0/RP0/CPU0/0, 0/0/0:1. Built once,
// then read by any thread.

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace netlogd::parse {

class InterfaceNames {
 public:
  enum class Shape : std::uint8_t {
    number,  // Vlan100, ae1.0: one number and perhaps a unit
    slots,   // ge-0/0/0: at least one slash
    any,     // Ethernet1, GigabitEthernet0/0/1
    bare,    // vme: no number needed
  };

  // False when the shape of the same spelling is there already. A name of at most three letters is
  // found as it is spelled, a longer one in any case. `blank`: the number may follow a blank.
  bool add(std::string_view name, Shape shape, bool blank);
  // How many characters from `at` are the name of an interface; 0 when none begins there.
  [[nodiscard]] std::size_t match(std::string_view text, std::size_t at) const noexcept;
  // The same where the text before has said that this is an interface ("Interface vlan 20").
  [[nodiscard]] std::size_t match_named(std::string_view text, std::size_t at) const noexcept;
  [[nodiscard]] bool empty() const noexcept { return entries_.empty(); }

 private:
  struct Entry {
    std::string name;
    std::string folded;  // in small letters
    bool exact;          // found as it is spelled only
    Shape shape;
    bool blank;
  };
  [[nodiscard]] const Entry* find(std::string_view name) const noexcept;
  [[nodiscard]] std::size_t match(std::string_view text, std::size_t at, bool named) const noexcept;
  void rebuild();

  std::vector<Entry> entries_;
  std::vector<std::uint16_t> slots_;  // entry + 1, open addressing; 0 is free
};

}  // namespace netlogd::parse
