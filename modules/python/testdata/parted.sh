# What the rows of parted.yaml begin with: a parted that writes down what it is to do, and does it with the real one on a file; a row that makes the
# file fake has what it says in place of that.
mkdir bin img
cat > bin/parted <<'END'
#!/bin/sh
case "$*" in *print|--version) ;; *) echo "parted $*" >> $DIR/log;; esac
[ ! -e $DIR/fake ] || { . $DIR/fake; exit; }
exec /usr/sbin/parted "$@"
END
printf '#!/bin/sh\n' > bin/udevadm
chmod 755 bin/*
PATH=$DIR/bin:$PATH
