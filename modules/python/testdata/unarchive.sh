# What the rows of unarchive.yaml begin with: a folder s in archives a.tar, a.tgz …, the same times and owners each time.
mkdir -p s/sub s/empty d
printf a > s/a
printf bb > s/sub/b
chmod 640 s/a
chmod 750 s/empty
ln -s a s/l
touch -h -d 2020-01-02T03:04:06Z s/a s/sub/b s/l s/sub s/empty
pack() { tar --sort=name --mtime=2020-01-02T03:04:06Z --owner=0 --group=0 --numeric-owner -C s -cf "$@"; }
tgz() { pack - . | gzip -n > a.tgz; }
plain() { pack a.tar .; }
zipped() { (cd s && zip -qryX ../a.zip a empty l sub); }
at() { touch -h -d 2020-01-02T03:04:06Z "$@"; }
