#include "service/passwords.h"

#include <sodium.h>

#include <array>
#include <utility>

#include "base/check.h"

namespace grotto {

std::shared_ptr<Passwords> Passwords::create() {
  GROTTO_CHECK(::sodium_init() >= 0);
  return std::shared_ptr<Passwords>(new Passwords);
}

bool Passwords::hash(WorkerContext& worker, std::string password,
                     std::function<void(const std::string& hash)> done) {
  auto secret = std::make_shared<std::string>(std::move(password));
  auto made = std::make_shared<std::string>();
  const auto work = [secret, made] {
    std::array<char, crypto_pwhash_STRBYTES> text{};
    const int fault =
        ::crypto_pwhash_str(text.data(), secret->data(), secret->size(),
                            crypto_pwhash_OPSLIMIT_INTERACTIVE, crypto_pwhash_MEMLIMIT_INTERACTIVE);
    if (fault == 0) *made = text.data();
    wipe(*secret);
  };
  return begin({&worker, work, [made, done = std::move(done)] { done(*made); }});
}

bool Passwords::check(WorkerContext& worker, std::string password, std::string hash,
                      std::function<void(bool is_right)> done) {
  auto secret = std::make_shared<std::string>(std::move(password));
  auto is_right = std::make_shared<bool>(false);
  const auto work = [secret, is_right, hash = std::move(hash)] {
    *is_right = ::crypto_pwhash_str_verify(hash.c_str(), secret->data(), secret->size()) == 0;
    wipe(*secret);
  };
  return begin({&worker, work, [is_right, done = std::move(done)] { done(*is_right); }});
}

namespace {

/// In base64url, without padding.
std::string letters_of(std::string_view bytes) {
  constexpr int kVariant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
  std::string text(sodium_base64_encoded_len(bytes.size(), kVariant), '\0');
  ::sodium_bin2base64(text.data(), text.size(),
                      reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), kVariant);
  text.pop_back();  // its end is a zero
  return text;
}

}  // namespace

bool Passwords::are_equal(std::string_view one, std::string_view other) noexcept {
  std::array<std::array<unsigned char, crypto_generichash_BYTES>, 2> digests{};
  const auto digest = [](std::string_view text, auto& out) {
    const auto* const bytes = reinterpret_cast<const unsigned char*>(text.data());
    ::crypto_generichash(out.data(), out.size(), bytes, text.size(), nullptr, 0);
  };
  digest(one, digests[0]);
  digest(other, digests[1]);
  return ::sodium_memcmp(digests[0].data(), digests[1].data(), digests[0].size()) == 0;
}

std::string Passwords::random_text(std::size_t bytes) {
  std::string random(bytes, '\0');
  ::randombytes_buf(random.data(), random.size());
  return letters_of(random);
}

std::string Passwords::digest(std::string_view text) {
  std::string bytes(crypto_generichash_BYTES, '\0');
  ::crypto_generichash(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(),
                       reinterpret_cast<const unsigned char*>(text.data()), text.size(), nullptr,
                       0);
  return letters_of(bytes);
}

void Passwords::wipe(std::string& text) noexcept {
  ::sodium_memzero(text.data(), text.size());
  text.clear();
}

bool Passwords::begin(Job job) {
  {
    const std::scoped_lock lock(mutex_);
    if (under_way_ == kAtOnceMax) {
      if (waiting_.size() == kWaitingMax) return false;
      waiting_.push_back(std::move(job));
      return true;
    }
    ++under_way_;
  }
  start(std::move(job));
  return true;
}

/// On the job's own worker.
void Passwords::start(Job job) {
  WorkerContext& worker = *job.worker;
  worker.run_aside(std::move(job.work), [self = shared_from_this(), done = std::move(job.done)] {
    self->start_next();
    done();
  });
}

void Passwords::start_next() {
  Job next;
  {
    const std::scoped_lock lock(mutex_);
    if (waiting_.empty()) {
      --under_way_;
      return;
    }
    next = std::move(waiting_.front());
    waiting_.pop_front();
  }
  WorkerContext& worker = *next.worker;
  worker.post([self = shared_from_this(), next = std::move(next)] { self->start(next); });
}

}  // namespace grotto
