#!/usr/bin/env bash
# Everything that must hold: formatting, a build without warnings, all tests. './test.sh golden', 'unit', 'alone' or 'e2e' runs one part.
# The last line is 'N passed, N failed'; the exit code is 0 when nothing failed. HUBERTSHARP_FIXTURES names other golden data.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")"
. build/setup.sh

case ${1:-all} in
  all) parts=(together alone) ;;
  golden | unit | alone | e2e) parts=("$1") ;;
  *) stop "no part '$1' (expected golden, unit, alone or e2e)" ;;
esac

need_dotnet
need_packages ffmpeg libsndfile1 libsoxr0 espeak-ng chromium openmpi-bin libopenmpi3
say "Building ..." # a style or a format that is not ours is an error of the build
build HubertSharp.slnx
ahead=$PWD/tests/HubertSharp.Tests/obj/ahead
build/ahead.sh src/HubertSharp.Cli/bin/Release/net10.0 "$ahead"
[ ! -e "$ahead/hubert.dll" ] || export HUBERTSHARP_PROGRAM=$ahead/hubert.dll

results=$(mktemp -d)
alone=
in_memory=
trap 'rm -rf "$results" "$in_memory" "$setup_log"; for job in $alone; do kill -- "-$job" 2> /dev/null || true; done' EXIT

# Checkpoints of a few bytes by the hundred: where memory has room to spare, no test waits for a disk that others use.
work_in_memory() {
  local available
  available=$(sed -n 's/^MemAvailable: *\([0-9]*\) kB/\1/p' /proc/meminfo 2> /dev/null) || return 0
  [ -z "${TMPDIR:-}" ] && [ "${available:-0}" -ge $((12 << 20)) ] || return 0
  [ "$(df -k --output=avail /dev/shm 2> /dev/null | tail -n 1)" -ge $((8 << 20)) ] 2> /dev/null || return 0
  in_memory=$(mktemp -d -p /dev/shm hubertsharp-tests-XXXXXX) || return 0
  printf '#!/bin/sh\n' > "$in_memory/program"
  chmod +x "$in_memory/program"
  if "$in_memory/program" 2> /dev/null; then export TMPDIR=$in_memory; fi # some systems start no program there
}
work_in_memory

# what the compiler learns of a program in its first seconds costs more than programs of seconds win by it, and so do loops at their best
export DOTNET_TieredPGO=0 DOTNET_TC_QuickJitForLoops=1
passed=0
failed=0

run() { # run PART: its tests, their report, and the exit code
  local filter status=0
  case $1 in
    together) filter=(-trait- Part=alone) ;; # one program, one start: longest first (LongestFirst.cs)
    unit) filter=(-trait- Part=golden -trait- Part=alone -trait- Part=e2e) ;;
    e2e) filter=(-trait Part=e2e -trait- Part=alone) ;;
    *) filter=(-trait "Part=$1") ;;
  esac
  dotnet tests/HubertSharp.Tests/bin/Release/net10.0/HubertSharp.Tests.dll "${filter[@]}" -noColor -noLogo -result-xml "$results/$1.xml" || status=$?
  echo "$status" > "$results/$1.status"
}

count() { # count PART: adds its tests to the totals
  local totals status part_passed part_failed part_errors
  totals=$(grep -o -m 1 '<assembly [^>]*>' "$results/$1.xml" 2> /dev/null | head -n 1 || true)
  number() { sed -n "s/.* $1=\"\([0-9]*\)\".*/\1/p" <<< "$totals"; }
  status=$(cat "$results/$1.status")
  part_passed=$(number passed)
  part_failed=$(number failed)
  part_errors=$(number errors)
  part_failed=$((${part_failed:-0} + ${part_errors:-0})) # nothing is told where the program was killed
  if [ $((${part_passed:-0} + part_failed)) = 0 ]; then
    say "No $1 test ran (exit code $status)."
    part_failed=1
  elif [ "$status" != 0 ] && [ "$part_failed" = 0 ]; then
    say "The $1 run ended with exit code $status although no test failed."
    part_failed=1
  fi
  passed=$((passed + ${part_passed:-0}))
  failed=$((failed + part_failed))
}

# what runs alone in its process leaves a core to the others; in groups of their own, which end with this script
if [ ${#parts[@]} -gt 1 ]; then
  set -m
  run alone > "$results/alone.log" 2>&1 &
  alone=$!
  set +m
fi
for part in "${parts[@]}"; do
  say "Running the tests: $part ..."
  if [ "$part" = alone ] && [ -n "$alone" ]; then
    wait "$alone" || true
    alone=
    cat "$results/alone.log"
  else
    run "$part"
  fi
  count "$part"
done
say "$passed passed, $failed failed"
[ "$failed" = 0 ]
