# Boots a host: boot.sh LOWER DIR NAME ADDRESS PORT, as init of its own namespaces.
# DIR (on a tmpfs) has the overlay's folders u, w and r.
set -e
lower=$1 dir=$2 name=$3 address=$4 port=$5
root=$dir/r
hostname "$name"
mount --make-rprivate /
mount -t overlay overlay -o "lowerdir=$lower,upperdir=$dir/u,workdir=$dir/w" "$root"
mount -t proc -o nosuid,nodev,noexec proc "$root/proc"
# No host may change the machine's kernel.
mount --bind "$root/proc/sys" "$root/proc/sys"
mount -o remount,bind,ro,nosuid,nodev,noexec "$root/proc/sys"
[ ! -e "$root/proc/sysrq-trigger" ] || mount --bind /dev/null "$root/proc/sysrq-trigger"
mount -t sysfs -o ro,nosuid,nodev,noexec sysfs "$root/sys"
mount -t tmpfs -o mode=755,nosuid,size=4m dev "$root/dev"
cd "$root/dev"
mknod -m 666 null c 1 3
mknod -m 666 zero c 1 5
mknod -m 666 full c 1 7
mknod -m 666 random c 1 8
mknod -m 666 urandom c 1 9
mknod -m 666 tty c 5 0
ln -s /proc/self/fd fd
ln -s /proc/self/fd/0 stdin
ln -s /proc/self/fd/1 stdout
ln -s /proc/self/fd/2 stderr
ln -s pts/ptmx ptmx
mkdir pts shm
mount -t devpts -o newinstance,ptmxmode=666,mode=620,gid=5 devpts pts
mount -t tmpfs -o nosuid,nodev shm shm
mount -t tmpfs -o mode=755,nosuid,nodev,size=64m run "$root/run"
mkdir -p "$root/run/sshd" "$root/run/.old"
mkdir -m 1777 "$root/run/lock"
cd "$root"
pivot_root . run/.old
cd /
umount -l /run/.old
rmdir /run/.old
caps="setpriv --bounding-set -sys_time,-sys_module,-sys_rawio,-syslog,-wake_alarm"
clean="env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
$caps $clean /usr/sbin/sshd -o "ListenAddress=$address" -o "Port=$port"
trap : HUP
# sh as init reaps what daemons leave behind.
exec $caps $clean sh -c 'while :; do sleep 86400 & wait $!; done'
