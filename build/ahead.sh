#!/usr/bin/env bash
# ahead.sh PROGRAM COPY: a copy of the folder PROGRAM whose code is machine code already, so that each of the many processes of the tests
# starts in two thirds of the time. What was compiled before, of the same IL, is kept in COPY.kept. No copy where the compiler does not run.
set -euo pipefail
program=$1 copy=$2 kept=$2.kept
# as tests/HubertSharp.Tests asks for it; no lock file holds such a package, so its content is held here
package=${NUGET_PACKAGES:-$HOME/.nuget/packages}/microsoft.netcore.app.crossgen2.linux-x64/10.0.12
content=qJloVIBdpVV+lDD+0vp07L9wmaZ7AwbC+XbdvVZB4qpyrXMrZaRmxOlyMAyBzXEUcoFWQgO6fSlKbIeumN/j9A==
compiler=$package/tools/crossgen2
[ "$(uname -m)" = x86_64 ] && grep -qF "\"$content\"" "$package/.nupkg.metadata" 2> /dev/null && [ -x "$compiler" ] || exit 0
runtimes=$(dotnet --list-runtimes)
shared() { sed -n "s|^$1 \(10\.[^ ]*\) \[\(.*\)\]$|\2/\1|p" <<< "$runtimes" | tail -n 1; }
core=$(shared Microsoft.NETCore.App) web=$(shared Microsoft.AspNetCore.App)
export program copy compiler kept core web
rm -rf "$copy"
mkdir -p "$kept"
cp -al "$program" "$copy" 2> /dev/null || { rm -rf "$copy"; cp -a "$program" "$copy"; }

one() {
  local made
  made=$kept/$1/$(sha256sum < "$program/$1.dll" | cut -d ' ' -f 1).dll
  if [ ! -e "$made" ]; then
    rm -rf "${kept:?}/$1"
    mkdir "$kept/$1"
    "$compiler" "$program/$1.dll" -o "$made.new" -r "$core/*.dll" -r "$web/*.dll" -r "$program/*.dll" --targetos linux --targetarch x64 -O \
      > "$kept/$1/log" 2>&1 || { echo "ahead.sh: $1.dll stays as it is: $(tail -n 1 "$kept/$1/log")" >&2; return; }
    mv "$made.new" "$made"
  fi
  ln -f "$made" "$copy/$1.dll.new" # never into the file that is there: it is that of PROGRAM
  mv "$copy/$1.dll.new" "$copy/$1.dll"
}
export -f one
# the longest first
printf '%s\n' HubertSharp HubertSharp.Runs TorchSharp hubert YamlDotNet HubertSharp.Dashboard System.CommandLine HubertSharp.Onnx \
  | xargs -P "$(nproc)" -I NAME bash -c 'one NAME'
