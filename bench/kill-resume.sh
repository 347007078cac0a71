#!/usr/bin/env bash
# Kills short trainings with SIGKILL at random moments, starts them again each time, and compares metrics and weights with those of
# runs that nobody disturbed. bench/kill-resume.sh [KILLS, 20 by default] [SEED of the moments]
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.."
dotnet build -c Release tests/HubertSharp.Tests -v quiet --nologo -clp:ErrorsOnly
HUBERTSHARP_KILLS=${1:-20} HUBERTSHARP_KILL_SEED=${2:-} \
  dotnet tests/HubertSharp.Tests/bin/Release/net10.0/HubertSharp.Tests.dll -class '*KillResumeTests' -showLiveOutput -noColor -noLogo
