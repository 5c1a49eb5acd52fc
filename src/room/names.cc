#include "room/names.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uspoof.h>

#include <algorithm>
#include <bit>
#include <new>
#include <optional>
#include <random>

#include "base/check.h"

namespace grotto {
namespace {

constexpr UChar32 kBrailleBlank = 0x2800;  // assigned as a symbol, seen as a space
constexpr UChar32 kTextStyle = 0xFE0E;     // VARIATION SELECTOR-15 and -16: keyboards put them
constexpr UChar32 kEmojiStyle = 0xFE0F;    // behind an emoji unasked
constexpr int kMarksMax = 2;
constexpr int kColonLookAlikeClasses = U_GC_P_MASK | U_GC_S_MASK | U_GC_LM_MASK;
// No name of 32 code points needs more: NFKC shortens a text at most to a third of its length.
constexpr std::size_t kRawBytesMax = 4 * 3 * 4 * kNameCodePointsMax;

/// SipHash-2-4 (Aumasson and Bernstein, 2012).
class SipHash {
 public:
  explicit SipHash(const std::array<std::uint64_t, 2>& key) noexcept
      : v_{key[0] ^ 0x736f6d6570736575U, key[1] ^ 0x646f72616e646f6dU, key[0] ^ 0x6c7967656e657261U,
           key[1] ^ 0x7465646279746573U} {}

  std::uint64_t of(std::string_view bytes) noexcept {
    std::uint64_t word = 0;
    unsigned shift = 0;
    for (const char byte : bytes) {
      word |= std::uint64_t{static_cast<unsigned char>(byte)} << shift;
      shift += 8;
      if (shift == 64) {
        take(word);
        word = 0;
        shift = 0;
      }
    }
    take(word | std::uint64_t{bytes.size() & 0xff} << 56U);
    v_[2] ^= 0xff;
    for (int i = 0; i < 4; ++i) round();
    return v_[0] ^ v_[1] ^ v_[2] ^ v_[3];
  }

 private:
  void take(std::uint64_t word) noexcept {
    v_[3] ^= word;
    round();
    round();
    v_[0] ^= word;
  }
  void round() noexcept {
    v_[0] += v_[1];
    v_[1] = std::rotl(v_[1], 13) ^ v_[0];
    v_[0] = std::rotl(v_[0], 32);
    v_[2] += v_[3];
    v_[3] = std::rotl(v_[3], 16) ^ v_[2];
    v_[0] += v_[3];
    v_[3] = std::rotl(v_[3], 21) ^ v_[0];
    v_[2] += v_[1];
    v_[1] = std::rotl(v_[1], 17) ^ v_[2];
    v_[2] = std::rotl(v_[2], 32);
  }
  std::array<std::uint64_t, 4> v_;
};

std::string_view trimmed(std::string_view text) noexcept {
  constexpr std::string_view kBlanks = " \t\r\n";
  const auto first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

icu::UnicodeString from_utf8(std::string_view text) {
  return icu::UnicodeString::fromUTF8(
      icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())));
}

bool is_ascii_punctuation(UChar32 c) noexcept {
  return (c > ' ' && c < '0') || (c > '9' && c < 'A') || (c > 'Z' && c < 'a') ||
         (c > 'z' && c < 0x7f);
}

/// Marks that are drawn over or under their base. Spacing ones (Mc) do not pile up.
bool is_stacking_mark(UChar32 c) noexcept {
  return (U_GET_GC_MASK(c) & (U_GC_MN_MASK | U_GC_ME_MASK)) != 0;
}

/// What is wrong with `c` wherever it stands.
std::optional<NameFault> fault_of(UChar32 c) noexcept {
  const auto category = static_cast<std::uint32_t>(U_GET_GC_MASK(c));
  if (c == ':') return NameFault::colon;
  if (u_isUWhiteSpace(c) != 0 && (category & U_GC_CC_MASK) == 0) return NameFault::white_space;
  if (c == kBrailleBlank || c == '\t') return NameFault::white_space;
  if ((category & U_GC_CC_MASK) != 0) return NameFault::control;
  if (u_hasBinaryProperty(c, UCHAR_BIDI_CONTROL) != 0) return NameFault::bidi;
  if (u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) != 0 ||
      (category & U_GC_CF_MASK) != 0) {
    return NameFault::invisible;
  }
  if ((category & (U_GC_CN_MASK | U_GC_CO_MASK | U_GC_CS_MASK)) != 0) return NameFault::unassigned;
  return std::nullopt;
}

/// Counts marks on each base: those that stand behind it, and, if any do, those composed into it
/// (so that a letter with three marks that Unicode has as one character is a letter).
bool has_too_many_marks(const icu::UnicodeString& text, const icu::Normalizer2& nfc) {
  int own = 0;
  int behind = 0;
  bool has_base = false;
  for (std::int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1)) {
    const UChar32 c = text.char32At(i);
    if (is_stacking_mark(c)) {
      ++behind;
      if (!has_base || own + behind > kMarksMax) return true;
      continue;
    }
    has_base = true;
    behind = 0;
    own = 0;
    icu::UnicodeString parts;
    if (nfc.getDecomposition(c, parts) == 0) continue;
    for (std::int32_t j = 0; j < parts.length(); j = parts.moveIndex32(j, 1)) {
      if (is_stacking_mark(parts.char32At(j))) ++own;
    }
  }
  return false;
}

bool clashes(const NameKey& key, const std::vector<NameKey>& others) noexcept {
  return std::any_of(others.begin(), others.end(),
                     [&key](const NameKey& other) { return key.clashes_with(other); });
}

