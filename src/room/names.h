// Names: which names people may have, and when two names are too alike to be online together.
//
// A name is 1 to 32 code points after NFKC, in any script. Emoji are welcome, also as the first
// character; those glued together by zero width joiners are not, because the joiner is invisible.
// A key tells nothing about the name but whether another one clashes with it, so that a room keeps
// 16 bytes a member instead of folded copies of the name.
// Threads: NameRules is immutable after construction; any thread may call it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace grotto {

constexpr std::size_t kNameCodePointsMax = 32;
/// No name has more, of however many bytes a code point is; nor has an address.
constexpr std::size_t kNameBytesMax = 255;

/// Why a text is no name.
enum class NameFault : std::uint8_t {
  empty,              // nothing but blanks at both ends
  too_long,           // more than 32 code points after NFKC
  not_utf8,           // ill-formed bytes
  white_space,        // any kind of space, or a blank braille cell
  colon,              // ':' ends a name in every line; its look-alikes would fake that
  control,            // C0, C1, DEL
  bidi,               // marks and overrides of the direction of text
  invisible,          // zero width and other ignorable characters
  unassigned,         // private use, surrogates, and what this ICU's Unicode does not know yet
  punctuation_first,  // commands and quit words begin so
  marks,              // more than 2 combining marks on one base, or one without a base
  quit_word,          // would leave instead of name
  reserved,           // `server`, or what looks like it
};

/// The whole sentence for a person: "A name is one word, without spaces."
std::string_view sentence(NameFault fault) noexcept;

/// Two keyed 64-bit hashes of what a name folds to and looks like. Comparable only between names
/// from one NameRules: the hash key is drawn at random at its construction, so that nobody can
/// compute a name whose key is somebody else's.
struct NameKey {
  std::uint64_t folded = 0;    // the look-alike skeleton of the case folded name
  std::uint64_t skeleton = 0;  // the look-alike skeleton of the name as typed
  friend bool operator==(const NameKey&, const NameKey&) = default;

  /// Whether two people with such names may not be online together: either half is equal.
  [[nodiscard]] bool clashes_with(const NameKey& other) const noexcept {
    return folded == other.folded || skeleton == other.skeleton;
  }
};

struct Name {
  std::string text;  // UTF-8, NFKC
  NameKey key;
};

class NameRules {
 public:
  /// `quit_words`: texts that leave; no name may fold to or look like one of them.
  explicit NameRules(const std::vector<std::string>& quit_words);
  NameRules(const NameRules&) = delete;
  NameRules& operator=(const NameRules&) = delete;
  ~NameRules();

  /// The name that `raw` (blanks at both ends are dropped) stands for, or the first fault found.
  [[nodiscard]] std::variant<Name, NameFault> check(std::string_view raw) const;

  /// A name that the server gives, as it stands: "lobby".
  [[nodiscard]] Name own(std::string_view text) const { return {std::string(text), key_of(text)}; }

 private:
  struct Unicode;  // ICU's tables
  [[nodiscard]] NameKey key_of(std::string_view nfkc) const;

  std::array<std::uint64_t, 2> hash_key_;
  std::unique_ptr<const Unicode> unicode_;
  std::vector<NameKey> quit_words_;
  std::vector<NameKey> reserved_;
};

}  // namespace grotto
