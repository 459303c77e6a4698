# What the rows of archive.yaml begin with: a folder d, and bin/show, which tells what an archive has.
mkdir -p d/sub
echo one > d/a.txt; echo two > d/b.log; echo three > d/sub/c.txt
ln -s a.txt d/l
export TZ=UTC
find d -exec touch -h -d 2020-01-02T03:04:06 {} +
mkdir bin
cat > bin/show <<'END'
#!/bin/sh
case $1 in *.zip) python3 -m zipfile -l $1 | awk '{print $1, $NF}';; *) tar -tvf $1 | awk '{print $1, $3, $6, $7, $8}';; esac | sed 's/^\(d[^ ]*\) [0-9]*/\1/' | sort
END
chmod 755 bin/show
