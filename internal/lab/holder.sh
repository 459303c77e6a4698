# The holder of a lab: init of the pid namespace that all its hosts live in, and owner of
# the mount namespace with their file systems. It lives until its standard input closes.
set -e
mount --make-rprivate /
mount -t tmpfs -o mode=755,nosuid,nodev,size=16m lab "$1/run"
echo ready
while read -r line; do :; done
