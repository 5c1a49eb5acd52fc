#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/escape.h"
#include "line/text.h"
#include "script/table_reader.h"
#include "script/words.h"

namespace grotto {
namespace {

/// Where the first character stands that no terminal may be told, or npos. REQUIRES: UTF-8.
std::size_t find_unshown(std::string_view text, TextForm form) {
  for (std::size_t at = 0; at != text.size();) {
    char32_t code_point = 0;
    const std::size_t size = utf8_sequence(text.substr(at), code_point);
    const bool is_line_end = code_point == '\n' && form == TextForm::lines;
    if (!is_line_end && (size == 0 || !is_shown(code_point))) return at;
    at += size;
  }
  return std::string_view::npos;
}

void fault_in(Loading& loading, std::string_view key, const TomlNode& node, const std::string& text,
              std::size_t at) {
  const Place place = loading.source.inside(node.place, text, at);
  if (text[at] == '\n') {
    loading.fault(place, fmt::format("{}: expected one line.", key));
    return;
  }
  char32_t code_point = 0;
  const std::size_t size = std::max<std::size_t>(utf8_sequence(text.substr(at), code_point), 1);
  loading.fault(place, fmt::format("{}: a text has no {} in it: terminals obey it.", key,
                                   escaped(text.substr(at, size))));
}

}  // namespace

std::optional<std::string> read_text(Loading& loading, std::string_view key, const TomlNode& node,
                                     TextForm form) {
  const auto* const text = std::get_if<std::string>(&node.value);
  if (text == nullptr) {
    loading.expected(key, node, "a text in quotes");
    return std::nullopt;
  }
  const std::size_t bytes_max = form == TextForm::lines ? kTextBytesMax : kLineBytesMax;
  if (text->size() > bytes_max) {
    loading.fault(node.place, fmt::format("{}: expected at most {} bytes.", key, bytes_max));
    return std::nullopt;
  }
  const std::size_t at = find_unshown(*text, form);
  if (at != std::string_view::npos) {
    fault_in(loading, key, node, *text, at);
    return std::nullopt;
  }
  return *text;
}

Template read_filled(Loading& loading, std::string_view key, const TomlNode& node, TextForm form) {
  const auto text = read_text(loading, key, node, form);
  if (!text) return {};
  auto result = Template::parse(*text, loading.ids);
  if (auto* const misfit = std::get_if<Template::Misfit>(&result)) {
    loading.fault(loading.source.inside(node.place, *text, misfit->offset),
                  std::move(misfit->sentence));
    return {};
  }
  auto& filled = *std::get_if<Template>(&result);
  for (Mention& mention : filled.mentions()) {
    mention.place = loading.source.inside(node.place, *text, mention.offset);
    if (loading.script.asks[mention.ask].type != AskType::hidden) continue;
    loading.fault(mention.place, fmt::format("The answer to {} is hidden: no text may show it.",
                                             in_quotes(loading.ids[mention.ask])));
  }
  return std::move(filled);
}

std::optional<std::size_t> read_ask(Loading& loading, std::string_view key, const TomlNode& node) {
  const auto* const id = std::get_if<std::string>(&node.value);
  if (id == nullptr) {
    loading.expected(key, node, "the id of a question");
    return std::nullopt;
  }
  const auto known = std::find(loading.ids.begin(), loading.ids.end(), *id);
  if (known == loading.ids.end() || id->empty()) {
    loading.fault(node.place, fmt::format("{}: there is no question {}.{}", key, in_quotes(*id),
                                          did_you_mean(*id, loading.ids)));
    return std::nullopt;
  }
  return static_cast<std::size_t>(known - loading.ids.begin());
}

std::optional<std::size_t> read_target(Loading& loading, std::string_view key,
                                       const TomlNode& node) {
  const auto* const id = std::get_if<std::string>(&node.value);
  if (id != nullptr && *id == "end") return kScriptEnd;
  const auto ask = read_ask(loading, key, node);
  if (!ask) loading.is_flow_known = false;
  return ask;
}

}  // namespace grotto