std::array<std::uint64_t, 2> random_key() {
  std::random_device device;
  const auto word = [&device] { return std::uint64_t{device()} << 32U | device(); };
  return {word(), word()};
}

}  // namespace

struct NameRules::Unicode {
  Unicode() {
    UErrorCode error = U_ZERO_ERROR;
    nfc = icu::Normalizer2::getNFCInstance(error);
    nfkc = icu::Normalizer2::getNFKCInstance(error);
    casefold = icu::Normalizer2::getNFKCCasefoldInstance(error);
    spoof.reset(uspoof_open(&error));
    // Fails only where ICU's data files are missing: no name could be checked then.
    GROTTO_CHECK(U_SUCCESS(error));
  }

  [[nodiscard]] icu::UnicodeString skeleton(const icu::UnicodeString& text) const {
    UErrorCode error = U_ZERO_ERROR;
    icu::UnicodeString result;
    uspoof_getSkeletonUnicodeString(spoof.get(), 0, text, result, &error);
    if (U_FAILURE(error)) throw std::bad_alloc();  // the one way that it can fail
    return result;
  }

  [[nodiscard]] bool looks_like_colon(UChar32 c) const {
    if ((U_GET_GC_MASK(c) & kColonLookAlikeClasses) == 0) return false;
    return skeleton(icu::UnicodeString(c)) == icu::UnicodeString(UChar32{':'});
  }

  [[nodiscard]] std::optional<NameFault> fault_of_text(const icu::UnicodeString& text) const {
    for (std::int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1)) {
      const UChar32 c = text.char32At(i);
      if (const auto fault = fault_of(c)) return fault;
      if (looks_like_colon(c)) return NameFault::colon;
    }
    if (has_too_many_marks(text, *nfc)) return NameFault::marks;
    return std::nullopt;
  }

  struct Close {
    void operator()(USpoofChecker* checker) const noexcept { uspoof_close(checker); }
  };
  const icu::Normalizer2* nfc = nullptr;  // ICU owns all three for the life of the process
  const icu::Normalizer2* nfkc = nullptr;
  const icu::Normalizer2* casefold = nullptr;
  std::unique_ptr<USpoofChecker, Close> spoof;
};

std::string_view sentence(NameFault fault) noexcept {
  switch (fault) {
    case NameFault::empty: return "A name needs at least one character.";
    case NameFault::too_long: return "A name has at most 32 characters.";
    case NameFault::not_utf8: return "That name is not valid UTF-8 text.";
    case NameFault::white_space: return "A name is one word, without spaces.";
    case NameFault::colon: return "A name may not hold a colon or what looks like one.";
    case NameFault::control: return "A name may not hold control characters.";
    case NameFault::bidi: return "A name may not hold marks that turn the direction of text.";
    case NameFault::invisible: return "A name may not hold invisible characters.";
    case NameFault::unassigned: return "A name may hold only characters that Unicode has assigned.";
    case NameFault::punctuation_first: return "A name may not begin with punctuation.";
    case NameFault::marks: return "A name may have at most 2 combining marks on one letter.";
    case NameFault::quit_word: return "That word is for leaving: it cannot be a name.";
    case NameFault::reserved: return "That name is reserved for the server.";
  }
  return {};
}

NameRules::NameRules(const std::vector<std::string>& quit_words)
    : hash_key_(random_key()), unicode_(std::make_unique<const Unicode>()) {
  for (const std::string& word : quit_words) quit_words_.push_back(key_of(word));
  reserved_.push_back(key_of("server"));
}

NameRules::~NameRules() = default;

NameKey NameRules::key_of(std::string_view nfkc) const {
  UErrorCode error = U_ZERO_ERROR;
  const icu::UnicodeString text = from_utf8(nfkc);
  const auto hash = [this](const icu::UnicodeString& of) {
    std::string utf8;
    return SipHash(hash_key_).of(of.toUTF8String(utf8));
  };
  return {hash(unicode_->skeleton(unicode_->casefold->normalize(text, error))),
          hash(unicode_->skeleton(text))};
}

std::variant<Name, NameFault> NameRules::check(std::string_view raw) const {
  raw = trimmed(raw);
  if (raw.empty()) return NameFault::empty;
  if (raw.size() > kRawBytesMax) return NameFault::too_long;

  icu::UnicodeString typed = from_utf8(raw);
  // fromUTF8 puts U+FFFD for each bad byte; a typed one is no character of a name either.
  if (typed.indexOf(UChar32{0xFFFD}) >= 0) return NameFault::not_utf8;
  typed.findAndReplace(icu::UnicodeString(kTextStyle), icu::UnicodeString());
  typed.findAndReplace(icu::UnicodeString(kEmojiStyle), icu::UnicodeString());

  UErrorCode error = U_ZERO_ERROR;
  const icu::UnicodeString text = unicode_->nfkc->normalize(typed, error);
  if (U_FAILURE(error)) return NameFault::not_utf8;
  if (text.isEmpty()) return NameFault::invisible;
  if (text.countChar32() > static_cast<std::int32_t>(kNameCodePointsMax)) {
    return NameFault::too_long;
  }
  if (const auto fault = unicode_->fault_of_text(text)) return *fault;

  Name name;
  text.toUTF8String(name.text);
  name.key = key_of(name.text);
  if (clashes(name.key, quit_words_)) return NameFault::quit_word;
  if (clashes(name.key, reserved_)) return NameFault::reserved;
  const UChar32 first = text.char32At(0);
  if (u_ispunct(first) != 0 || is_ascii_punctuation(first)) return NameFault::punctuation_first;
  return name;
}

}  // namespace grotto
