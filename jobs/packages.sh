# The system packages, by their names in Debian 12 and Ubuntu 24.04. To be sourced by jobs/setup.

packages=(
  g++ cmake ninja-build python3-venv
  libopenmpi-dev openmpi-bin libhdf5-dev libssl-dev libpng-dev libturbojpeg0-dev
  libfmt-dev libcli11-dev libtomlplusplus-dev nlohmann-json3-dev libhwy-dev libgtest-dev
  pkgconf librsvg2-dev libcairo2-dev  # figures as PDF; a build without them writes none
)
test_packages=(hdf5-tools librandom123-dev librsvg2-bin)  # h5dump; the draws' oracle; rsvg-convert

# Sets `missing` to those of the given packages that are not installed, and `root` to what makes apt-get allowed.
find_missing_packages() {
  local installed package
  if ! command -v apt-get > /dev/null; then
    echo "  no apt-get here: what is missing of the libraries in jobs/packages.sh has to come from elsewhere"
    return
  fi
  installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' | awk '$1 == "installed" { print $2 }')
  for package in "$@"; do
    grep -qxF "$package" <<< "$installed" || missing+=("$package")
  done
  [ ${#missing[@]} = 0 ] || find_root
}

is_root() { [ "$EUID" = 0 ]; }

find_root() {
  if is_root; then return; fi
  if command -v sudo > /dev/null && { sudo -n true 2> /dev/null || { [ -t 0 ] && sudo -v; }; }; then
    root=(sudo)
    return
  fi
  cat >&2 << END
These packages are missing, and installing them needs root or sudo:
  ${missing[*]}
Ask an administrator for 'apt-get install --no-install-recommends' of them and run this again,
or, when the libraries are here by other means (modules, Spack), set TTT_NO_PACKAGES=1.
END
  exit 1
}

# Lists that cannot be refreshed are no failure: the packages may still be had.
update_lists() { apt_get update || echo "going on with the package lists as they are"; }
install_packages() { apt_get install --yes --no-install-recommends "$@"; }
apt_get() {
  "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 -q "$@"
}

# How far an installation is, from its log: every package is unpacked and set up.
packages_stand() {
  awk '/newly installed/ { all = $3 } /^Unpacking|^Setting up/ { n++ } END { print int(n / 2) " of " all + 0 " packages" }' "$1"
}
