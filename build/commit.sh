#!/bin/sh
# commit.sh FILE: writes one line, the commit of this source and whether it is clean or dirty, or 'unknown', into FILE when it says something else.
# 'unknown' without git, outside a clone, in a copy inside somebody else's clone, and when git refuses to read a folder of another user.
# Dirty is what the build takes in: a page of docs/ that changed changes no program.
here=$(cd "$(dirname "$0")/.." && pwd) || exit 0
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE GIT_PREFIX # set in a hook, of another tree perhaps
ask() { git --no-optional-locks -C "$here" -c core.fsmonitor=false "$@" 2> /dev/null; }
stamp=unknown
if ask ls-files --error-unmatch -- global.json > /dev/null && commit=$(ask rev-parse --verify HEAD) &&
  changes=$(ask status --porcelain --untracked-files=normal --ignore-submodules=all -- src recipes build global.json nuget.config 'Directory.*'); then
  if [ -z "$changes" ]; then stamp="$commit clean"; else stamp="$commit dirty"; fi
fi
[ "$(cat "$1" 2> /dev/null)" = "$stamp" ] && exit 0
mkdir -p "$(dirname "$1")" && printf '%s\n' "$stamp" > "$1.$$" && mv -f "$1.$$" "$1"
