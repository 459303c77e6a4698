# What the rows of gem.yaml begin with: a gem that writes down its calls; installed and remote are what it queries, version what it is.
mkdir bin
cat > bin/gem <<'END'
#!/bin/sh
cd $DIR
echo "gem $* ${GEM_HOME:+in $GEM_HOME}" >> log
name=$(echo "$*" | sed -n 's/.*\^\(.*\)\$.*/\1/p')
case "$*" in
--version) cat version 2>/dev/null || echo 3.3.15; exit 0;;
query*|list*) case "$*" in *--remote*) grep "^$name " remote;; *) grep "^$name " installed;; esac; exit 0;;
esac
[ ! -e fail ] || { echo out; echo no >&2; exit 1; }
END
chmod 755 bin/gem
printf 'there (1.2.0, 1.1.0)\ndef (default: 3.0.0)\n' > installed
printf 'there (1.3.0)\nfresh (2.0)\n' > remote
