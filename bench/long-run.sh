#!/usr/bin/env bash
# Trains a tiny run for many updates and looks at its memory, open files and threads on the way: all three must stay flat.
# bench/long-run.sh [UPDATES, 3000 by default]
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.."
dotnet build -c Release tests/HubertSharp.Tests -v quiet --nologo -clp:ErrorsOnly
HUBERTSHARP_UPDATES=${1:-3000} \
  dotnet tests/HubertSharp.Tests/bin/Release/net10.0/HubertSharp.Tests.dll -class '*Pretraining.MemoryTests' -showLiveOutput -noColor -noLogo
