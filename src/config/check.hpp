// What only shows when the settings are seen together, or when the files that they name are looked
// at.

#pragma once

#include "netlogd/config/config.hpp"
#include "netlogd/config/fault.hpp"
#include "netlogd/core/file_ops.hpp"

namespace netlogd::config {

void check_together(const Config& config, Faults& faults, Faults& warnings);

// Certificates, keys, inventory, knowledge: there, and readable.
void check_files(FileOps& files, const Config& config, Faults& faults, Faults& warnings);

}  // namespace netlogd::config
