# What the rows of modprobe.yaml begin with: a kernel that has the module here_x (over/proc/modules), and a modprobe that writes down its calls.
mkdir -p over/etc/modules-load.d over/etc/modprobe.d over/proc bin
printf 'here_x 16384 0 - Live 0x0\nother 16384 1 here_x, Live 0x0\n' > over/proc/modules
cat > bin/modprobe <<'END'
#!/bin/sh
cd $DIR
echo modprobe "$@" >> log
[ ! -e fail ] || { echo out; echo no >&2; exit 1; }
case "$1" in
-r) sed -i "/^$2 /d" over/proc/modules;;
-*) ;;
*) echo "$(echo $1 | tr - _) 16384 0 - Live 0x0" >> over/proc/modules;;
esac
END
chmod 755 bin/*
mkdir -p over/lib/modules/$(uname -r)
echo kernel/drivers/built-in.ko > over/lib/modules/$(uname -r)/modules.builtin
