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
  std::size_t& taken = taken_by(source);
  const std::size_t charge = bytes + bytes_for_each;
  if (taken + charge > share_of(importance, reserve)) return false;
  taken += charge;
  return true;
}

std::size_t& FairShares::taken_by(const IpAddress& source) noexcept {
  if (taken_.size() < max_sources) return taken_[source];
  const auto found = taken_.find(source);
  return found == taken_.end() ? taken_by_others_ : found->second;
}

}  // namespace netlogd::listen
