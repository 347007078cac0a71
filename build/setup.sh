# Sourced by demo.sh and test.sh: installs what is missing, says so, and ends with one clear line when that is not possible.

say() { printf '%s\n' "$*"; }

stop() {
  printf '%s: %s\n' "$(basename "$0")" "$*" >&2
  exit 1
}

need_dotnet() {
  command -v dotnet > /dev/null || stop "the .NET 10 SDK is missing; install it from https://dot.net/download and run this again"
  dotnet --version > /dev/null 2>&1 || stop "a .NET 10 SDK is needed (found: $(dotnet --list-sdks | tr '\n' ' ')); install it from https://dot.net/download and run this again"
}

# have_library NAME: whether the dynamic loader knows it.
have_library() { PATH="$PATH:/usr/sbin:/sbin" ldconfig -p 2> /dev/null | grep -qF "$1"; }

# need_packages PACKAGE...: apt-get installs those whose program or library is not there yet.
need_packages() {
  local missing=() package
  for package in "$@"; do
    case $package in
      libsndfile1) have_library libsndfile.so.1 ;;
      libsoxr0) have_library libsoxr.so.0 ;;
      openmpi-bin) command -v mpirun > /dev/null ;;
      libopenmpi3) have_library libmpi.so.40 ;;
      *) command -v "$package" > /dev/null ;;
    esac || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  say "Installing ${missing[*]} ..."
  command -v apt-get > /dev/null || stop "this system has no apt-get; install ${missing[*]} by its own package manager and run this again"
  refresh_package_lists
  as_root apt-get install -y -q --no-install-recommends "${missing[@]}" > "$setup_log" 2>&1 \
    || stop "apt-get could not install ${missing[*]}: $(tail -n 1 "$setup_log")"
}

# need_downloadable PACKAGE...: the package lists know these, so that 'apt-get download' finds them.
need_downloadable() {
  command -v apt-get > /dev/null || return 0
  local package
  for package in "$@"; do
    [ -n "$(apt-cache show "$package" 2> /dev/null | head -n 1)" ] || { refresh_package_lists; return 0; }
  done
}

refresh_package_lists() {
  [ -z "${package_lists_fresh:-}" ] || return 0
  say "Refreshing the package lists ..."
  as_root apt-get update -q > "$setup_log" 2>&1 || stop "apt-get update failed, is there a network? $(grep -m 1 '^[EW]:' "$setup_log" || true)"
  package_lists_fresh=1
}

as_root() {
  if [ "$(id -u)" = 0 ]; then
    DEBIAN_FRONTEND=noninteractive "$@"
  elif command -v sudo > /dev/null; then
    sudo DEBIAN_FRONTEND=noninteractive "$@"
  else
    stop "'$*' needs root and there is no sudo; run it as root, then run this again"
  fi
}

# build PROJECT: a Release build; its own words only when it fails.
build() {
  dotnet build "$1" -c Release --nologo -v quiet -clp:ErrorsOnly > "$setup_log" 2>&1 && return 0
  cat "$setup_log" >&2
  if grep -q 'NU1301' "$setup_log"; then
    stop "the package registry does not answer; check the network and run this again"
  elif grep -q 'NU1100' "$setup_log"; then
    stop "no package source goes by the name that nuget.config asks for; run this again with RestoreConfigFile=/path/to/your/NuGet.Config before it"
  fi
  stop "the build failed"
}

setup_log=$(mktemp)
trap 'rm -f "$setup_log"' EXIT
