// What a symptom in an operator's words is about: the devices and the event types it names. Pure.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "senders.hpp"

namespace netlogd::cli {

struct Symptom {
  std::vector<std::string> devices;  // names and addresses of devices, or of those of a site
  std::vector<std::string> events;   // event types
  std::vector<std::string> phrases;  // what else may stand in a message
};

[[nodiscard]] Symptom read_symptom(std::string_view text, const std::vector<SenderInfo>& senders);

}  // namespace netlogd::cli
