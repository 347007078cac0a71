#!/usr/bin/env bash
# real-loaders.sh ROOT [MODEL...]: what others' programs say of our exports. Trains small, Base and Large (bundled configurations) for two updates, lets
# transformers make a CTC model of Base's and Large's size, exports each to Hugging Face, fairseq and back, and ONNX (layers, units, 8 bits, logits), and
# lets the transformers and onnxruntime of ROOT, a folder with a system to chroot into, or / for this one's own, load and run them with default options.
# Prints a table of the largest differences from libtorch's features; fails where something is not loaded or differs. MODEL: small, base, large,
# ctc-base, ctc-large; default all. About 12 GiB of memory for Large, 10 GB of disk. PEER_ENV may hold what ROOT needs, such as "-u OPENBLAS_CORETYPE".
set -euo pipefail
root=$(readlink -f "${1:?usage: real-loaders.sh ROOT [MODEL...]}")
shift
here="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
read -ra peer_env <<< "${PEER_ENV:-}"
work=$(mktemp -d "$root/tmp/loaders.XXXXXX")
trap 'rm -rf "$work"' EXIT
cp "$here/bench/peer_loaders.py" "$work"
seen=${work#"${root%/}"} # the same folder from within ROOT

peer() { # arguments of peer_loaders.py, in the work folder
  local line=(env -C "$seen" "${peer_env[@]}" HF_HUB_OFFLINE=1 python3 -W ignore peer_loaders.py "$@")
  if [ "$root" = / ]; then "${line[@]}" 2> "$work/peer.log"; else chroot "$root" "${line[@]}" 2> "$work/peer.log"; fi ||
    { tail -n 5 "$work/peer.log" >&2; exit 1; }
}
hubert() { "$here/hubert" "$@" > "$work/hubert.log" 2>&1 || { cat "$work/hubert.log" >&2; exit 1; }; }
row() { # model, export, and the check that says the rest
  local model=$1 export=$2 said
  shift 2
  said=$(peer "$@")
  printf '| %s | %s %s\n' "$model" "$export" "$said" | tee -a "$work/table"
}

cd "$work"
mkdir audio clips data
cp "$here"/tests/fixtures/hubert_tiny_base/wav/*.wav audio
peer clips audio clips
hubert manifest clips --out data --valid-percent 0
mv data/train.tsv data/clips.tsv

checked() { # MODEL INPUT LAYER...: every export of a model against its layers; units are of the first one named
  local model=$1 input=$2 form=${1%%-*}
  shift 2
  hubert features hubert --manifest data/clips.tsv --model "$input" --layer "$@" --convention transformers --out features
  hubert convert "$input" hf --to huggingface
  row "$model" huggingface folder hf features
  hubert convert hf again.pt --to fairseq
  hubert convert again.pt again --to huggingface
  row "$model" 'huggingface → fairseq → huggingface' folder again features
  rm -rf again again.pt
  hubert convert "$input" model.onnx --to onnx --convention transformers
  if [ "$form" = ctc ]; then
    row "$model" 'onnx logits' ctc-logits hf model.onnx
  else
    row "$model" 'onnx layers' onnx model.onnx features
  fi
  hubert convert "$input" int8.onnx --to onnx --convention transformers --int8
  if [ "$form" = ctc ]; then
    row "$model" 'onnx logits, int8' ctc-logits hf int8.onnx
  else
    row "$model" 'onnx layers, int8' onnx int8.onnx features
    hubert kmeans fit --features "features/layer_$1" --split clips --clusters 50 --out km.safetensors
    hubert kmeans apply --features "features/layer_$1" --split clips --model km.safetensors --out labels.km
    hubert convert "$input" units.onnx --to onnx --kmeans km.safetensors
    row "$model" 'onnx units' units units.onnx labels.km
  fi
  rm -rf features hf ./*.onnx ./*.onnx.data km.safetensors labels.km
}

trained() { # MODEL CONFIGURATION LAYER...
  local model=$1 configuration=$2
  shift 2
  hubert pretrain --config-name "$configuration" --run run task.data=data task.label_dir=labels 'task.labels=[km]' model.label_rate=100 optimization.max_update=2 \
    lr_scheduler.warmup_updates=1 task.min_sample_size=8000 dataset.max_tokens=320000 common.fp16=false distributed_training.distributed_world_size=1 --no-doctor
  checked "$model" run "$@"
  rm -rf run
}

hubert features mfcc --manifest data/clips.tsv --out mfcc
mkdir labels
hubert kmeans fit --features mfcc --split clips --clusters 20 --out mfcc.safetensors
hubert kmeans apply --features mfcc --split clips --model mfcc.safetensors --out labels/train.km
cp data/clips.tsv data/train.tsv
cp data/clips.tsv data/valid.tsv
cp labels/train.km labels/valid.km

[ $# -gt 0 ] || set -- small base large ctc-base ctc-large
for model in "$@"; do
  case $model in
    small) trained small hubert_small_cpu 1 3 4 ;;
    base) trained base hubert_base_librispeech 1 6 12 ;;
    large) trained large hubert_large_librivox 1 12 24 ;;
    ctc-base) peer ctc base source; checked ctc-base source 6 12; rm -rf source ;;
    ctc-large) peer ctc large source; checked ctc-large source 12 24; rm -rf source ;;
    *) echo "real-loaders.sh: no model '$model'" >&2; exit 2 ;;
  esac
done
echo
printf '%s\n' '| model | export | program | largest difference | largest value | what |' '|---|---|---|---|---|---|'
cat table
