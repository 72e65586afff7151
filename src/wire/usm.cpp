#include "netlogd/wire/usm.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>

namespace netlogd::wire {
namespace {

constexpr std::size_t max_datagram = 65507;
constexpr std::size_t own_digests = 1024;  // many senders share our own engine id

// usmStats, RFC 3414, 5: 1.3.6.1.6.3.15.1.1.x.0
constexpr std::uint32_t unsupported_sec_levels = 1;
constexpr std::uint32_t not_in_time_windows = 2;
constexpr std::uint32_t unknown_user_names = 3;
constexpr std::uint32_t unknown_engine_ids = 4;
constexpr std::uint32_t wrong_digests = 5;
constexpr std::uint32_t decryption_errors = 6;

std::string_view text_of(Octets octets) noexcept {
  return {reinterpret_cast<const char*>(octets.data()), octets.size()};
}
Octets octets_of(std::string_view text) noexcept {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// The first octets of a digest are enough to know a message again.
std::uint64_t fingerprint(Octets mac) noexcept {
  std::uint64_t value = 0;
  std::memcpy(&value, mac.data(), std::min(mac.size(), sizeof value));
  return value;
}

// The request-id of a plain scoped PDU, for a Report; zero where it cannot be had.
std::int64_t request_id_of(const UsmHeader& usm) noexcept {
  if (usm.encrypted()) return 0;
  BerReader outer(usm.data);
  BerReader scoped(outer.take(ber::sequence));
  scoped.take(ber::octet_string);
  scoped.take(ber::octet_string);
  BerElement pdu;
  if (!scoped.ok() || !scoped.next(pdu)) return 0;
  BerReader fields(pdu.content);
  const std::int64_t id = fields.integer(std::numeric_limits<std::int32_t>::min(),
                                         std::numeric_limits<std::int32_t>::max());
  return fields.ok() ? id : 0;
}

// Seeds that lie side by side (a worker each) must not count up into each other's salts, for a salt
// may not serve one key twice (RFC 3826, 3.1.4.1). The finaliser of SplitMix64 throws them apart.
constexpr std::uint64_t scattered(std::uint64_t seed) noexcept {
  seed += 0x9e37'79b9'7f4a'7c15ULL;
  seed = (seed ^ (seed >> 30)) * 0xbf58'476d'1ce4'e5b9ULL;
  seed = (seed ^ (seed >> 27)) * 0x94d0'49bb'1331'11ebULL;
  return seed ^ (seed >> 31);
}

}  // namespace

struct UsmReceiver::Frame {
  std::uint8_t flags = 0;
  Octets engine_id;
  std::uint32_t boots = 0;
  std::uint32_t time = 0;
  std::size_t user = UsmUsers::none;
  bool ours = false;
};

UsmReceiver::UsmReceiver(UsmSettings settings, std::shared_ptr<const UsmUsers> users)
    : settings_(std::move(settings)),
      users_(std::move(users)),
      engines_(settings_.max_engines),
      own_engine_(own_digests),
      writer_(max_datagram),
      salt_(scattered(settings_.salt_seed)) {}

void UsmReceiver::use(std::shared_ptr<const UsmUsers> users) {
  users_ = std::move(users);
  engines_.forget_keys();
  own_engine_.forget_keys();
}

std::uint32_t UsmReceiver::engine_time(TimePoint now) const noexcept {
  const auto up = std::chrono::duration_cast<std::chrono::seconds>(now - settings_.engine_started);
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(up.count(), 0, 0x7fff'ffff));
}

UsmOutcome UsmReceiver::open(const SnmpMessage& message, TimePoint received) {
  UsmOutcome outcome = judge(message, received);
  count_verdict(outcome.verdict);
  return outcome;
}

UsmOutcome UsmReceiver::judge(const SnmpMessage& message, TimePoint received) {
  const UsmHeader& usm = message.usm;
  UsmOutcome outcome;
  outcome.report = usm.reportable();
  if (usm.engine_id.empty()) {
    outcome.verdict = UsmVerdict::discovery;
    return outcome;
  }
  outcome.ours = text_of(usm.engine_id) == settings_.engine_id;
  outcome.user = users_->find(text_of(usm.user), text_of(usm.engine_id));
  if (outcome.user == UsmUsers::none) return outcome;  // unknown_user

  const UsmUser& user = (*users_)[outcome.user].settings;
  if ((usm.authenticated() && user.auth == AuthProtocol::none) ||
      (usm.encrypted() && user.priv == PrivProtocol::none)) {
    outcome.verdict = UsmVerdict::unsupported_level;
    return outcome;
  }
  if (usm.authenticated()) {
    outcome.verdict = authenticate(message, outcome, received);
    return outcome;
  }
  outcome.report = false;
  outcome.scoped_pdu = usm.data;
  outcome.verdict = user.auth == AuthProtocol::none ? UsmVerdict::accepted : UsmVerdict::downgraded;
  return outcome;
}

// RFC 3414, 3.2, steps 6 to 8.
UsmVerdict UsmReceiver::authenticate(const SnmpMessage& message, UsmOutcome& outcome,
                                     TimePoint received) {
  const UsmHeader& usm = message.usm;
  const AuthProtocol auth = (*users_)[outcome.user].settings.auth;
  if (usm.auth.size() != mac_octets(auth)) return UsmVerdict::wrong_digest;

  UsmEngine* engine = outcome.ours ? &own_engine_ : engines_.find(text_of(usm.engine_id));
  UsmEngine::Keys* known = engine == nullptr ? nullptr : engine->keys_of(outcome.user);
  UsmEngine::Keys fresh_keys;
  if (known == nullptr) fresh_keys = local_keys(outcome.user, usm.engine_id);
  const UsmKey& key = known != nullptr ? known->auth : fresh_keys.auth;
  const auto mac_at = static_cast<std::size_t>(usm.auth.data() - message.whole.data());
  if (!crypto_.verify(auth, key, message.whole, mac_at)) return UsmVerdict::wrong_digest;

  // From here on the sender holds the key.
  if (engine == nullptr) engine = &engines_.add(text_of(usm.engine_id));
  if (known == nullptr) known = &engine->keep(fresh_keys);
  const auto timeliness = outcome.ours
                              ? engine->judge_own(usm.boots, usm.time, settings_.engine_boots,
                                                  engine_time(received), fingerprint(usm.auth))
                              : engine->judge(usm.boots, usm.time, received, fingerprint(usm.auth));
  if (timeliness == UsmEngine::Timeliness::outside_window) {
    if (!outcome.ours) outcome.report = false;  // its clock, not ours
    return outcome.ours && usm.boots == 0 && usm.time == 0 ? UsmVerdict::synchronising
                                                           : UsmVerdict::outside_window;
  }
  if (!usm.encrypted()) {
    outcome.scoped_pdu = usm.data;
  } else if (!decrypt(message, *known, outcome)) {
    return UsmVerdict::not_decrypted;
  }
  outcome.report = false;
  return timeliness == UsmEngine::Timeliness::repeated ? UsmVerdict::repeated
                                                       : UsmVerdict::accepted;
}

bool UsmReceiver::decrypt(const SnmpMessage& message, UsmEngine::Keys& keys, UsmOutcome& outcome) {
  const UsmUsers::User& user = (*users_)[outcome.user];
  const UsmHeader& usm = message.usm;
  if (keys.priv.size == 0)
    keys.priv =
        crypto_.privacy_key(user.settings.auth, user.settings.priv, user.priv_key, usm.engine_id);
  plain_.resize(usm.data.size());
  if (!crypto_.decrypt(user.settings.priv, keys.priv, usm.boots, usm.time, usm.priv, usm.data,
                       plain_))
    return false;
  outcome.scoped_pdu = plain_;
  return true;
}

UsmEngine::Keys UsmReceiver::local_keys(std::size_t user, Octets engine_id) {
  const UsmUsers::User& entry = (*users_)[user];
  UsmEngine::Keys keys;
  keys.user = user;
  keys.auth = crypto_.localize(entry.settings.auth, entry.auth_key, engine_id);
  return keys;
}

UsmEngine::Keys UsmReceiver::answer_keys(std::size_t user, Octets engine_id, bool ours,
                                         bool with_privacy) {
  UsmEngine* engine = ours ? &own_engine_ : engines_.find(text_of(engine_id));
  UsmEngine::Keys* known = engine == nullptr ? nullptr : engine->keys_of(user);
  UsmEngine::Keys keys = known != nullptr ? *known : local_keys(user, engine_id);
  const UsmUsers::User& entry = (*users_)[user];
  if (with_privacy && keys.priv.size == 0)
    keys.priv =
        crypto_.privacy_key(entry.settings.auth, entry.settings.priv, entry.priv_key, engine_id);
  return keys;
}

void UsmReceiver::count_verdict(UsmVerdict verdict) noexcept {
  switch (verdict) {
    case UsmVerdict::accepted:
      count(counters_.accepted);
      break;
    case UsmVerdict::repeated:
      count(counters_.repeated);
      break;
    case UsmVerdict::discovery:
      count(counters_.unknown_engine_ids);
      break;
    case UsmVerdict::unknown_user:
      count(counters_.unknown_user_names);
      break;
    case UsmVerdict::unsupported_level:
      count(counters_.unsupported_levels);
      break;
    case UsmVerdict::downgraded:
      count(counters_.downgrades);
      break;
    case UsmVerdict::wrong_digest:
      count(counters_.wrong_digests);
      break;
    case UsmVerdict::synchronising:
    case UsmVerdict::outside_window:
      count(counters_.not_in_time_windows);
      break;
    case UsmVerdict::not_decrypted:
      count(counters_.decryption_errors);
      break;
  }
  counters_.engines.store(engines_.size(), std::memory_order_relaxed);
  counters_.engines_evicted.store(engines_.evicted(), std::memory_order_relaxed);
}

Octets UsmReceiver::report(const SnmpMessage& message, const UsmOutcome& outcome,
                           TimePoint received) {
  std::uint32_t which = 0;
  const Counter* value = nullptr;
  switch (outcome.verdict) {
    case UsmVerdict::discovery:
      which = unknown_engine_ids;
      value = &counters_.unknown_engine_ids;
      break;
    case UsmVerdict::unknown_user:
      // Under somebody else's engine id we cannot know the user; then the engine is what is
      // unknown.
      which = outcome.ours ? unknown_user_names : unknown_engine_ids;
      value = outcome.ours ? &counters_.unknown_user_names : &counters_.unknown_engine_ids;
      break;
    case UsmVerdict::unsupported_level:
      which = unsupported_sec_levels;
      value = &counters_.unsupported_levels;
      break;
    case UsmVerdict::wrong_digest:
      which = wrong_digests;
      value = &counters_.wrong_digests;
      break;
    case UsmVerdict::synchronising:
    case UsmVerdict::outside_window:
      which = not_in_time_windows;
      value = &counters_.not_in_time_windows;
      break;
    case UsmVerdict::not_decrypted:
      which = decryption_errors;
      value = &counters_.decryption_errors;
      break;
    default:
      return {};
  }
  writer_.clear();
  writer_.integer(static_cast<std::int64_t>(read(*value) & 0xffff'ffffU), 0x41);
  const std::array<std::uint32_t, 11> name = {1, 3, 6, 1, 6, 3, 15, 1, 1, which, 0};
  writer_.oid(name);
  writer_.wrap(ber::sequence, 0);
  writer_.wrap(ber::sequence, 0);
  writer_.integer(0);
  writer_.integer(0);
  writer_.integer(request_id_of(message.usm));
  writer_.wrap(static_cast<std::uint8_t>(PduType::report), 0);
  writer_.octets({});
  writer_.octets(octets_of(settings_.engine_id));
  writer_.wrap(ber::sequence, 0);

  // RFC 3414, 3.2.7: only the clock's report is authenticated; it is to be believed.
  const bool clock = which == not_in_time_windows;
  return seal(message, {.flags = clock ? UsmHeader::auth_flag : std::uint8_t{0},
                        .engine_id = octets_of(settings_.engine_id),
                        .boots = settings_.engine_boots,
                        .time = engine_time(received),
                        .user = clock ? outcome.user : UsmUsers::none,
                        .ours = true});
}

Octets UsmReceiver::response(const SnmpMessage& message, const UsmOutcome& outcome,
                             TimePoint received) {
  const UsmHeader& usm = message.usm;
  writer_.clear();
  write_response_pdu(message, writer_);
  writer_.octets(message.context_name);
  writer_.octets(message.context_engine_id);
  writer_.wrap(ber::sequence, 0);
  // An inform under the sender's own engine id is answered in that engine's terms.
  return seal(message, {.flags = static_cast<std::uint8_t>(usm.flags & ~UsmHeader::reportable_flag),
                        .engine_id = usm.engine_id,
                        .boots = outcome.ours ? settings_.engine_boots : usm.boots,
                        .time = outcome.ours ? engine_time(received) : usm.time,
                        .user = outcome.user,
                        .ours = outcome.ours});
}

// Puts the header in front of the scoped PDU that the writer holds, encrypts and signs.
Octets UsmReceiver::seal(const SnmpMessage& message, const Frame& frame) {
  static constexpr std::array<std::uint8_t, 48> zeros{};
  const bool authenticated = frame.flags & UsmHeader::auth_flag;
  const bool encrypted = frame.flags & UsmHeader::priv_flag;
  UsmUser user;
  UsmEngine::Keys keys;
  if (authenticated) {
    user = (*users_)[frame.user].settings;
    keys = answer_keys(frame.user, frame.engine_id, frame.ours, encrypted);
  }
  std::array<std::uint8_t, 8> salt{};
  if (encrypted) {
    const std::uint64_t number = user.priv == PrivProtocol::des
                                     ? std::uint64_t{frame.boots} << 32 | (++salt_ & 0xffff'ffffU)
                                     : ++salt_;
    for (std::size_t i = 0; i < salt.size(); ++i)
      salt[i] = static_cast<std::uint8_t>(number >> (56 - 8 * i));
    const auto plain = writer_.bytes();
    plain_.assign(plain.begin(), plain.end());
    if (user.priv == PrivProtocol::des) plain_.resize((plain_.size() + 7) / 8 * 8);
    sealed_.resize(plain_.size());
    if (!writer_.ok() ||
        !crypto_.encrypt(user.priv, keys.priv, frame.boots, frame.time, salt, plain_, sealed_))
      return {};
    writer_.clear();
    writer_.octets(sealed_);
  }

  const std::size_t behind_parameters = writer_.mark();
  writer_.octets(encrypted ? Octets(salt) : Octets{});
  const std::size_t mac_size = authenticated ? mac_octets(user.auth) : 0;
  const std::size_t mac_from_end = writer_.mark() + mac_size;
  writer_.octets(Octets(zeros).first(mac_size));
  writer_.octets(message.usm.user);
  writer_.integer(frame.time);
  writer_.integer(frame.boots);
  writer_.octets(frame.engine_id);
  writer_.wrap(ber::sequence, behind_parameters);
  writer_.wrap(ber::octet_string, behind_parameters);

  const std::size_t behind_global = writer_.mark();
  writer_.integer(3);  // the User-based Security Model
  writer_.octets(Octets(&frame.flags, 1));
  writer_.integer(static_cast<std::int64_t>(max_datagram));
  writer_.integer(message.usm.message_id);
  writer_.wrap(ber::sequence, behind_global);
  writer_.integer(3);
  writer_.wrap(ber::sequence, 0);
  if (!writer_.ok()) return {};

  const auto whole = writer_.bytes();
  const std::size_t mac_at = whole.size() - mac_from_end;
  if (authenticated && !crypto_.sign(user.auth, keys.auth, whole, mac_at, whole.data() + mac_at))
    return {};
  return whole;
}

}  // namespace netlogd::wire
