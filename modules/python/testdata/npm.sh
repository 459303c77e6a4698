# What the rows of npm.yaml begin with: an npm that writes down its calls; list is what it lists, outdated what npm outdated says, fail its failure.
mkdir -p bin p
cat > bin/npm <<'END'
#!/bin/sh
echo "npm $* in $PWD" >> $DIR/log
case "$1" in
list) cat $DIR/list; [ ! -e $DIR/listfails ] || exit 1;;
outdated) cat $DIR/outdated 2>/dev/null; exit 1;;
*) [ ! -e $DIR/fail ] || { echo out; echo no >&2; exit 3; };;
esac
exit 0
END
chmod 755 bin/npm
echo '{"name": "x", "dependencies": {"there": {"version": "1.0.0"}, "bad": {"missing": true, "required": "^1"}, "inv": {"version": "1.0", "invalid": true}}}' > list
