#!/usr/bin/env bash
# broken-runs.sh DATA LABELS OUT [NAME...]: really trains small runs, healthy ones and ones broken on purpose, and prints what the doctor says
# of each as the table of docs/loss.md. DATA holds train.tsv and valid.tsv, LABELS train.km, valid.km and dict.km.txt at 100 Hz; each run
# takes under a minute on two cores. Runs that are there already are only looked at.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
data=$(realpath "$1") labels=$(realpath "$2") out=$3
shift 3
mkdir -p "$out"
hubert() { "$here/hubert" "$@"; }

# Manifests with an absolute root, so that every run can have a folder of its own.
mkdir -p "$out/data"
for split in train valid; do
  root=$(head -n 1 "$data/$split.tsv")
  case $root in /*) ;; *) root="$data/$root" ;; esac
  { echo "$root"; tail -n +2 "$data/$split.tsv"; } > "$out/data/$split.tsv"
done

# labels NAME: a copy of the labels to be spoilt
labels() {
  mkdir -p "$out/labels/$1"
  cp "$labels"/{train.km,valid.km,dict.km.txt} "$out/labels/$1/"
  chmod -R u+w "$out/labels/$1"
}

# train NAME LABELS [arguments]
train() {
  local name=$1 of=$2
  shift 2
  [ ! -e "$out/$name/done" ] || return 0
  rm -rf "${out:?}/$name"
  hubert pretrain --config-name hubert_small_cpu --run "$out/$name" --no-doctor task.data="$out/data" task.label_dir="$out/labels/$of" model.label_rate=100 \
    optimization.max_update=200 lr_scheduler.warmup_updates=16 dataset.max_tokens=160000 dataset.validate_interval_updates=50 common.log_interval=5 \
    common.no_progress_bar=true checkpoint.no_save=true "$@" > "$out/$name.out" 2>&1 || { tail -n 3 "$out/$name.out"; return 0; }
  touch "$out/$name/done"
}

runs=(healthy healthy_tiny healthy_wide healthy_slow healthy_small_batches shuffled_frames shuffled_lines wrong_rate rate_100_times empty_dictionary frozen_front_end frozen_encoder frozen constant_label)
[ $# = 0 ] || runs=("$@")
tiny=(model.encoder_layers=2 model.encoder_embed_dim=128 model.encoder_ffn_embed_dim=512 model.final_dim=64)
for run in "${runs[@]}"; do
  labels "$run"
  l="$out/labels/$run"
  case $run in
    healthy) train $run $run ;;
    healthy_tiny) train $run $run "${tiny[@]}" ;;
    healthy_wide) train $run $run model.encoder_layers=3 model.encoder_embed_dim=384 model.encoder_ffn_embed_dim=1536 model.encoder_attention_heads=6 ;;
    healthy_slow) train $run $run optimization.lr=[0.0002] ;;
    healthy_small_batches) train $run $run task.max_sample_size=60000 dataset.max_tokens=60000 ;;
    shuffled_frames) # every frame gets some other frame's label, lengths as they were
      for split in train valid; do
        tr ' ' '\n' < "$l/$split.km" | grep . | shuf --random-source=<(yes 1) > "$l/tokens"
        awk -v tokens="$l/tokens" '{ line = ""; for (i = 1; i <= NF; i++) { getline t < tokens; line = line (i > 1 ? " " : "") t }; print line }' "$l/$split.km" > "$l/new"
        mv "$l/new" "$l/$split.km"
      done
      train $run $run ;;
    shuffled_lines) # every utterance gets the labels of some other one, repeated or cut to its own length
      for split in train valid; do
        shuf --random-source=<(yes 1) "$l/$split.km" | paste -d '|' "$l/$split.km" - |
          awk -F '|' '{ n = split($1, own, " "); m = split($2, next_, " "); line = ""; for (i = 0; i < n; i++) line = line (i ? " " : "") next_[i % m + 1]; print line }' > "$l/new"
        mv "$l/new" "$l/$split.km"
      done
      train $run $run ;;
    wrong_rate) train $run $run --force-labels model.label_rate=50 ;;
    rate_100_times) train $run $run optimization.lr=[0.05] ;;
    empty_dictionary) : > "$l/dict.km.txt"; train $run $run --force-labels ;;
    frozen_front_end) train $run $run model.feature_grad_mult=0 ;;
    frozen_encoder) train $run $run model.feature_grad_mult=0 model.encoder_layerdrop=1 ;; # only positions and heads learn
    frozen) train $run $run optimization.lr=[1e-12] ;;
    constant_label)
      for split in train valid; do sed -i -E 's/[0-9]+/7/g' "$l/$split.km"; done
      train $run $run --force-labels ;;
    *) echo "no run '$run'" >&2; exit 1 ;;
  esac
done

echo "| run | verdict | findings | masked loss, bits | masked accuracy |"
echo "|---|---|---|---|---|"
for run in "${runs[@]}"; do
  hubert doctor "$out/$run" --json | python3 -c '
import json, sys
r = json.load(sys.stdin)
trouble = [f["code"] for f in r["findings"] if f["level"] != "info"]
print("| %s | %s | %s | %.2f | %.3f |" % (sys.argv[1], r["verdict"], ", ".join(f"`{c}`" for c in trouble) or "–", r["finalLossBits"] or float("nan"), r["maskedAccuracy"] or float("nan")))' "$run"
done
