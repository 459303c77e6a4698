# What the rows of synchronize.yaml begin with: an rsync that writes down its arguments, gives what is in out, and ends with exit, and an sshpass
# that shows what it was given before it runs its command. Rows that remove the first have the real rsync.
mkdir bin
cat > bin/rsync <<'END'
#!/bin/sh
printf '[%s]\n' "$@" > $DIR/log
cat $DIR/out 2>/dev/null
[ ! -e $DIR/exit ] || { echo 'rsync: no' >&2; exit $(cat $DIR/exit); }
END
cat > bin/sshpass <<'END'
#!/bin/sh
case $1 in
-d*) fd=${1#-d}; shift; eval "read -r word <&$fd"; echo "$word" > $DIR/password; "$@";;
esac
END
chmod 755 bin/*
