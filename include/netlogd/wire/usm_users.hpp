// The SNMPv3 users, ready for use: their passwords are hashed once, here, because that takes a
// millisecond each. Immutable; shared between workers.

#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "netlogd/core/result.hpp"
#include "netlogd/wire/snmp_access.hpp"
#include "netlogd/wire/usm_crypto.hpp"

namespace netlogd::wire {

class UsmUsers {
 public:
  struct User {
    UsmUser settings;  // without the passwords
    UsmKey auth_key;   // Ku, before it is made local to an engine
    UsmKey priv_key;
  };

  UsmUsers() = default;
  // Refuses a user whose protocols this machine's OpenSSL does not have, and two users of one name
  // for the same engine.
  [[nodiscard]] static Result<UsmUsers> compile(std::span<const UsmUser> users);

  static constexpr std::size_t none = ~std::size_t{0};
  // The user of this name for this engine; one that names the engine wins over one for any.
  [[nodiscard]] std::size_t find(std::string_view name, std::string_view engine_id) const noexcept;
  [[nodiscard]] const User& operator[](std::size_t i) const noexcept { return users_[i]; }
  [[nodiscard]] std::size_t size() const noexcept { return users_.size(); }

 private:
  std::vector<User> users_;  // sorted by name
};

}  // namespace netlogd::wire
