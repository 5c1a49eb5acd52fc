// WebSite: what a listener shows by HTTP. Constant while it is listened; any thread.
#pragma once

#include <span>
#include <string>

#include "web/asset.h"
#include "web/host_rules.h"

namespace grotto {

struct WebSite {
  HostRules hosts;
  std::string service;  // a word, which the page goes by: "chat", "echo", "prompt"; empty: not told
  std::string base;     // the prefix behind a proxy: "" or "/chat", without a slash at its end
  std::span<const Asset> assets = embedded_assets();
};

}  // namespace grotto
