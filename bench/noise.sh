# Sourced by scripts that train on made-up data.

number() { printf "\\x$(printf %02x $(($1 & 255)))\\x$(printf %02x $(($1 >> 8 & 255)))\\x$(printf %02x $(($1 >> 16 & 255)))\\x$(printf %02x $(($1 >> 24)))"; }

noise() { # FOLDER PROGRAM WORK: 24 utterances of noise, two seconds each, with clusters of their MFCCs as labels
  local folder=$1 program=$2 work=$3 samples=32000
  mkdir -p "$folder/wav"
  echo wav > "$folder/train.tsv"
  for ((u = 0; u < 24; u++)); do
    { printf RIFF; number $((36 + 2 * samples)); printf 'WAVEfmt \x10\0\0\0\x01\0\x01\0'; number 16000; number 32000
      printf '\x02\0\x10\0data'; number $((2 * samples)); head -c $((2 * samples)) /dev/urandom; } > "$folder/wav/$u.wav"
    printf '%d.wav\t%d\n' "$u" "$samples" >> "$folder/train.tsv"
  done
  { "$program" features mfcc --manifest "$folder/train.tsv" --out "$work/features" &&
    "$program" kmeans fit --features "$work/features" --clusters 20 --starts 1 --out "$work/km.safetensors" &&
    "$program" kmeans apply --features "$work/features" --model "$work/km.safetensors" --out "$folder/train.km"
  } > "$work/data.log" 2>&1 || { cat "$work/data.log" >&2; stop "the data could not be made"; }
}
