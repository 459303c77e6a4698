# Finishes a debootstrapped base: base.sh ROOT PASSWORD ROOTPASSWORD, in namespaces of its own.
set -e
root=$1
mount --make-rprivate /
mount -t proc proc "$root/proc"
mount --bind /dev "$root/dev"
cat > "$root/etc/apt/apt.conf.d/90lab" <<'EOF'
Acquire::Check-Valid-Until "false";
Acquire::Languages "none";
APT::Periodic::Enable "0";
EOF
printf '#!/bin/sh\nexit 101\n' > "$root/usr/sbin/policy-rc.d"
chmod 755 "$root/usr/sbin/policy-rc.d"
cp /etc/resolv.conf "$root/etc/resolv.conf"
exec chroot "$root" sh -ec '
apt-get -q update
apt-get -qy dist-upgrade
apt-get clean
useradd -m -u 1000 -s /bin/bash deploy
useradd -m -u 1001 -s /bin/bash pwuser
useradd -m -u 1002 -s /bin/bash plain
echo "pwuser:$1" | chpasswd
echo "root:$2" | chpasswd
umask 226
echo "deploy ALL=(ALL:ALL) NOPASSWD: ALL" > /etc/sudoers.d/10-lab
echo "pwuser ALL=(ALL:ALL) ALL" >> /etc/sudoers.d/10-lab
rm -f /etc/machine-id /etc/ssh/ssh_host_* /var/log/*.log /var/log/apt/*
rm -f /etc/resolv.conf
' base "$2" "$3"
