// What is remembered of the SNMP engines that send to us: boots and time, which only grow (RFC
// 3414, 3.2.7), the digests seen last, and the users' keys made local to them. Only an engine whose
// digest was right gets a place, so that forged engine ids cost nothing; the one not heard of for
// longest gives way when the table is full. One thread.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "netlogd/core/time.hpp"
#include "netlogd/wire/usm_crypto.hpp"

namespace netlogd::wire {

class UsmEngine {
 public:
  struct Keys {
    std::size_t user = 0;
    UsmKey auth;
    UsmKey priv;  // empty until it is needed
  };

  enum class Timeliness : std::uint8_t { fresh, repeated, outside_window };

  // `remembered` digests tell a message that comes twice.
  explicit UsmEngine(std::size_t remembered = 16) : macs_(remembered, 0) {}

  // An authenticated message of this engine: moves its clock on, or refuses.
  [[nodiscard]] Timeliness judge(std::uint32_t boots, std::uint32_t time, TimePoint received,
                                 std::uint64_t mac) noexcept;
  // The same where the engine is ourselves and knows its boots and time.
  [[nodiscard]] Timeliness judge_own(std::uint32_t boots, std::uint32_t time,
                                     std::uint32_t own_boots, std::uint32_t own_time,
                                     std::uint64_t mac) noexcept;

  // nullptr: not local yet.
  [[nodiscard]] Keys* keys_of(std::size_t user) noexcept;
  // Keeps a few users' keys; more take turns.
  Keys& keep(Keys keys);
  void forget_keys() noexcept { keys_.clear(); }

  static constexpr std::uint32_t max_boots = 0x7fff'ffff;
  static constexpr std::int64_t window_seconds = 150;

 private:
  static constexpr std::size_t max_keys = 8;

  [[nodiscard]] Timeliness remember(std::uint64_t mac) noexcept;

  std::uint32_t boots_ = 0;
  std::uint32_t latest_time_ = 0;
  TimePoint latest_received_{};
  std::vector<std::uint64_t> macs_;
  std::size_t next_mac_ = 0;
  bool known_ = false;
  std::vector<Keys> keys_;
  std::size_t next_key_ = 0;
};

class UsmEngines {
 public:
  explicit UsmEngines(std::size_t limit) : limit_(limit < 1 ? 1 : limit) {}

  // nullptr: no engine of this id has shown a right digest yet. The answer is valid until add().
  [[nodiscard]] UsmEngine* find(std::string_view id);
  // Room for a new engine; the eldest goes when there is none.
  UsmEngine& add(std::string_view id);
  void forget_keys() noexcept;
  [[nodiscard]] std::size_t size() const noexcept { return by_id_.size(); }
  [[nodiscard]] std::uint64_t evicted() const noexcept { return evicted_; }

 private:
  static constexpr std::size_t nowhere = ~std::size_t{0};
  struct Slot {
    std::string id;
    UsmEngine engine;
    std::size_t newer = nowhere;
    std::size_t older = nowhere;
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view id) const noexcept {
      return std::hash<std::string_view>{}(id);
    }
  };

  void unlink(std::size_t at) noexcept;
  void link_newest(std::size_t at) noexcept;

  std::size_t limit_;
  std::vector<Slot> slots_;
  std::unordered_map<std::string, std::size_t, Hash, std::equal_to<>> by_id_;
  std::size_t newest_ = nowhere;
  std::size_t oldest_ = nowhere;
  std::uint64_t evicted_ = 0;
};

}  // namespace netlogd::wire
