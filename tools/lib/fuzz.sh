# Builds and runs the fuzz targets of test/fuzz. Sourced by tools/fuzz and tools/check (bash), after build.sh.
# For tools/check: `check_fuzz SECONDS [AT_ONCE]` runs each target for so long, as many at a time as there are cores or as is said, and
# counts each as one test; it needs the packages for "build test fuzz" and check.sh's functions.

fuzz_targets() {
  local source
  for source in "$GROTTO_TOP"/test/fuzz/*_fuzz.cc; do basename "$source" _fuzz.cc; done
}

# Prints how many seconds so many minutes are; fails if they are none.
fuzz_seconds() {
  [[ $1 =~ ^[0-9]{1,5}(\.[0-9]{1,3})?$ ]] || return 1
  awk -v minutes="$1" 'BEGIN { if (minutes < 0.1 || minutes > 10000) exit 1; printf "%d\n", minutes * 60 }'
}

fuzz_build() {  # fuzz_build TARGET...
  local programs=("${@/#/test/fuzz/}")
  grotto_build fuzz "${programs[@]/%/_fuzz}"
}

fuzz_program() { echo "$(grotto_build_dir fuzz)/test/fuzz/$1_fuzz"; }

# What runs have found lies here, and is the next run's beginning beside the kept corpus.
fuzz_scratch() { echo "$(grotto_build_dir fuzz)/corpus/$1"; }

fuzz_options() {  # fuzz_options TARGET
  local dictionary="$GROTTO_TOP/test/fuzz/$1.dict"
  echo "-timeout=20 -rss_limit_mb=2048 -print_final_stats=1"
  [ -f "$dictionary" ] && echo "-dict=$dictionary"
  case "$1" in
    session | commands) echo "-max_len=1500" ;;
    *) echo "-max_len=4096" ;;
  esac
}

# fuzz_run TARGET SECONDS: prints how often it ran and what it covered. On a finding, which fails, it says where the input is and
# how to run it again.
fuzz_run() {
  local target=$1 seconds=$2 program scratch findings log status finding count
  local options
  program=$(fuzz_program "$target")
  scratch=$(fuzz_scratch "$target")
  findings="$(grotto_build_dir fuzz)/findings"
  mkdir -p "$scratch" "$findings"
  log=$(mktemp)
  read -r -d '' -a options < <(fuzz_options "$target")
  UBSAN_OPTIONS=print_stacktrace=1 ASAN_OPTIONS=detect_leaks=1 "$program" "${options[@]}" "-max_total_time=$seconds" \
    "-artifact_prefix=$findings/$target-" "$scratch" "$GROTTO_TOP/test/fuzz/corpus/$target" >"$log" 2>&1 </dev/null
  status=$?
  count=$(sed -nE 's/^stat::number_of_executed_units: *([0-9]+).*/\1/p' "$log")
  echo "$target: ${count:-no} executions$(sed -nE 's/^#[0-9]+.* cov: ([0-9]+) ft: ([0-9]+).*/, \1 edges, \2 features/p' "$log" | tail -n 1)"
  if [ "$status" -ne 0 ]; then
    finding=$(sed -nE 's/.*Test unit written to (.*)$/\1/p' "$log" | tail -n 1)
    grep -aE 'broken invariant|ERROR: |runtime error:|SUMMARY: ' "$log" | head -n 5
    grep -aE '^ +#[0-9]+ .* grotto::' "$log" | head -n 12
    if [ -n "$finding" ]; then
      echo "A finding. The input: $finding"
      echo "Run it again: $program $finding"
      echo "Once it is mended, keep it: cp $finding test/fuzz/corpus/$target/NAME"
    else
      tail -n 20 "$log"
    fi
  fi
  rm -f "$log"
  return "$status"
}

# fuzz_merge TARGET: of all that is in the scratch corpus, what reaches edges that the kept one does not.
fuzz_merge() {
  local target=$1 kept="$GROTTO_TOP/test/fuzz/corpus/$1" before log
  before=$(find "$kept" -type f | wc -l)
  log=$(mktemp)
  if ! "$(fuzz_program "$target")" -set_cover_merge=1 -use_counters=0 "$kept" "$(fuzz_scratch "$target")" >"$log" 2>&1 </dev/null; then
    tail -n 20 "$log"
    rm -f "$log"
    return 1
  fi
  rm -f "$log"
  echo "$target: $before inputs were kept, now $(find "$kept" -type f | wc -l)"
}

check_fuzz() {  # check_fuzz SECONDS [AT_ONCE]
  local seconds=$1 target at_once running=0
  if ! fuzz_build $(fuzz_targets); then
    check_say "build fuzz: FAILED"
    check_count 0 1
    return
  fi
  at_once=${2:-$(getconf _NPROCESSORS_ONLN)}
  for target in $(fuzz_targets); do
    check_step "fuzz $target, $seconds s" fuzz_run "$target" "$seconds" &
    running=$((running + 1))
    if [ "$running" -ge "$at_once" ]; then
      wait -n
      running=$((running - 1))
    fi
  done
  wait
}
