#include "service/personal.h"

#include <algorithm>

#include "room/line_parts.h"

namespace grotto {

bool Personal::ignore(const Name& name) {
  if (ignores(name.key)) return true;
  if (ignored_.size() >= kIgnoredMax) return false;
  ignored_.push_back(name);
  judged_.clear();
  return true;
}

bool Personal::stop_ignoring(const NameKey& key) {
  judged_.clear();
  return std::erase_if(ignored_, [&](const Name& each) { return each.key.clashes_with(key); }) > 0;
}

bool Personal::ignores(const NameKey& key) const noexcept {
  return std::any_of(ignored_.begin(), ignored_.end(),
                     [&](const Name& each) { return each.key.clashes_with(key); });
}

bool Personal::ignores(std::string_view name) {
  std::string text(name);
  const auto found = judged_.find(text);
  if (found != judged_.end()) return found->second;
  if (judged_.size() >= kJudgedMax) judged_.clear();
  const bool is_ignored = ignores(names_.own(name).key);
  judged_.emplace(std::move(text), is_ignored);
  return is_ignored;
}

void Personal::follow_rename(std::string_view line) {
  std::string_view to = line.substr(line.find_last_of(' ') + 1);
  if (to.ends_with('.')) to.remove_suffix(1);
  static_cast<void>(ignore(names_.own(to)));
}

bool Personal::hides(LineKind kind, std::string_view line) noexcept {
  try {
    switch (kind) {
      case LineKind::join:
      case LineKind::leave:
      case LineKind::moves: return is_quiet;
      case LineKind::notice: return false;
      case LineKind::say:
      case LineKind::action: return !ignored_.empty() && ignores(parts_of(kind, line).from);
      case LineKind::rename: {
        if (ignored_.empty()) return false;
        const LineParts parts = parts_of(kind, line);
        if (ignores(parts.from)) follow_rename(parts.text);
        return false;
      }
    }
  } catch (...) {
    return false;  // no memory: better a line too many
  }
  return false;
}

}  // namespace grotto
