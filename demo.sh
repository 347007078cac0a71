#!/usr/bin/env bash
# The whole road on real Mandarin and English speech, from a fresh clone: installs what is missing, builds, runs 'hubert demo'.
# Arguments go to 'hubert demo'. What was already done is not done again.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")"
. build/setup.sh

need_dotnet
need_packages ffmpeg libsndfile1 libsoxr0
need_downloadable asterisk-core-sounds-en-g722 gcin-voice
say "Building ..."
build src/HubertSharp.Cli
rm -f "$setup_log"
exec ./hubert demo "$@"
