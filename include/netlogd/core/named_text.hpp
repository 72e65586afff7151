// A data file as the loaders of tables get it: pure code does not open files. The name is for error
// sentences ("FILE:LINE: …").

#pragma once

#include <string>

namespace netlogd {

struct NamedText {
  std::string name;
  std::string text;
};

}  // namespace netlogd
