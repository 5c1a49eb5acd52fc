#include "client/pipe/stdio_end.h"

#include <unistd.h>

#include "client/link/write_all.h"

namespace grotto::client {

StdioEnd::StdioEnd(Worker& worker, LocalHandler& handler)
    : handler_(handler), input_(worker, STDIN_FILENO, [this](std::string_view bytes) {
        bytes.empty() ? handler_.on_local_end() : handler_.on_local_bytes(bytes);
      }) {
  input_.pause();  // until it is wanted
}

bool StdioEnd::write(std::string_view bytes) {
  if (is_gone_) return true;
  if (!write_all(STDOUT_FILENO, bytes)) {
    is_gone_ = true;
    handler_.on_local_gone();
  }
  return true;
}

}  // namespace grotto::client
