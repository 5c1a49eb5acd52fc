// JsonReader: takes values out of a JSON object and keeps the first fault in words, so that a file
// is read in one go and judged once. Threads: owned by one.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace grotto::load {

/// Objects keep the order of their keys.
using Json = nlohmann::ordered_json;

/// After a fault it gives values of no meaning (zero, empty): look at the fault at the end.
class JsonReader {
 public:
  /// Both outlive the reader. `place` is how the object is called in a fault ("samples[2]", "" for
  /// the outermost); `fault` is shared with the readers of what the object holds.
  JsonReader(const Json& object, std::string place, std::string& fault);

  /// Null if there is none.
  [[nodiscard]] const Json& at(const char* key) const;
  [[nodiscard]] bool has(const char* key) const { return !at(key).is_null(); }

  std::string text(const char* key);
  bool truth(const char* key);
  /// Not negative.
  std::uint64_t count(const char* key);
  double number(const char* key);
  /// None if the key is missing or null.
  std::optional<std::uint64_t> count_or_null(const char* key);
  std::optional<double> number_or_null(const char* key);

  std::vector<std::string> texts(const char* key);
  /// An object whose values are texts.
  std::vector<std::pair<std::string, std::string>> named(const char* key);
  /// Calls `each` with a reader per object of the list, up to the first fault.
  template <class Each>
  void list(const char* key, Each each) {
    const Json& all = at(key);
    if (!all.is_array()) return complain(key, "a list");
    for (std::size_t i = 0; i < all.size() && fault_.empty(); ++i) {
      each(JsonReader(all[i], place_of(key) + "[" + std::to_string(i) + "]", fault_));
    }
  }

  /// The fault is now 'expected "place.key" to be …', unless there was one.
  void complain(std::string_view key, std::string_view expected);

 private:
  [[nodiscard]] std::string place_of(std::string_view key) const;

  const Json& object_;
  std::string place_;
  std::string& fault_;
};

}  // namespace grotto::load
