// Open TLS: the certificates that the settings name, or the server's own.
// Threads: no state; one at a time, since files may be made.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "daemon/settings.h"
#include "net/tls_context.h"

namespace grotto {

/// nullptr if the settings want no TLS. Reads the files anew each time. With --self-signed the
/// files are made if they are not there. Errors: a sentence that names the file.
Result<std::shared_ptr<const TlsContext>> open_tls(const Settings& settings);

/// Where --self-signed keeps its certificate and key. Errors: no state directory.
Result<TlsPair> self_signed_pair();

/// Whether connections may speak TLS.
[[nodiscard]] bool has_certificates(const Settings& settings) noexcept;

/// What is wrong with the settings of TLS, beside the files.
[[nodiscard]] std::optional<std::string> fault_of_tls(const Settings& settings);

}  // namespace grotto
