#include "service/mentions.h"

#include <algorithm>

namespace grotto {

namespace {

bool is_punctuation(char each) noexcept {
  const auto byte = static_cast<unsigned char>(each);
  return byte < 0x80 && !(each >= '0' && each <= '9') && !(each >= 'A' && each <= 'Z') &&
         !(each >= 'a' && each <= 'z');
}

}  // namespace

bool Mentions::has(const Room& room, LineNumber line, std::string_view text, const NameKey& key) {
  Found& found = lines_[line % lines_.size()];
  if (found.room != &room || found.line != line) {
    is_empty_ = false;
    found.room = nullptr;
    found.words.clear();
    look(text, found.words);
    found.room = &room;
    found.line = line;
  }
  return std::find(found.words.begin(), found.words.end(), key.folded) != found.words.end();
}

void Mentions::look(std::string_view text, std::vector<std::uint64_t>& words) const {
  constexpr std::string_view kBlanks = " \t";
  const auto add = [&](std::string_view word) {
    if (!word.empty() && word.size() <= kNameBytesMax) words.push_back(names_.own(word).key.folded);
  };
  for (std::size_t count = 0; count < kWordsMax; ++count) {
    text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
    std::string_view word = text.substr(0, text.find_first_of(kBlanks));
    if (word.empty()) return;
    text.remove_prefix(word.size());
    while (!word.empty() && is_punctuation(word.front())) word.remove_prefix(1);
    const auto inner = std::find_if(word.begin(), word.end(), is_punctuation);
    std::string_view trimmed = word;
    while (!trimmed.empty() && is_punctuation(trimmed.back())) trimmed.remove_suffix(1);
    const auto whole_to_inner = word.substr(0, static_cast<std::size_t>(inner - word.begin()));
    add(word);
    if (trimmed != word) add(trimmed);
    if (whole_to_inner != trimmed) add(whole_to_inner);  // luzmi's
  }
}

void Mentions::forget() noexcept {
  if (is_empty_) return;
  for (Found& each : lines_) each.room = nullptr;
  is_empty_ = true;
}

}  // namespace grotto
