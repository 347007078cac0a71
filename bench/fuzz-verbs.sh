#!/usr/bin/env bash
# Gives every verb damaged copies of each of its inputs: each run must do its work or say in one line what is wrong (never exit code 70),
# within ten seconds and in bounded memory. In processes of 500 runs each, so that one that dies names its input.
# bench/fuzz-verbs.sh [INPUTS, 20000 by default] [first SEED]
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.."
dotnet build -c Release tests/HubertSharp.Tests -v quiet --nologo -clp:ErrorsOnly
first=${2:-1} end=$((${2:-1} + ${1:-20000})) failed=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
while [ "$first" -lt "$end" ]; do
  count=$((end - first < 500 ? end - first : 500))
  rm -f "$work/note"
  status=0
  HUBERTSHARP_FUZZ_FILES=$count HUBERTSHARP_FUZZ_SEED=$first HUBERTSHARP_FUZZ_NOTE=$work/note HUBERTSHARP_FUZZ_SECONDS=10 dotnet tests/HubertSharp.Tests/bin/Release/net10.0/HubertSharp.Tests.dll \
    -method '*VerbFuzzTests.Every_damaged*' -showLiveOutput -noColor -noLogo > "$work/log" 2>&1 || status=$?
  grep -m 1 -o '[0-9]* damaged inputs .*' "$work/log" | sed "s/^/seeds from $first: /" | tee -a "$work/all" || true
  next=$((first + count))
  if [ "$status" != 0 ]; then
    failed=$((failed + 1))
    if grep -q 'TEST EXECUTION SUMMARY' "$work/log"; then
      sed -n '/\[FAIL\]/,/Stack Trace/p' "$work/log"
    else
      echo "the process ended with $status at seed $(cat "$work/note" 2> /dev/null || echo "$first")"
      tail -n 20 "$work/log"
      next=$(($(cat "$work/note" 2> /dev/null || echo "$first") + 1))
    fi
  fi
  first=$next
done
awk '{ for (i = 2; i <= NF; i++) { if ($i == "damaged") n += $(i - 1); if ($i == "exit") e[$(i + 2) + 0] += $(i - 1); if ($i ~ /^stopped/) s += $(i - 1); if ($(i - 1) == "slowest" && $i > t) t = $i;
         if ($(i - 1) == "most" && $i > a) a = $i; if ($i == "above" && $(i - 2) > g) g = $(i - 2) } }
     END { printf "%d damaged inputs: %d done, %d refused in one line, %d stopped; slowest %.1f s, most %d MiB allocated, memory at most %d MiB above the start\n", n, e[0], e[1], s, t, a, g }' "$work/all"
[ "$failed" = 0 ] || { echo "$failed processes with faults"; exit 1; }
