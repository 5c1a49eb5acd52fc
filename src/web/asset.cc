#include "web/asset.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

namespace grotto {

namespace {

/// Whether a list such as `gzip;q=0.5, br` takes gzip (RFC 9110 section 12.5.3).
bool takes_gzip(const Request& request) {
  bool takes = false;
  for (const HttpField& each : request.fields) {
    if (each.name != "accept-encoding") continue;
    std::string list = lower_case(each.value);
    list.erase(
        std::remove_if(list.begin(), list.end(), [](char c) { return c == ' ' || c == '\t'; }),
        list.end());
    std::string_view rest = list;
    while (!rest.empty()) {
      const std::size_t comma = rest.find(',');
      const std::string_view word = rest.substr(0, comma);
      rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
      const std::string_view coding = word.substr(0, word.find(';'));
      const std::size_t weight = word.find(";q=0");
      const bool is_refused = weight != std::string_view::npos &&
                              word.find_first_of("123456789", weight) == std::string_view::npos;
      if (coding == "gzip" || coding == "x-gzip") return !is_refused;
      if (coding == "*") takes = !is_refused;
    }
  }
  return takes;
}

/// Section 13.1.2: a list of tags, compared weakly; or a star.
bool has_it_already(const Request& request, std::string_view tag) {
  for (const HttpField& each : request.fields) {
    if (each.name != "if-none-match") continue;
    if (each.value == "*" || each.value.find(tag) != std::string::npos) return true;
  }
  return false;
}

}  // namespace

const Asset* find_asset(std::span<const Asset> assets, std::string_view path) noexcept {
  const auto found = std::find_if(assets.begin(), assets.end(),
                                  [&](const Asset& each) { return each.path == path; });
  return found == assets.end() ? nullptr : &*found;
}

Response asset_response(const Asset& asset, const Request& request) {
  const bool is_compressed = !asset.gzip.empty() && takes_gzip(request);
  const std::string tag = fmt::format("\"{}{}\"", asset.etag, is_compressed ? "-gzip" : "");
  Response made;
  made.fields.emplace_back("ETag", tag);
  made.fields.emplace_back("Cache-Control", "no-cache");
  if (!asset.gzip.empty()) made.fields.emplace_back("Vary", "Accept-Encoding");
  if (has_it_already(request, tag)) {
    made.status = 304;
    made.media_type = {};
    return made;
  }
  made.media_type = asset.media_type;
  made.shared_body = is_compressed ? asset.gzip : asset.bytes;
  if (is_compressed) made.fields.emplace_back("Content-Encoding", "gzip");
  return made;
}

}  // namespace grotto
