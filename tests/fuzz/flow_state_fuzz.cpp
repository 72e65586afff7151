// A saved state, as it is and with a checksum that agrees.

#include <string>

#include "flow_fuzz.hpp"

namespace {

std::string with_checksum(std::string_view lines) {
  std::string text = "netlogd-flow-state 1\n" + std::string(lines);
  if (text.back() != '\n') text += '\n';
  std::uint64_t sum = 0xcbf29ce484222325ULL;
  for (const char c : text) sum = (sum ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return text + "end " + std::to_string(sum) + "\n";
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  netlogd::fuzz::FlowFuzz fuzz;
  (void)fuzz.maker().restore(text);
  if (fuzz.maker().restore(with_checksum(text))) {
    const auto saved = fuzz.maker().save();
    netlogd::fuzz::check(static_cast<bool>(fuzz.maker().restore(saved)));
  }
  fuzz.finish();
  return 0;
}
