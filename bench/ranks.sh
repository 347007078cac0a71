#!/usr/bin/env bash
# What several processes of one machine lose: RANKS processes of one thread each against one process of RANKS threads, the same updates of
# the same data in turns, and prints the time of an update, the CPU time of both, and what the sums take of it. The cores have to be free.
# bench/ranks.sh [RANKS, 2 by default] [ROUNDS, 3] [UPDATES, 12] [key=value ...]
# Environment: RANKS_CONFIGS, 'hubert_small_cpu hubert_base_librispeech' by default; RANKS_WORK, a folder to work in.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.."
stop() { printf 'ranks.sh: %s\n' "$1" >&2; exit 1; }
command -v mpirun > /dev/null || stop "no mpirun; on Debian and Ubuntu: apt-get install openmpi-bin libopenmpi3"
ranks=${1:-2} rounds=${2:-3} updates=${3:-12}
shift $(($# < 3 ? $# : 3))
[[ $ranks =~ ^[1-9][0-9]?$ && $rounds =~ ^[1-9][0-9]*$ && $updates =~ ^[1-9][0-9]*$ && $updates -gt 4 ]] ||
  stop "RANKS, ROUNDS and UPDATES (5 or more) are whole numbers"
work=${RANKS_WORK:-$(mktemp -d)}
[ -n "${RANKS_WORK:-}" ] || trap 'rm -rf "$work"' EXIT
program=$PWD/src/HubertSharp.Cli/bin/Release/net10.0/hubert
[ -x "$program" ] || dotnet build -c Release src/HubertSharp.Cli -v quiet --nologo -clp:ErrorsOnly
# shellcheck source=bench/noise.sh
. bench/noise.sh
noise "$work/data" "$program" "$work"

job() { # RUN CONFIG PROCESSES THREADS MICRO-BATCHES-EACH KEY=VALUE...: seconds an update, of CPU, shares of sums and other calls
  local run=$1 config=$2 processes=$3 threads=$4 each=$5 cpu
  shift 5
  TIMEFORMAT='%U %S'
  cpu=$({ time "$program" pretrain --config-name "$config" --run "$run" --force-labels --no-doctor --nproc "$processes" \
    task.data="$work/data" task.label_dir="$work/data" "task.labels=[km]" model.label_rate=100 common.log_interval=1 common.num_threads="$threads" \
    dataset.max_tokens=64000 dataset.required_batch_size_multiple=1 dataset.disable_validation=true dataset.num_workers=1 \
    optimization.update_freq="[$each]" optimization.max_update="$updates" checkpoint.no_save=true model.encoder_layerdrop=0 "$@" \
    > "$run.log" 2>&1; } 2>&1) || { tail -n 20 "$run.log" >&2; stop "the training failed"; }
  {
    echo "cpu $cpu"
    sed -nE 's/.*"num_updates": ?([0-9]+),.*"train_wall": ?([0-9.]+).*/step \1 \2/p' "$run/metrics.jsonl"
    [ ! -f "$run/ranks/rank_00000.calls" ] || tr -s ' ' < "$run/ranks/rank_00000.calls" | awk -F '\t' '
      NR > 2 && $4 > 0 { print ($2 ~ /sum$/ || $2 == "hand-out" ? "sum" : "meeting"), $4, ($6 - $5) / 1e7 }'
  } | awk -v updates="$updates" '
    $1 == "cpu" { cpu = $2 + $3 }
    $1 == "step" { step[$2] = $3 }
    $1 == "sum" || $1 == "meeting" { spent[$1] += $2 > 2 ? $3 : 0; if (!least || $2 < least) least = $2 }
    END {
      # the first two are warm-up, and the log of calls has the last 256
      for (u = 3; u <= updates; u++) { for (p = n++; p > 0 && sorted[p - 1] > step[u]; p--) sorted[p] = sorted[p - 1]; sorted[p] = step[u] }
      for (u = (least > 3 ? least : 3); u <= updates; u++) whole += step[u]
      printf "%.3f %.3f %.4f %.4f\n", sorted[int(n / 2)], cpu / updates, spent["sum"] / whole, spent["meeting"] / whole }'
}

for config in ${RANKS_CONFIGS:-hubert_small_cpu hubert_base_librispeech}; do
  : > "$work/figures"
  for ((round = 1; round <= rounds; round++)); do
    # a rank has a micro-batch of the update; the process alone has all of them
    many=$(job "$work/$config-many-$round" "$config" "$ranks" 1 1 "$@")
    one=$(job "$work/$config-one-$round" "$config" 1 "$ranks" "$ranks" "$@")
    printf 'many %s\none %s\n' "$many" "$one" >> "$work/figures"
  done
  sort -k1,1 -k2,2n "$work/figures" | awk -v config="$config" -v ranks="$ranks" '
    { n[$1]++; step[$1, n[$1]] = $2; cpu[$1] += $3; sums[$1] += $4; meetings[$1] += $5 }
    function median(what) { return step[what, int((n[what] + 1) / 2)] }
    END {
      printf "%s: %d ranks of one thread %.3f s an update (%.2f s of CPU; %.1f%% in sums, %.1f%% in other calls, which wait for the " \
        "slower one), one of %d threads %.3f s (%.2f s of CPU): %.1f%% lost\n", config, ranks, median("many"), cpu["many"] / n["many"],
        100 * sums["many"] / n["many"], 100 * meetings["many"] / n["many"], ranks, median("one"), cpu["one"] / n["one"],
        100 * (1 - median("one") / median("many")) }'
done
