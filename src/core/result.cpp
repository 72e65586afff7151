#include "netlogd/core/result.hpp"

#include <cerrno>
#include <system_error>

namespace netlogd {

Error errno_error(std::string_view object, int error_number) {
  const auto code = error_number == ENOENT                                 ? Errc::not_found
                    : error_number == ENOSPC || error_number == EDQUOT     ? Errc::no_space
                    : error_number == EBUSY || error_number == EWOULDBLOCK ? Errc::busy
                                                                           : Errc::io;
  std::string sentence(object);
  sentence += ": ";
  sentence += std::generic_category().message(error_number);
  return {code, std::move(sentence)};
}

}  // namespace netlogd
