// The receiving half of the User-based Security Model (RFC 3414, 3.2) and the answers it owes:
// Reports for engine discovery and clock synchronisation, Responses to informs. For traps the
// sender is the authoritative engine; for informs it is us, but an inform that comes under the
// sender's own engine id is taken too where the user's `engine_id` allows it.
//
// A user with an auth protocol is never taken unauthenticated; one with a privacy protocol may send
// in the clear, authenticated (VACM's business, and net-snmp's default). One object per worker; the
// time comes with the message.

#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "netlogd/core/counters.hpp"
#include "netlogd/core/time.hpp"
#include "netlogd/wire/snmp.hpp"
#include "netlogd/wire/usm_engines.hpp"
#include "netlogd/wire/usm_users.hpp"

namespace netlogd::wire {

struct UsmSettings {
  std::string engine_id;           // ours: 5..32 octets; kept over restarts
  std::uint32_t engine_boots = 1;  // grows with every start
  TimePoint engine_started{};      // when boots was raised
  std::uint64_t salt_seed = 0;     // another one for every worker and start
  std::size_t max_engines = 10'000;
};

// Written by the owner's thread, read by any.
struct UsmCounters {
  Counter accepted{0};
  Counter unsupported_levels{0};  // the names of RFC 3414's usmStats
  Counter not_in_time_windows{0};
  Counter unknown_user_names{0};
  Counter unknown_engine_ids{0};
  Counter wrong_digests{0};
  Counter decryption_errors{0};
  Counter downgrades{0};  // unauthenticated, from a user who has keys
  Counter repeated{0};
  Counter engines{0};  // a gauge
  Counter engines_evicted{0};
};

enum class UsmVerdict : std::uint8_t {
  accepted,
  repeated,       // authentic, and seen before
  discovery,      // no engine id: asks for ours
  synchronising,  // authentic, boots and time zero: asks for our clock
  unknown_user,
  unsupported_level,
  downgraded,
  wrong_digest,
  outside_window,
  not_decrypted,
};

struct UsmOutcome {
  UsmVerdict verdict = UsmVerdict::unknown_user;
  Octets scoped_pdu;  // accepted, repeated: valid until the next open()
  std::size_t user = UsmUsers::none;
  bool ours = false;    // sent under our engine id
  bool report = false;  // the sender may be told, with report()
};

class UsmReceiver {
 public:
  UsmReceiver(UsmSettings settings, std::shared_ptr<const UsmUsers> users);
  // New users: the engines' clocks stay, their keys are derived again.
  void use(std::shared_ptr<const UsmUsers> users);

  [[nodiscard]] UsmOutcome open(const SnmpMessage& message, TimePoint received);

  // The answers, as datagrams; empty when one cannot be built. Valid until the next call.
  [[nodiscard]] Octets report(const SnmpMessage& message, const UsmOutcome& outcome,
                              TimePoint received);
  [[nodiscard]] Octets response(const SnmpMessage& message, const UsmOutcome& outcome,
                                TimePoint received);

  [[nodiscard]] const UsmCounters& counters() const noexcept { return counters_; }
  [[nodiscard]] std::uint32_t engine_time(TimePoint now) const noexcept;

 private:
  struct Frame;  // the header of an answer

  UsmOutcome judge(const SnmpMessage& message, TimePoint received);
  UsmVerdict authenticate(const SnmpMessage& message, UsmOutcome& outcome, TimePoint received);
  bool decrypt(const SnmpMessage& message, UsmEngine::Keys& keys, UsmOutcome& outcome);
  [[nodiscard]] UsmEngine::Keys local_keys(std::size_t user, Octets engine_id);
  UsmEngine::Keys answer_keys(std::size_t user, Octets engine_id, bool ours, bool with_privacy);
  void count_verdict(UsmVerdict verdict) noexcept;
  Octets seal(const SnmpMessage& message, const Frame& frame);

  UsmSettings settings_;
  std::shared_ptr<const UsmUsers> users_;
  UsmCrypto crypto_;
  UsmEngines engines_;
  UsmEngine own_engine_;  // keys and digests of what comes under our own engine id
  UsmCounters counters_;
  std::vector<std::uint8_t> plain_;
  std::vector<std::uint8_t> sealed_;
  BerWriter writer_;
  std::uint64_t salt_;
};

}  // namespace netlogd::wire
