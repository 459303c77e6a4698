# What the rows of alternatives.yaml begin with: programs a, b and c, of which a and b are alternatives of the link toy, with a manual page each.
mkdir -p over/etc over/var
for name in a b c; do echo $name > $name; chmod 755 $name; echo $name > $name.1; done
run() { (cd $DIR; unshare --mount sh -ec 'for name in etc var; do mkdir -p .work/$name; mount -t overlay overlay -o lowerdir=/$name,upperdir=$DIR/over/$name,workdir=.work/$name /$name; done; exec "$@"' run "$@"); rm -rf .work; }
run sh -c 'update-alternatives --quiet --install $DIR/toy toy $DIR/a 10 --slave $DIR/toy.1 toy.1 $DIR/a.1; update-alternatives --quiet --install $DIR/toy toy $DIR/b 20' 2> /dev/null
