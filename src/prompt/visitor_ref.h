// VisitorRef: a way to a visitor from other threads; he may have gone meanwhile. Threads: any.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "base/mailbox.h"

namespace grotto {

class PromptService;
class Visitor;

struct VisitorRef {
  std::shared_ptr<Mailbox> mailbox;
  PromptService* service = nullptr;
  std::uint64_t number = 0;

  /// Runs `task` on his worker; with nullptr if he has gone.
  void post(std::function<void(Visitor* visitor)> task) const;

  friend bool operator==(const VisitorRef& one, const VisitorRef& other) noexcept {
    return one.service == other.service && one.number == other.number;
  }
  friend bool operator<(const VisitorRef& one, const VisitorRef& other) noexcept {
    return one.service != other.service ? std::less<>()(one.service, other.service)
                                        : one.number < other.number;
  }
};

}  // namespace grotto
