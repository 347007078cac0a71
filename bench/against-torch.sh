#!/usr/bin/env bash
# against-torch.sh [ROUNDS]: HuBERT Base's training step (4 x 10 s, dropout 0.1, no layer drop) in turns with the same step in plain PyTorch, which
# has to be there (Debian: apt-get install python3-torch libopenblas0-openmp; PYTHON=/usr/bin/python3). Each line is one process of its own.
# "tuned" keeps large blocks in glibc's heap, as hubert does for itself. WRAP may hold a command to put before each (a lock, nice).
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
python=${PYTHON:-/usr/bin/python3} wrap=${WRAP:-}
export OMP_NUM_THREADS=${OMP_NUM_THREADS:-$(nproc)}
tuned=(env MALLOC_TOP_PAD_=268435456 MALLOC_TRIM_THRESHOLD_=-1 MALLOC_MMAP_MAX_=0)

ours() {
  # shellcheck disable=SC2086
  $wrap "$here/hubert" bench step --config-name hubert_base_librispeech model.encoder_layerdrop=0 common.fp16=false "common.bf16=$1" --steps 3 --json |
    "$python" -c 'import json, sys; r = json.load(sys.stdin); print("hubert", r["precision"], round(r["audioSecondsPerSecond"], 2), "share of peak", round(r["shareOfMatrixPeak"], 2))'
}

for _ in $(seq "${1:-2}"); do
  ours true
  for kind in pure autocast; do echo "torch $kind, tuned: $($wrap "${tuned[@]}" "$python" "$here/bench/peer_step.py" --steps 2 --bf16 $kind)"; done
  ours false
  echo "torch float32, tuned: $($wrap "${tuned[@]}" "$python" "$here/bench/peer_step.py" --steps 2)"
  echo "torch float32, as it comes: $($wrap "$python" "$here/bench/peer_step.py" --steps 1)"
done
