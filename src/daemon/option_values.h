// Option values: the pairs of set and show that rows of the option table share. `field` is a
// function from Settings to the place of the value.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "base/numbers.h"
#include "daemon/option_table.h"
#include "daemon/values.h"

namespace grotto {

constexpr std::uint64_t kKiB = 1024;
constexpr std::uint64_t kMiB = 1024 * kKiB;
constexpr std::uint64_t kGiB = 1024 * kMiB;

template <class Field>
using FieldType = std::remove_reference_t<std::invoke_result_t<Field, Settings&>>;

/// Shows through the same `field` that sets.
template <class Field>
const FieldType<Field>& read_field(const Field& field, const Settings& settings) {
  return field(const_cast<Settings&>(settings));  // NOLINT: nothing is written through it
}

/// A whole number from `least` to `most`.
template <class Field>
Option whole(Option row, Field field, std::uint64_t least, std::uint64_t most) {
  row.kind = OptionKind::number;
  row.set = [field, least, most](Settings& s, const Texts& texts) -> std::optional<std::string> {
    const auto value = parse_whole(texts.front());
    if (!value || *value < least || *value > most) {
      return fmt::format("a whole number from {} to {}", least, most);
    }
    field(s) = static_cast<FieldType<Field>>(*value);
    return std::nullopt;
  };
  row.show = [field](const Settings& s) { return fmt::format("{}", read_field(field, s)); };
  return row;
}

/// A number of bytes, also as "64KiB".
template <class Field>
Option bytes(Option row, Field field, std::uint64_t least, std::uint64_t most) {
  row.kind = OptionKind::either;
  row.set = [field, least, most](Settings& s, const Texts& texts) -> std::optional<std::string> {
    const auto value = parse_bytes(texts.front());
    if (!value || *value < least || *value > most) {
      return fmt::format("a number of bytes from {} to {}, such as 65536 or 64KiB", least, most);
    }
    field(s) = static_cast<FieldType<Field>>(*value);
    return std::nullopt;
  };
  row.show = [field](const Settings& s) { return fmt::format("{}", read_field(field, s)); };
  return row;
}

/// Networks.
template <class Field>
Option networks(Option row, Field field) {
  row.kind = OptionKind::list;
  row.set = [field](Settings& s, const Texts& texts) -> std::optional<std::string> {
    std::vector<Network> parsed;
    for (const std::string& text : texts) {
      auto network = Network::parse(text);
      if (!network) return "networks such as 10.0.0.0/8, 192.0.2.7, 2001:db8::/32 or unix";
      parsed.push_back(*network);
    }
    field(s) = std::move(parsed);
    return std::nullopt;
  };
  row.show = [field](const Settings& s) {
    Texts texts;
    for (const Network& network : read_field(field, s)) texts.push_back(network.to_string());
    return toml_list(texts);
  };
  return row;
}

/// A time of at least `least_ms` and at most 30 days.
template <class Field>
Option duration(Option row, Field field, std::uint64_t least_ms) {
  static constexpr std::uint64_t kMost = 30ULL * 24 * 3'600'000;
  row.kind = OptionKind::either;
  row.set = [field, least_ms](Settings& s, const Texts& texts) -> std::optional<std::string> {
    const auto value = parse_duration_ms(texts.front());
    if (!value || *value < least_ms || *value > kMost) {
      return fmt::format("a time from {} to 720h, such as 150ms, 30s, 5m or 1h{}",
                         duration_text(least_ms), least_ms == 0 ? ", or off" : "");
    }
    field(s) = *value;
    return std::nullopt;
  };
  row.show = [field, least_ms](const Settings& s) {
    const std::uint64_t value = read_field(field, s);
    return toml_string(value == 0 && least_ms == 0 ? "off" : duration_text(value));
  };
  return row;
}

/// One of a few words.
template <class Field, class Choice = FieldType<Field>>
Option choice(Option row, Field field, std::vector<std::pair<std::string_view, Choice>> words) {
  row.kind = OptionKind::text;
  row.set = [field, words](Settings& s, const Texts& texts) -> std::optional<std::string> {
    std::string expected;
    for (const auto& [word, value] : words) {
      if (texts.front() == word) {
        field(s) = value;
        return std::nullopt;
      }
      if (!expected.empty()) expected += word == words.back().first ? " or " : ", ";
      expected += word;
    }
    return expected;
  };
  row.show = [field, words = std::move(words)](const Settings& s) {
    for (const auto& [word, value] : words) {
      if (read_field(field, s) == value) return toml_string(word);
    }
    return std::string("\"\"");
  };
  return row;
}

/// A bound in bytes.
template <class Field>
Option limit_bytes(std::string_view flag, std::string_view help, Field field, std::uint64_t least,
                   std::uint64_t most, OptionGroup group = OptionGroup::limits) {
  return bytes({flag, "N", group, OptionKind::either, "bytes", help, "", {}, {}}, field, least,
               most);
}

/// A bound in time.
template <class Field>
Option limit_time(std::string_view flag, std::string_view help, Field field, std::uint64_t least,
                  OptionGroup group = OptionGroup::limits) {
  return duration({flag, "TIME", group, OptionKind::either, "", help, "", {}, {}}, field, least);
}

/// A bound in pieces of `unit`.
template <class Field>
Option limit_count(std::string_view flag, std::string_view unit, std::string_view help, Field field,
                   std::uint64_t least, std::uint64_t most,
                   OptionGroup group = OptionGroup::limits) {
  return whole({flag, "N", group, OptionKind::number, unit, help, "", {}, {}}, field, least, most);
}

template <class Field>
Option on_off(Option row, Field field) {
  row.kind = OptionKind::on_off;
  row.set = [field](Settings& s, const Texts& texts) -> std::optional<std::string> {
    const auto value = parse_switch(texts.front());
    if (!value) return "true or false";
    field(s) = *value;
    return std::nullopt;
  };
  row.show = [field](const Settings& s) { return read_field(field, s) ? "true" : "false"; };
  return row;
}

}  // namespace grotto
