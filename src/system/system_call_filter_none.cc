#include "system/system_call_filter.h"

namespace grotto {

bool SystemCallFilter::is_built_in() noexcept {
  return false;
}

Result<Done> SystemCallFilter::set() {
  return Error{"--seccomp: this program was built without libseccomp.", 69};
}

}  // namespace grotto
