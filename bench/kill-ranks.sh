#!/usr/bin/env bash
# Trains a very small model with several processes, kills one of them at random moments (and stops some with SIGSTOP), starts the job again
# each time, and compares metrics and weights with those of a job that nobody disturbed.
# bench/kill-ranks.sh [KILLS, 30 by default] [STOPS, 5] [SEED of the moments]
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.."
dotnet build -c Release tests/HubertSharp.Tests -v quiet --nologo -clp:ErrorsOnly
HUBERTSHARP_RANK_KILLS=${1:-30} HUBERTSHARP_RANK_STOPS=${2:-5} HUBERTSHARP_KILL_SEED=${3:-} \
  dotnet tests/HubertSharp.Tests/bin/Release/net10.0/HubertSharp.Tests.dll -class '*LostRankTests' -showLiveOutput -noColor -noLogo
