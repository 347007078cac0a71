#!/usr/bin/env bash
# Changes model files of every kind at random and reads them: each must give a model or one line, quickly and in memory that the
# file warrants. bench/fuzz-models.sh [FILES, 100000 by default] [first SEED]
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.."
dotnet build -c Release tests/HubertSharp.Tests -v quiet --nologo -clp:ErrorsOnly
HUBERTSHARP_FUZZ_FILES=${1:-100000} HUBERTSHARP_FUZZ_SEED=${2:-1} HUBERTSHARP_FUZZ_SECONDS=5 \
  dotnet tests/HubertSharp.Tests/bin/Release/net10.0/HubertSharp.Tests.dll -class '*ReaderFuzzTests' -showLiveOutput -noColor -noLogo
