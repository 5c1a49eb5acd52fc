# Configures and builds one variant of the tree. Sourced (bash).

grotto_build_dir() {  # grotto_build_dir VARIANT
  if [ "$1" = release ]; then echo "$GROTTO_TOP/build"; else echo "$GROTTO_TOP/build-$1"; fi
}

# grotto_build VARIANT [ninja targets...]: quiet unless it fails. Without targets: everything, with the tests, which need
# packages that the programs do not. A release build has the benchmark too; its micro part only if Google Benchmark is there.
# GROTTO_WERROR=yes: warnings of the release build (gcc) and of fuzz (clang, which then has the benchmark too) are errors.
# What only tests is built eight files at a time (a unity build), in a third of the time. What is installed is not, nor is
# fuzz: they see that each file includes what it uses.
grotto_build() {
  local variant=$1 dir log options=() tests=true compiler=${CXX:-} unity=(-Dunity=on -Dunity_size=8)
  shift
  [ $# -gt 0 ] && [ "$variant" != fuzz ] && tests=false
  dir=$(grotto_build_dir "$variant")
  case "$variant" in
    release) options=(--buildtype=release -Dbench=true ${GROTTO_WERROR:+-Dwerror=true}) ;;
    debug) options=(--buildtype=debug) ;;
    asan) options=("${unity[@]}" --optimization=1 --debug -Dcpp_args=-g1 -Db_sanitize=address,undefined -Db_lundef=false) ;;  # quick to compile
    tsan) options=("${unity[@]}" --optimization=1 --debug -Dcpp_args=-g1 -Db_sanitize=thread -Db_lundef=false -Db_pie=true) ;;
    fuzz) options=(--optimization=1 --debug -Dcpp_args=-g1 -Db_sanitize=address,undefined -Db_lundef=false -Dfuzz=true ${GROTTO_WERROR:+-Dwerror=true -Dbench=true}); compiler=clang++-19 ;;
    coverage) options=("${unity[@]}" --optimization=0 -Ddebug=false -Db_coverage=true) ;;
    package) options=(--buildtype=release --prefix=/usr) ;;
    *) echo "There is no variant \"$variant\": expected release, debug, asan, tsan, fuzz or coverage." >&2; return 64 ;;
  esac
  log=$(mktemp)
  if [ ! -f "$dir/build.ninja" ]; then
    if ! env ${compiler:+CXX="$compiler"} meson setup "$dir" "$GROTTO_TOP" --wrap-mode=nofallback "-Dtests=$tests" "${options[@]}" >"$log" 2>&1 </dev/null; then
      tail -n 30 "$log" >&2
      rm -rf "$dir" "$log"
      return 1
    fi
    echo "$tests" >"$dir/tests-configured"
    echo "${options[*]}" >"$dir/options-configured"
  elif [ "$tests" = true ] && [ "$(cat "$dir/tests-configured" 2>/dev/null)" != true ]; then
    meson configure "$dir" -Dtests=true >"$log" 2>&1 </dev/null || { tail -n 30 "$log" >&2; return 1; }
    echo true >"$dir/tests-configured"
  fi
  if [ "$(cat "$dir/options-configured" 2>/dev/null)" != "${options[*]}" ]; then
    meson configure "$dir" "${options[@]}" >"$log" 2>&1 </dev/null || { tail -n 30 "$log" >&2; return 1; }
    echo "${options[*]}" >"$dir/options-configured"
  fi
  if ! ninja -C "$dir" "$@" >"$log" 2>&1 </dev/null; then
    grep -E 'error|FAILED|undefined' "$log" | head -n 40 >&2
    rm -f "$log"
    return 1
  fi
  rm -f "$log"
}
