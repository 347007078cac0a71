#!/usr/bin/env bash
# against-peers.sh ROOT [ROUNDS]: training steps and features in turns with PyTorch and transformers, which are in ROOT, a folder with a system
# to chroot into (python3 with torch and transformers), or / for this one's own. Each run is a process of its own; prints each as it comes,
# then the table of medians and ratios. Nothing else should run meanwhile. PEER_ENV may hold what the peers need, such as "-u OPENBLAS_CORETYPE".
# "tuned" keeps large blocks in glibc's heap, as hubert does for itself. bf16 only where the processor has it.
set -euo pipefail
root=$(readlink -f "${1:?usage: against-peers.sh ROOT [ROUNDS]}")
rounds=${2:-3}
here="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
read -ra peer_env <<< "${PEER_ENV:-}"
tuned=(MALLOC_TOP_PAD_=268435456 MALLOC_TRIM_THRESHOLD_=-1 MALLOC_MMAP_MAX_=0)
work=$(mktemp -d "$root/tmp/peers.XXXXXX")
trap 'rm -rf "$work"' EXIT
cp "$here"/bench/peer_*.py "$work"

inside() { # program and arguments, seen from within ROOT
  if [ "$root" = / ]; then env "${peer_env[@]}" "${tuned[@]}" "$@"; else chroot "$root" env "${peer_env[@]}" "${tuned[@]}" "$@"; fi
}

# note WHAT SIDE KEY JSON: one measurement as a line of its own
note() {
  local speed memory
  speed=$(grep -o "\"$3\": *[0-9.]*" <<< "$4" | head -n 1 | grep -o '[0-9.]*$')
  memory=$(grep -o '"peakMemoryMiB": *[0-9.]*' <<< "$4" | head -n 1 | grep -o '[0-9.]*$')
  printf '%s\t%s\t%s\t%s\n' "$1" "$2" "$speed" "${memory%.*}" | tee -a "$work/all"
}

step() { # model configuration precision
  local peers=(torch sdpa) bf16=(no) by kind
  [ "$3" = float32 ] || bf16=(pure autocast)
  note "step of $1, $3" hubert audioSecondsPerSecond "$("$here/hubert" bench step --config-name "$2" model.encoder_layerdrop=0 common.fp16=false \
    common.bf16=$([ "$3" = float32 ] && echo false || echo true) --steps 3 --json)"
  for by in "${peers[@]}"; do
    for kind in "${bf16[@]}"; do
      note "step of $1, $3" "$by${kind/no/}" audioSecondsPerSecond \
        "$(inside python3 "${work#"${root%/}"}/peer_step.py" --model "$1" --by "$by" --bf16 "$kind" --steps 3 2> /dev/null)"
    done
  done
}

features() {
  local path
  for path in libtorch onnx; do
    note 'features of base, float32' "hubert $path" timesRealTime "$("$here/hubert" bench extract --path $path --minutes 2 --rounds 1 --json)"
  done
  for path in 1 "$(nproc)"; do
    note 'features of base, float32' "transformers, $path processes" timesRealTime \
      "$(inside python3 "${work#"${root%/}"}/peer_features.py" --processes "$path" 2> /dev/null)"
  done
}

precisions=(float32)
! grep -q 'avx512_bf16\|amx_bf16' /proc/cpuinfo || precisions+=(bf16)
for _ in $(seq "$rounds"); do
  for precision in "${precisions[@]}"; do
    step base hubert_base_librispeech "$precision"
    step small hubert_small_cpu "$precision"
  done
  features
done
echo
echo '| what | side | median of rounds | worst and best | memory, MiB | hubert against it |'
echo '|---|---|---|---|---|---|'
sort -t $'\t' -k1,1 -k2,2 -k3,3g "$work/all" | awk -F '\t' '
  { key = $1 FS $2; if (!(key in n)) order[++keys] = key; v[key, ++n[key]] = $3; if ($4 > m[key]) m[key] = $4 }
  END {
    for (k = 1; k <= keys; k++) {
      key = order[k]; split(key, p, FS); middle = (n[key] + 1) / 2
      median[key] = (v[key, int(middle)] + v[key, int(middle + 0.5)]) / 2
      if (p[2] ~ /^hubert/ && median[key] > ours[p[1]]) ours[p[1]] = median[key]
    }
    for (k = 1; k <= keys; k++) {
      key = order[k]; split(key, p, FS)
      printf "| %s | %s | %.2f | %s, %s | %d | %s |\n", p[1], p[2], median[key], v[key, 1], v[key, n[key]], m[key],
        p[2] ~ /^hubert/ ? "" : sprintf("%.2f x", ours[p[1]] / median[key])
    }
  }'
