// SNMP traps and informs to records of the stream `trap` (docs/output-format.md). One maker per
// worker; v3 messages of one sender must always come to the same one, for it keeps the engines'
// clocks. Informs are answered through the batch, after the record is journaled.
//
//   drop(malformed)      the structure is broken
//   drop(unsupported)    not a trap, or no version of ours
//   drop(not_allowed)    source or community
//   drop(not_authentic)  v3: user, digest, time window
//   drop(not_decrypted)  v3: no scoped PDU inside
//   no_record()          empty; v3 discovery and clock
//
// A trap whose structure is whole but whose contents are odd (an INTEGER of 300 octets, no
// snmpTrapOID) is a `partial` record with the odd value as octets, and the PDU in raw_base64
// (without the community, which is a secret, and decrypted).

#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "netlogd/core/counters.hpp"
#include "netlogd/core/refused_sources.hpp"
#include "netlogd/core/text_batch.hpp"
#include "netlogd/parse/oid_table.hpp"
#include "netlogd/parse/trap_fields.hpp"
#include "netlogd/parse/trap_replies.hpp"
#include "netlogd/wire/usm.hpp"

namespace netlogd::parse {

// What reloads; shared between workers.
struct TrapTables {
  OidTable oids;
  wire::SnmpAccess access;  // its users' passwords may be empty: usm has the keys
  wire::UsmUsers users;

  // Compiles everything; the passwords do not stay.
  [[nodiscard]] static Result<std::shared_ptr<const TrapTables>> load(
      std::span<const NamedText> oid_files, wire::SnmpAccess access);
};

struct TrapSettings {
  wire::UsmSettings usm;
  ReplyLimits replies;
  TrapInterfaces::Limits interfaces;
  bool write_community = false;
};

struct TrapCounters {
  Counter traps{0};
  Counter informs{0};
  Counter reports_sent{0};
  Counter responses_sent{0};
  Counter replies_limited{0};
  Counter interface_names{0};  // a gauge
  Counter interface_names_evicted{0};
};

class TrapRecordMaker final : public RecordMaker {
 public:
  TrapRecordMaker(TrapSettings settings, std::shared_ptr<const TrapTables> tables);

  void use(std::shared_ptr<const TrapTables> tables);
  void make(const RawMessage& message, const DeviceDirectory& devices, TextBatch& out) override;

  [[nodiscard]] const TrapCounters& counters() const noexcept { return counters_; }
  [[nodiscard]] const wire::UsmCounters& usm_counters() const noexcept { return usm_.counters(); }
  [[nodiscard]] const RefusedSources& refused() const noexcept { return refused_; }

 private:
  // What the header of a record needs to know of the varbinds.
  struct Summary {
    const TrapFacts* facts = nullptr;
    bool has_type = false;
    std::optional<std::uint64_t> uptime_ticks;
    std::optional<IpAddress> agent;  // v1, or snmpTrapAddress.0
    bool forwarded = false;          // snmpTrapAddress.0 says so
    wire::Octets enterprise;         // v1, or the value of snmpTrapEnterprise.0
    std::string_view maker;
    std::string_view hostname;  // sysName.0, if the trap has it
    bool odd = false;
  };

  void refuse(const RawMessage& message, TextBatch& out, DropReason reason);
  void make_community(const RawMessage& message, const DeviceDirectory& devices, TextBatch& out);
  void make_v3(const RawMessage& message, const DeviceDirectory& devices, TextBatch& out);
  void refuse_v3(const RawMessage& message, const wire::UsmOutcome& outcome, TextBatch& out);
  [[nodiscard]] bool may_send(const IpAddress& source) const noexcept;
  [[nodiscard]] bool knows_community() const noexcept;
  void reply(ReplyBudget::Kind kind, const RawMessage& message, wire::Octets bytes, TextBatch& out);

  Summary summarise(const RawMessage& message);
  void summarise_v1(const RawMessage& message, Summary& summary);
  void summarise_v2(Summary& summary);
  void find_maker(Summary& summary) const;
  void write_record(const RawMessage& message, const DeviceDirectory& devices,
                    const wire::UsmOutcome* outcome, TextBatch& out);
  void write_head(JsonWriter& json, const Summary& summary) const;
  // False: something in it was odd.
  bool write_varbinds(JsonWriter& json);
  [[nodiscard]] wire::Octets undecoded(const RawMessage& message,
                                       const wire::UsmOutcome* outcome) const;
  void write_tail(JsonWriter& json, const wire::UsmOutcome* outcome) const;

  TrapSettings settings_;
  std::shared_ptr<const TrapTables> tables_;
  wire::UsmReceiver usm_;
  ReplyBudget budget_;
  TrapFields fields_;
  wire::SnmpMessage message_;
  wire::BerWriter writer_;
  wire::Oid type_;  // the notification's OID
  wire::Oid name_;  // of the varbind at hand
  TrapCounters counters_;
  RefusedSources refused_;
};

}  // namespace netlogd::parse
