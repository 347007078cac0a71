#!/usr/bin/env bash
# same-run.sh OLD NEW: whether two commits train alike, to the last bit. Builds both in temporary worktrees, walks each through the short trainings of
# bench/SameRun/Training.cs (float32, bf16 where the processor has it, update_freq 2 with layer drop, a loss scale, the way that looks later, stops, ...)
# on a made corpus, and compares metrics, weights, Adam's averages, validation samples, notices and files, without clocks. Exit code 1 on any difference.
# Only what is committed counts. The same commit twice is built once and trained twice. KEEP=1 leaves the folder with both sides' runs behind.
set -euo pipefail
here="$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)"
[ $# = 2 ] || { echo "usage: bench/same-run.sh OLD NEW (two commits)" >&2; exit 2; }
commit() { git -C "$here" rev-parse --verify --quiet "$1^{commit}" || { echo "same-run.sh: no commit '$1'" >&2; exit 2; }; }
old=$(commit "$1")
new=$(commit "$2")

work=$(mktemp -d)
clean() {
  trap '' INT TERM
  for tree in "$work"/tree-*; do
    [ ! -e "$tree" ] || git -C "$here" worktree remove --force "$tree" || true
  done
  if [ -n "${KEEP:-}" ]; then echo "the runs of both sides: $work"; else rm -rf "$work"; fi
  git -C "$here" worktree prune
}
trap clean EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# nothing of a build stays behind: neither compiler server nor build nodes
build() { dotnet build "$1" -c Release --nologo -v quiet -clp:ErrorsOnly -nodeReuse:false -p:UseSharedCompilation=false; }

# tree COMMIT: its worktree, built; the comparing program is this checkout's, laid beside that commit's hubert.dll.
tree() {
  local folder=$work/tree-$1
  [ ! -e "$folder" ] || return 0
  echo "building $(git -C "$here" log -1 --format='%h %s' "$1")" >&2
  git -C "$here" -c core.hooksPath=/dev/null worktree add --quiet --detach "$folder" "$1"
  build "$folder/src/HubertSharp.Cli"
  rm -rf "$folder/bench/SameRun"
  mkdir -p "$folder/bench/SameRun"
  cp "$here"/SameRun/*.cs "$here"/SameRun/SameRun.csproj "$folder/bench/SameRun/"
  build "$folder/bench/SameRun"
  cp "$folder"/bench/SameRun/bin/Release/net10.0/SameRun.dll "$folder/src/HubertSharp.Cli/bin/Release/net10.0/"
}

# train COMMIT SIDE: all trainings into $work/SIDE.
train() {
  local program=$work/tree-$1/src/HubertSharp.Cli/bin/Release/net10.0
  echo "training $2" >&2
  dotnet exec --depsfile "$program/hubert.deps.json" --runtimeconfig "$program/hubert.runtimeconfig.json" "$program/SameRun.dll" train "$work/data" "$work/$2"
}

tree "$old"
tree "$new"
train "$old" old
train "$new" new
dotnet "$work/tree-$new/bench/SameRun/bin/Release/net10.0/SameRun.dll" compare "$work/old" "$work/new"
