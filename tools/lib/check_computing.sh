#!/usr/bin/env bash
# What only computes, for tools/check --full: it goes beside tests that mostly wait, and gives way to them. No two builds
# at once. A session of its own, as Linux shares time out among sessions first (autogroups, sched(7)): nice alone would put
# these below the tests, but not below servers that are sessions of their own.
#   setsid check_computing.sh FOLDER MINUTES-SO-FAR     FOLDER: of the counts
set -u
GROTTO_TOP=$(cd "$(dirname "$0")/../.." && pwd)
cd "$GROTTO_TOP" || exit 70
. "$GROTTO_TOP/tools/lib/packages.sh"
. "$GROTTO_TOP/tools/lib/build.sh"
check_results=$1
. "$GROTTO_TOP/tools/lib/check.sh"
SECONDS=$(($2 * 60))

renice -n 19 -p $$ >/dev/null
{ echo 19 >/proc/self/autogroup; } 2>/dev/null
check_step "clang-format" bash -c 'git ls-files "*.cc" "*.h" | xargs clang-format-19 --dry-run -Werror'
for variant in tsan coverage; do
  check_build "$variant"
  touch "$check_results/.built-$variant"
done
# glibc's comparison of wide strings by AVX2 reads whole 32 bytes, within the page; valgrind 3.19 does not know it and calls that invalid.
check_unit release env GROTTO_TEST_VALGRIND=1 GLIBC_TUNABLES=glibc.cpu.hwcaps=-AVX2,-AVX512VL valgrind -q --error-exitcode=9 --leak-check=full --show-leak-kinds=definite --errors-for-leak-kinds=definite
check_step "clang, all warnings as errors" grotto_build fuzz
against=()
git diff --quiet HEAD && against=(--against "$(grotto_build_dir release)")
check_step "the same bytes twice" "$GROTTO_TOP/tools/reproduce" --no-install "${against[@]}"
check_step "clang-tidy" "$(grotto_python)" "$GROTTO_TOP/test/tidy/clang_tidy.py" "$(grotto_build_dir fuzz)"
