#include "fair_shares.hpp"

namespace netlogd::listen {
namespace {

// What a message takes beside its octets: a batch is also full when it has many short ones.
constexpr std::size_t bytes_for_each = 128;

std::size_t share_of(BatchSink::Importance importance, BatchSink::Reserve reserve) noexcept {
  if (importance == BatchSink::Importance::high) return reserve.left_bytes / 8;
  const std::size_t kept = reserve.whole_bytes / 2;
  return reserve.left_bytes > kept ? (reserve.left_bytes - kept) / 32 : 0;
}

}  // namespace

bool FairShares::take(const IpAddress& source, std::size_t bytes, BatchSink::Importance importance,
                      BatchSink::Reserve reserve) noexcept {
  // Fibonacci hashing: the upper bits depend on all of them.
  constexpr std::uint64_t golden = 0x9e3779b97f4a7c15;
  const std::uint64_t mixed = (std::hash<IpAddress>{}(source) + round_ * golden) * golden;
  Slot& slot = slots_[mixed >> 52U];
  static_assert(slot_count == 1U << (64U - 52U));
  if (slot.round != round_) slot = {round_, 0};
  const std::size_t charge = bytes + bytes_for_each;
  if (slot.bytes + charge > share_of(importance, reserve)) return false;
  slot.bytes += static_cast<std::uint32_t>(charge);
  used_ = true;
  return true;
}

}  // namespace netlogd::listen
