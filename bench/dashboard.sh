#!/usr/bin/env bash
# Ten runs of 400,000 updates in the dashboard and in chromium: times, frames, bytes, memory.
# bench/dashboard.sh [LOG_INTERVAL]      default 200: 2,000 lines per run; 10: 40,000
set -euo pipefail
cd "$(dirname "$0")/.."
build=$PWD/tests/HubertSharp.Tests/bin/Release/net10.0
[ -f "$build/HubertSharp.Tests.dll" ] || dotnet build -c Release tests/HubertSharp.Tests -v quiet --nologo
exec "$build"/.playwright/node/linux-*/node bench/dashboard.mjs "${1:-200}" "$build"
