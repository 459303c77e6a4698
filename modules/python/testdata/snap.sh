# What the rows of snap.yaml begin with: a snap that writes down its calls, knows some snaps and says what COMMAND.out, .err and .rc have for it. A file
# COMMAND.sh takes a command's place.
mkdir bin
cat > bin/snap <<'END'
#!/bin/sh
[ "$*" = list ] || echo "snap $*" >> $DIR/log
[ ! -e $DIR/$1.sh ] || . $DIR/$1.sh
case $1 in
info)
	shift; first=1
	for n; do
		case $n in no*) echo "warning: no snap found for \"$n\"" >&2; continue;; esac
		[ $first ] || echo ---
		first=
		case $n in cls*) c=classic;; *) c=-;; esac
		printf 'name:      %s\nsummary:   A toy\npublisher: Someone\nlicense:   unset\ndescription: |\n  A toy.\nsnap-id:      abc\n' $n
		! grep -q "^$n " $DIR/list.out || printf 'tracking:     latest/stable\n'
		printf 'channels:\n  latest/stable:    1.0 2019-04-17 (29) 20kB %s\n  latest/candidate: ↑\n  latest/edge:      2.0 2019-04-18 (30) 20kB %s\n' $c $c
		! grep -q "^$n " $DIR/list.out || printf 'installed:          1.0            (29) 20kB -\n'
	done
	[ -z "$first" ] || { echo "error: no snap found for \"$n\"" >&2; exit 1; };;
list)
	[ -z "$2" ] || [ -e $DIR/list.rc ] || { grep "^$2 " $DIR/list.out > $DIR/found || { rm $DIR/found; echo 'error: no matching snaps installed' >&2; exit 1; }; head -1 $DIR/list.out; cat $DIR/found; rm $DIR/found; exit; }
	cat $DIR/list.out
	cat $DIR/list.err >&2 2>/dev/null
	exit $(cat $DIR/list.rc 2>/dev/null || echo 0);;
get) cat $DIR/get.$3 2>/dev/null || { [ -e $DIR/get.out ] && cat $DIR/get.out; } || { echo "error: snap \"$3\" has no configuration" >&2; exit 1; };;
*)
	cat $DIR/$1.out 2>/dev/null
	cat $DIR/$1.err >&2 2>/dev/null
	exit $(cat $DIR/$1.rc 2>/dev/null || echo 0);;
esac
END
chmod 755 bin/snap
printf 'snap    2.57.6\nsnapd   2.57.6\nseries  16\ndebian  12\nkernel  6.1.0\n' > version.out
cat > list.out <<'END'
Name       Version    Rev    Tracking       Publisher   Notes
core       16-2.57    13886  latest/stable  canonical*  core
foo        1.0        12     latest/stable  someone     -
edge       1.0        12     latest/edge    someone     -
off        1.0        12     latest/stable  someone     disabled
cls        1.0        12     latest/stable  someone     classic
offcls     1.0        12     2.0/stable     someone     disabled,classic
END
