// Asset: a file of the page, which is part of the program; and what is answered to who asks for it.
//
// web/embed.py writes the table when the program is built, from the files of web/, with their
// compressed forms. Threads: constant; any.
#pragma once

#include <span>
#include <string_view>

#include "web/request.h"
#include "web/response.h"

namespace grotto {

struct Asset {
  std::string_view path;        // "/app.js"; that of index.html is "/"
  std::string_view media_type;  // "text/javascript; charset=utf-8"
  std::string_view etag;        // of the bytes, without quotes
  std::string_view bytes;
  std::string_view gzip;  // empty if compressing gains nothing
};

/// All files of web/.
[[nodiscard]] std::span<const Asset> embedded_assets() noexcept;

/// Null if there is no such file.
[[nodiscard]] const Asset* find_asset(std::span<const Asset> assets,
                                      std::string_view path) noexcept;

/// The file, or 304 if the browser has it already (If-None-Match). Compressed if the browser takes
/// gzip (Accept-Encoding). The two forms have tags of their own. A browser asks again each time:
/// the page and its script are then always of one version.
[[nodiscard]] Response asset_response(const Asset& asset, const Request& request);

}  // namespace grotto
