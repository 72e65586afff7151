#include "netlogd/core/device.hpp"

#include "netlogd/core/json_text.hpp"
#include "netlogd/core/json_writer.hpp"

namespace netlogd {
namespace {

std::string_view word_of(std::string_view stated, std::string_view fallback) noexcept {
  return !stated.empty() ? stated : !fallback.empty() ? fallback : "unknown";
}

}  // namespace

void write_device(JsonWriter& json, const Device* device, std::string_view hostname,
                  std::string_view maker) {
  auto& out = json.buffer();
  char* const begin = out.room(device_room(device, hostname, maker));
  const auto* end = put_device(begin, device, hostname, maker, false);
  out.commit(static_cast<std::size_t>(end - begin));
}

char* put_device(char* out, const Device* device, std::string_view hostname, std::string_view maker,
                 bool plain) noexcept {
  using json_text::put;
  if (device != nullptr && !device->json.empty()) return put(out, std::string_view(device->json));
  out = put(out, R"("device":{"hostname":)");
  if (device == nullptr) {
    const auto put_word = [plain](char* at, std::string_view word) {
      if (word.empty()) return put(at, R"("unknown")");
      return plain ? json_text::put_plain(at, word) : json_text::put_string(at, word);
    };
    out = put_word(out, hostname);
    out = put(out, R"(,"vendor":)");
    out = put_word(out, maker);
    return put(out, R"(,"model":"unknown","role":"unknown","location":"unknown",)"
                    R"("site":"unknown","criticality":"unknown"})");
  }
  out = json_text::put_string(out, word_of(device->hostname, hostname));
  out = put(out, R"(,"vendor":)");
  out = json_text::put_string(out, word_of(device->vendor, maker));
  out = put(out, R"(,"model":)");
  out = json_text::put_string(out, word_of(device->model, {}));
  out = put(out, R"(,"role":)");
  out = json_text::put_string(out, word_of(device->role, {}));
  out = put(out, R"(,"location":)");
  out = json_text::put_string(out, word_of(device->location, {}));
  out = put(out, R"(,"site":)");
  out = json_text::put_string(out, word_of(device->site, {}));
  out = put(out, R"(,"criticality":)");
  out = json_text::put_string(out, word_of(device->criticality, {}));
  return put(out, '}');
}

std::size_t device_room(const Device* device, std::string_view hostname,
                        std::string_view maker) noexcept {
  constexpr std::size_t keys = 256;
  if (device == nullptr) return keys + json_text::string_room(hostname.size() + maker.size());
  const auto words = device->hostname.size() + device->vendor.size() + device->model.size() +
                     device->role.size() + device->location.size() + device->site.size() +
                     device->criticality.size() + hostname.size() + maker.size();
  return keys + device->json.size() + json_text::string_room(words);
}

}  // namespace netlogd
