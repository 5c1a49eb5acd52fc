#include "client/chat/phrasing.h"

#include <fmt/format.h>

#include "client/chat/mention.h"
#include "line/text.h"

namespace grotto::client {

namespace {

Part name_part(const std::string& name, const Reader& reader) {
  return {name, name == reader.name ? Look::own_name : Look::name};
}

/// The text, with one's own name standing out.
void add_text(const Message& message, const Reader& reader, ShownLine& line) {
  const auto mention =
      message.from == reader.name ? std::nullopt : find_mention(message.text, reader.name);
  if (!mention) {
    line.parts.push_back({message.text, Look::plain});
    return;
  }
  const std::string& text = message.text;
  line.parts.push_back({text.substr(0, mention->begin), Look::plain});
  line.parts.push_back({text.substr(mention->begin, mention->size), Look::mention});
  line.parts.push_back({text.substr(mention->begin + mention->size), Look::plain});
  line.rings = true;
}

void add_private(const Message& message, const Reader& reader, ShownLine& line) {
  if (message.from == reader.name) {
    line.parts = {{"you", Look::own_name}, {" -> "}, name_part(message.to, reader)};
  } else {
    line.parts = {name_part(message.from, reader), {" -> "}, {"you", Look::mention}};
    line.rings = true;
  }
  line.parts.push_back({": " + message.text, Look::plain});
}

std::string people_text(const Message& message) {
  const std::uint64_t count = message.names.size() + message.more;
  std::string text =
      fmt::format("{} {} in {}:", count, count == 1 ? "person" : "people", message.room);
  for (const std::string& name : message.names) text += " " + name;
  if (message.more > 0) text += fmt::format(" and {} more", message.more);
  return text;
}

}  // namespace

ShownLine phrase(const Message& message, const Reader& reader) {
  ShownLine line;
  if (!message.room.empty() && message.id && message.room != reader.focus) {
    line.parts.push_back({"[" + message.room + "] ", Look::faint});
  }
  switch (message.type) {
    case Message::Type::say:
      line.parts.push_back(name_part(message.from, reader));
      line.parts.push_back({": ", Look::plain});
      add_text(message, reader, line);
      break;
    case Message::Type::me:
      line.parts.push_back({"* ", Look::plain});
      line.parts.push_back(name_part(message.from, reader));
      line.parts.push_back({" ", Look::plain});
      add_text(message, reader, line);
      break;
    case Message::Type::private_line: add_private(message, reader, line); break;
    case Message::Type::join:
    case Message::Type::leave:
    case Message::Type::nick:
    case Message::Type::topic:
    case Message::Type::token:
    case Message::Type::score:
    case Message::Type::notice: line.parts.push_back({message.text, Look::faint}); break;
    case Message::Type::question: line.parts.push_back({message.text, Look::plain}); break;
    case Message::Type::refusal: line.parts.push_back({message.text, Look::refusal}); break;
    case Message::Type::names: line.parts.push_back({people_text(message), Look::faint}); break;
    case Message::Type::skipped:
      return own_words(fmt::format("{} lines of {} skipped: this connection was too slow",
                                   message.count, message.room));
    case Message::Type::end:
    case Message::Type::unknown: return {};
  }
  return line;
}

ShownLine own_words(const std::string& sentence) {
  std::string scratch;
  ShownLine line;
  line.parts.push_back({fmt::format("-- {} --", clean_text(sentence, scratch)), Look::client});
  return line;
}

}  // namespace grotto::client
