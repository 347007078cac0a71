#!/usr/bin/env bash
# Everything that must hold: formatting, a build without warnings, all tests. './test.sh golden', 'unit' or 'e2e' runs one part.
# The last line is 'N passed, N failed'; the exit code is 0 when nothing failed. HUBERTSHARP_FIXTURES names other golden data.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")"
. build/setup.sh

case ${1:-all} in
  all) parts=(golden unit e2e) ;;
  golden | unit | e2e) parts=("$1") ;;
  *) stop "no part '$1' (expected golden, unit or e2e)" ;;
esac

need_dotnet
need_packages ffmpeg libsndfile1 libsoxr0 espeak-ng chromium
say "Building ..."
build HubertSharp.slnx
if [ $# = 0 ]; then
  say "Checking the format ..."
  dotnet format HubertSharp.slnx --verify-no-changes --no-restore || stop "not formatted: run 'dotnet format'"
fi

results=$(mktemp -d)
trap 'rm -rf "$results" "$setup_log"' EXIT
passed=0
failed=0
for part in "${parts[@]}"; do
  case $part in
    unit) filter=(-trait- Part=golden -trait- Part=e2e) ;;
    *) filter=(-trait "Part=$part") ;;
  esac
  say "Running the $part tests ..."
  status=0
  dotnet tests/HubertSharp.Tests/bin/Release/net10.0/HubertSharp.Tests.dll "${filter[@]}" -noColor -noLogo -result-xml "$results/$part.xml" || status=$?
  totals=$(grep -o -m 1 '<assembly [^>]*>' "$results/$part.xml" 2> /dev/null | head -n 1 || true)
  count() { sed -n "s/.* $1=\"\([0-9]*\)\".*/\1/p" <<< "$totals"; }
  part_passed=$(count passed)
  part_failed=$(($(count failed) + $(count errors)))
  if [ $((${part_passed:-0} + part_failed)) = 0 ]; then
    say "No $part test ran (exit code $status)."
    part_failed=1
  elif [ "$status" != 0 ] && [ "$part_failed" = 0 ]; then
    say "The $part run ended with exit code $status although no test failed."
    part_failed=1
  fi
  passed=$((passed + ${part_passed:-0}))
  failed=$((failed + part_failed))
done
say "$passed passed, $failed failed"
[ "$failed" = 0 ]
