# What the rows of hostname.yaml begin with: programs that write down their calls. HostName and its like are what scutil tells, transient and static
# what hostnamectl does, current what hostname does; set.rc, get.rc and hostname.rc are how they end. A system of its own has the name "row".
mkdir -p bin over/etc
cat > bin/scutil <<'END'
#!/bin/sh
echo "scutil $*" >> $DIR/log
case $1 in
--get) cat $DIR/$2 2>/dev/null || { echo "$2: not set"; exit 1; };;
--set) exit $(cat $DIR/set.rc 2>/dev/null || echo 0);;
esac
END
cat > bin/hostname <<'END'
#!/bin/sh
echo "hostname $*" >> $DIR/log
[ -n "$1" ] || { cat $DIR/current 2>/dev/null || echo row; exit $(cat $DIR/get.rc 2>/dev/null || echo 0); }
[ ! -e $DIR/hostname.rc ] || { echo oops >&2; exit $(cat $DIR/hostname.rc); }
END
cat > bin/hostnamectl <<'END'
#!/bin/sh
echo "hostnamectl $*" >> $DIR/log
case "$*" in
"--transient status") cat $DIR/transient 2>/dev/null;;
"--static status") cat $DIR/static 2>/dev/null;;
*set-hostname*) [ ! -e $DIR/set.rc ] || { echo oops >&2; exit $(cat $DIR/set.rc); };;
esac
exit 0
END
chmod 755 bin/*
# A host of Solaris, whose svccfg tells what is in sv.
svccfg() {
	mkdir -p over/usr/sbin
	printf '#!/bin/sh\necho "svccfg $*" >> $DIR/log\ncat $DIR/sv 2>/dev/null\nexit 0\n' > over/usr/sbin/svccfg
	chmod 755 over/usr/sbin/svccfg
}
# A host that systemd does not run, with the files of all that know a name.
distribution() {
	mkdir -p over/run/systemd over/etc/sysconfig over/etc/conf.d
	mknod over/run/systemd/system c 0 0
	echo old > over/etc/hostname
	echo old > over/etc/HOSTNAME
	echo HOSTNAME=old > over/etc/sysconfig/network
	echo 'hostname="old"' > over/etc/conf.d/hostname
}
