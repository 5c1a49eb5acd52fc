# Finds out what is missing and installs it. Sourced by tools/serve, tools/build and tools/check (bash).
# The names stand in tools/packages.txt, one table for all systems.

GROTTO_POLICY=${GROTTO_POLICY:-/usr/sbin/policy-rc.d}  # what Debian's packages ask whether they may start a service

grotto_python() {  # the interpreter that the system's own packages are for
  if [ -x /usr/bin/python3 ]; then echo /usr/bin/python3; else command -v python3; fi
}

grotto_manager() {
  local manager
  for manager in apt-get:apt dnf:dnf pacman:pacman apk:apk brew:brew; do
    if command -v "${manager%%:*}" >/dev/null 2>&1; then
      echo "${manager##*:}"
      return
    fi
  done
  echo none
}

grotto_has() {  # grotto_has PROBE
  case "$1" in
    cmd:*) command -v "${1#cmd:}" >/dev/null 2>&1 ;;
    pc:*) pkg-config --exists "${1#pc:}" >/dev/null 2>&1 ;;
    header:*) printf '#include <%s>\n' "${1#header:}" | c++ -E -x c++ - >/dev/null 2>&1 ;;
    fuzzer:*)  # a compiler that comes without its run-time libraries links none
      echo 'extern "C" int LLVMFuzzerTestOneInput(const unsigned char*, unsigned long) { return 0; }' |
        "${1#fuzzer:}" -fsanitize=fuzzer,address -x c++ - -o /dev/null >/dev/null 2>&1 ;;
    python:*) "$(grotto_python)" -c "import ${1#python:}" >/dev/null 2>&1 ;;
  esac
}

# grotto_need INSTALL FOR...: makes sure that all packages for these purposes are there.
# INSTALL: yes, or no (only says what is missing and fails).
grotto_need() {
  local install=$1 manager column purpose probe names name missing=()
  shift
  manager=$(grotto_manager)
  case "$manager" in apt) column=3 ;; dnf) column=4 ;; pacman) column=5 ;; apk) column=6 ;; brew) column=7 ;; *) column=3 ;; esac
  while read -r purpose probe names; do
    case " $* " in *" $purpose "*) ;; *) continue ;; esac
    name=$(awk -v at=$((column - 2)) '{print $at}' <<<"$names")
    [ "$name" = - ] && continue
    grotto_has "$probe" || missing+=("$name")
  done < <(grep -v '^#' "$GROTTO_TOP/tools/packages.txt")
  [ ${#missing[@]} -eq 0 ] && return 0
  echo "missing: ${missing[*]}" >&2
  if [ "$install" = no ] || [ "$manager" = none ]; then
    echo "Install them with this system's package manager, or run again without --no-install." >&2
    return 1
  fi
  grotto_install "$manager" "${missing[@]}"
}

# What the tests of the page need from the npm registry, in the versions of test/browser/package-lock.json, in a folder that is
# not part of the tree. INSTALL: yes, or no (only says what is missing and fails).
grotto_need_browser_modules() {
  local install=$1 from="$GROTTO_TOP/test/browser" to="$GROTTO_TOP/build/browser" log
  cmp -s "$from/package-lock.json" "$to/installed" && return 0
  if [ "$install" = no ]; then
    echo "missing: the modules of test/browser/package.json. Run again without --no-install, or with --no-browser." >&2
    return 1
  fi
  mkdir -p "$to" && cp "$from/package.json" "$from/package-lock.json" "$to" || return 1
  log=$(mktemp)
  if (cd "$to" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error) >"$log" 2>&1 </dev/null; then
    cp "$from/package-lock.json" "$to/installed"
    rm -f "$log"
  else
    tail -n 20 "$log" >&2
    rm -f "$log"
    echo "The modules of test/browser/package.json could not be installed." >&2
    return 1
  fi
}

# The same, and no service that comes with a package is started on the way (where the packages would start one: Debian's do).
grotto_need_without_services() (
  grotto_need no "$@" 2>/dev/null && return 0
  [ "$(grotto_manager)" = apt ] || { grotto_need yes "$@"; return; }
  sudo=()
  [ "$(id -u)" -eq 0 ] || sudo=(sudo)
  saved=$(mktemp -u "$GROTTO_POLICY.XXXXXX")
  [ -e "$GROTTO_POLICY" ] && { "${sudo[@]}" mv "$GROTTO_POLICY" "$saved" || return 1; }
  # A subshell's end, however it comes, puts back what was there.
  trap '"${sudo[@]}" rm -f "$GROTTO_POLICY"; if [ -e "$saved" ]; then "${sudo[@]}" mv "$saved" "$GROTTO_POLICY"; fi' EXIT
  trap 'exit 130' INT TERM HUP
  printf '#!/bin/sh\nexit 101\n' | "${sudo[@]}" tee "$GROTTO_POLICY" >/dev/null && "${sudo[@]}" chmod 755 "$GROTTO_POLICY" || return 1
  grotto_need yes "$@"
)

grotto_install() {
  local manager=$1 sudo=() log
  shift
  if [ "$manager" != brew ] && [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null 2>&1 || { echo "Installing needs root or sudo." >&2; return 1; }
    sudo=(sudo)
  fi
  log=$(mktemp)
  echo "installing them with $manager ..." >&2
  if {
    case "$manager" in
      apt)
        "${sudo[@]}" apt-get update -qq &&
          "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"
        ;;
      dnf) "${sudo[@]}" dnf install -y -q "$@" ;;
      pacman) "${sudo[@]}" pacman -S --needed --noconfirm "$@" ;;
      apk) "${sudo[@]}" apk add --quiet "$@" ;;
      brew) brew install --quiet "$@" ;;
    esac
  } >"$log" 2>&1 </dev/null; then
    rm -f "$log"
  else
    tail -n 20 "$log" >&2
    rm -f "$log"
    echo "The packages could not be installed." >&2
    return 1
  fi
}
