#include "netlogd/wire/usm_users.hpp"

#include <algorithm>

namespace netlogd::wire {
namespace {

Octets octets_of(std::string_view text) noexcept {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace

Result<UsmUsers> UsmUsers::compile(std::span<const UsmUser> users) {
  UsmUsers compiled;
  UsmCrypto crypto;
  for (const UsmUser& user : users) {
    if (auto possible = crypto.check(user); !possible) return possible.error();
    User entry;
    entry.settings = {.name = user.name,
                      .auth = user.auth,
                      .auth_password = {},
                      .priv = user.priv,
                      .priv_password = {},
                      .engine_id = user.engine_id};
    if (user.auth != AuthProtocol::none)
      entry.auth_key = crypto.password_key(user.auth, octets_of(user.auth_password));
    if (user.priv != PrivProtocol::none)
      entry.priv_key = crypto.password_key(user.auth, octets_of(user.priv_password));
    compiled.users_.push_back(std::move(entry));
  }
  auto& all = compiled.users_;
  std::sort(all.begin(), all.end(),
            [](const User& a, const User& b) { return a.settings.name < b.settings.name; });
  for (std::size_t i = 0; i < all.size(); ++i)
    for (std::size_t k = i + 1; k < all.size() && all[k].settings.name == all[i].settings.name; ++k)
      if (all[k].settings.engine_id == all[i].settings.engine_id)
        return Error{Errc::invalid,
                     "user " + all[i].settings.name + ": is there twice for one engine"};
  return compiled;
}

std::size_t UsmUsers::find(std::string_view name, std::string_view engine_id) const noexcept {
  const auto first = std::lower_bound(
      users_.begin(), users_.end(), name,
      [](const User& user, std::string_view wanted) { return user.settings.name < wanted; });
  std::size_t any = none;
  for (auto at = first; at != users_.end() && at->settings.name == name; ++at) {
    const auto index = static_cast<std::size_t>(at - users_.begin());
    if (!at->settings.engine_id) {
      any = index;
    } else if (*at->settings.engine_id == engine_id) {
      return index;
    }
  }
  return any;
}

}  // namespace netlogd::wire
