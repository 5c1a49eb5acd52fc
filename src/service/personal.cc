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
  std::erase_if(authors_, [&](const Author& each) { return each.name.clashes_with(key); });
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

void Personal::ignore(const Name& name, const Room& room, AuthorId author) {
  if (authors_.size() < kAuthorsMax) authors_.push_back({&room, author, name.key});
}

void Personal::forget(const Room& room) noexcept {
  std::erase_if(authors_, [&](const Author& each) { return each.room == &room; });
}

bool Personal::hides(const Room* room, AuthorId author, LineKind kind,
                     std::string_view line) noexcept {
  try {
    const bool is_move =
        kind == LineKind::join || kind == LineKind::leave || kind == LineKind::moves;
    if (is_move && is_quiet) return true;
    // A goodbye is something said.
    const bool is_speech =
        is_said(kind) || (kind == LineKind::leave && line.find(": ") != std::string_view::npos);
    if (!is_speech || ignored_.empty()) return false;
    const bool is_known = std::any_of(authors_.begin(), authors_.end(), [&](const Author& each) {
      return each.room == room && each.author == author;
    });
    return is_known || ignores(parts_of(kind, line).from);
  } catch (...) {
    return false;  // no memory: better a line too many
  }
}

}  // namespace grotto
