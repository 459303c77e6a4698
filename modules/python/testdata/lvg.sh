# What the rows of lvg.yaml begin with: LVM's programs, which write down their calls and say what PROGRAM.out, .err and .rc have for them, unless
# the file fake says something else.
mkdir bin
touch disk5 disk6 disk7
cat > bin/program <<'END'
#!/bin/sh
n=${0##*/}
echo "$n $*" >> $DIR/log
[ ! -e $DIR/fake ] || . $DIR/fake
cat $DIR/$n.out 2>/dev/null
cat $DIR/$n.err >&2 2>/dev/null
exit $(cat $DIR/$n.rc 2>/dev/null || echo 0)
END
chmod 755 bin/program
for name in vgs pvs vgcreate vgextend vgreduce vgremove vgchange pvcreate pvresize pvchange pvdisplay dmsetup; do cp bin/program bin/$name; done
rm bin/program
