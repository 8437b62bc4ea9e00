# Sourced by the commands beside it: the project's own Node and packages, installed if need be, come first in PATH.
clb_direct_root=$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")

# The lockfile decides, not its date alone: a checkout gives it a new one.
clb_direct_installed() {
  local modules=$clb_direct_root/node_modules lock=$clb_direct_root/package-lock.json
  [ -x "$modules/.bin/node" ] && [ -f "$modules/.package-lock.json" ] || return 1
  [ "$lock" -nt "$modules/.package-lock.json" ] || return 0
  "$modules/.bin/node" -e '
    const [wanted, have] = process.argv.slice(1).map((path) => JSON.parse(require("fs").readFileSync(path)).packages);
    const differs = ([name, { version, optional }]) => version !== have[name]?.version && !(optional && !have[name]);
    const installed = Object.entries(wanted).filter(([name]) => name.startsWith("node_modules/"));
    process.exit(installed.some(differs) ? 1 : 0);
  ' "$lock" "$modules/.package-lock.json" && touch "$modules/.package-lock.json"
}

if ! clb_direct_installed; then
  if ! command -v npm >/dev/null || ! command -v node >/dev/null; then
    echo 'npm or node is missing: install any Node.js with npm (Debian: apt-get install nodejs npm);' \
      'it installs the version that clb-direct uses' >&2
    exit 1
  fi
  echo 'installing the packages of package-lock.json with npm ci (about half a minute)' >&2
  (cd "$clb_direct_root" && npm ci --no-progress --loglevel=error >&2)
fi
export PATH="$clb_direct_root/node_modules/.bin:$PATH"
