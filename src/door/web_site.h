// WebSite: what a listener shows by HTTP, and who looked at it a moment ago. Constant while it is
// listened; any thread.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "door/page_visitors.h"
#include "door/watch_pages.h"
#include "web/asset.h"
#include "web/host_rules.h"

namespace grotto {

struct WebSite {
  HostRules hosts;
  std::string service;  // a word, which the page goes by: "chat", "echo", "prompt"; empty: not told
  std::string base;     // the prefix behind a proxy: "" or "/chat", without a slash at its end
  std::span<const Asset> assets = embedded_assets();
  std::shared_ptr<PageVisitors> visitors = std::make_shared<PageVisitors>();
  WatchPages watch = {};
};

}  // namespace grotto
