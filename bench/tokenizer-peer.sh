#!/usr/bin/env bash
# tokenizer-peer.sh ROOT [ROUNDS]: a tokenizer's training step, and encoding and decoding, in turns with the same network in PyTorch's own modules, which
# is in ROOT, a folder with a system to chroot into (python3 with torch and soundfile), or / for this one's own; one thread, float32. Each run is a process
# of its own. First the released program's way to load a checkpoint is tried on what 'hubert tokenizer convert' writes of a tokenizer trained here. Prints
# each as it comes, then a table of medians and ratios, of the time that the core worked: on a machine that others use, too, that is what can be compared.
# PEER_ENV may hold what the peer needs, such as "-u OPENBLAS_CORETYPE". ROUNDS 0 tries the loading alone.
set -euo pipefail
root=$(readlink -f "${1:?usage: tokenizer-peer.sh ROOT [ROUNDS]}")
rounds=${2:-3}
here="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
read -ra peer_env <<< "${PEER_ENV:-}"
tuned=(MALLOC_TOP_PAD_=268435456 MALLOC_TRIM_THRESHOLD_=-1 MALLOC_MMAP_MAX_=0 OMP_NUM_THREADS=1)
work=$(mktemp -d "$root/tmp/tokenizer.XXXXXX")
trap 'rm -rf "$work"' EXIT
cp "$here"/bench/peer_tokenizer.py "$here"/bench/peer_loaders.py "$work"
seen=${work#"${root%/}"} # the same folder from within ROOT

peer() { # script and arguments, in the work folder
  local line=(env -C "$seen" "${peer_env[@]}" "${tuned[@]}" python3 -W ignore "$@")
  if [ "$root" = / ]; then "${line[@]}" 2> "$work/peer.log"; else chroot "$root" "${line[@]}" 2> "$work/peer.log"; fi ||
    { tail -n 5 "$work/peer.log" >&2; exit 1; }
}
hubert() { "$here/hubert" "$@"; }

loads() {
  mkdir audio clips data
  cp "$here"/tests/fixtures/hubert_tiny_base/wav/*.wav audio
  peer peer_loaders.py clips audio clips
  hubert manifest clips --out data --valid-percent 0 > /dev/null
  hubert tokenizer train tokenizer_small_cpu --out run task.data=data task.teacher=mfcc optimization.max_update=2 lr_scheduler.warmup_updates=1 dataset.disable_validation=true \
    dataset.batch_size=4 --no-doctor > /dev/null
  hubert tokenizer convert run tokenizer > /dev/null
  hubert tokenizer encode clips/c.wav --model tokenizer --out codes > /dev/null
  hubert tokenizer decode codes/c.npy --model tokenizer --out speech > /dev/null
  echo '| loader | largest difference of the speech | largest sample | what |'
  echo '|---|---|---|---|'
  peer peer_tokenizer.py load tokenizer clips/c.wav codes/c.npy speech/c.wav
}

note() { # WHAT SIDE KEY JSON: one measurement as a line of its own
  local value memory
  value=$(grep -o "\"$3\": *[0-9.]*" <<< "$4" | head -n 1 | grep -o '[0-9.]*$')
  memory=$(grep -o '"peakMemoryMiB": *[0-9.]*' <<< "$4" | head -n 1 | grep -o '[0-9.]*$')
  printf '%s\t%s\t%s\t%s\n' "$1" "$2" "$value" "${memory%.*}" | tee -a all
}

measured() { # model, configuration, rows
  local ours theirs
  ours=$(hubert bench tokenizer "$2" --rows "$3" --steps 2 --rounds 0 --json common.num_threads=1)
  theirs=$(peer peer_tokenizer.py train --model "$1" --rows "$3" --steps 2)
  note "$1: step" hubert cpuStepSeconds "$ours"
  note "$1: step" torch cpuStepSeconds "$theirs"
  ours=$(hubert bench tokenizer "$2" --steps 0 --rounds 3 --json common.num_threads=1)
  theirs=$(peer peer_tokenizer.py codec --model "$1" --rounds 3)
  for what in encode decode; do
    note "$1: $what" hubert "${what}CpuFactor" "$ours"
    note "$1: $what" torch "${what}CpuFactor" "$theirs"
  done
}

cd "$work"
loads
for _ in $(seq "$rounds"); do
  measured small tokenizer_small_cpu 8
  measured base speech_tokenizer_base 1
done
[ "$rounds" -gt 0 ] || exit 0
echo
echo '| what | side | median of rounds, s | best and worst | memory, MiB | hubert against it |'
echo '|---|---|---|---|---|---|'
sort -t $'\t' -k1,1 -k2,2 -k3,3g all | awk -F '\t' '
  { key = $1 FS $2; if (!(key in n)) order[++keys] = key; v[key, ++n[key]] = $3; if ($4 > m[key]) m[key] = $4 }
  END {
    for (k = 1; k <= keys; k++) {
      key = order[k]; split(key, p, FS); middle = (n[key] + 1) / 2
      median[key] = (v[key, int(middle)] + v[key, int(middle + 0.5)]) / 2
      if (p[2] == "hubert") ours[p[1]] = median[key]
    }
    for (k = 1; k <= keys; k++) {
      key = order[k]; split(key, p, FS)
      printf "| %s | %s | %.3f | %s, %s | %d | %s |\n", p[1], p[2], median[key], v[key, 1], v[key, n[key]], m[key],
        p[2] == "hubert" ? "" : sprintf("%.2f x", median[key] / ours[p[1]])
    }
  }'
