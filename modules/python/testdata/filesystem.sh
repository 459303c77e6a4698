# What the rows of filesystem.yaml begin with: programs that write down their calls and say what PROGRAM.out, .err and .rc have for them. Rows
# that begin with "really" have the system's own.
mkdir bin img
cat > bin/program <<'END'
#!/bin/sh
name=${0##*/}
echo "$name $*" >> $DIR/log
cat $DIR/$name.out 2>/dev/null
cat $DIR/$name.err >&2 2>/dev/null
exit $(cat $DIR/$name.rc 2>/dev/null || echo 0)
END
chmod 755 bin/program
for name in mkfs.ext2 mkfs.ext3 mkfs.ext4 mkfs.xfs mkfs.btrfs mkfs.vfat mkfs.f2fs mkfs.ocfs2 mkfs.reiserfs mkfs.bcachefs mkswap wipefs blkid resize2fs xfs_growfs xfs_info btrfs resize.f2fs dump.f2fs fatresize pvresize pvs pvcreate pvchange tune2fs xfs_admin blockdev bcachefs findmnt; do cp bin/program bin/$name; done
rm bin/program
