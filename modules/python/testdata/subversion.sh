# What the rows of subversion.yaml begin with: a repository o whose trunk has f (revision 2 changes it) and whose branch b is a copy of it.
unset LC_ALL
export LANG=C.UTF-8
svnadmin create o
svn -q mkdir file://$PWD/o/trunk file://$PWD/o/branches -m layout
(svn -q co file://$PWD/o/trunk t; cd t; echo 1 > f; svn -q add f; svn -q ci -m one; echo 2 > f; svn -q ci -m two)
svn -q cp file://$PWD/o/trunk file://$PWD/o/branches/b -m branch
rm -r t
checkout() { svn -q co "$@" file://$PWD/o/trunk d; }
news() { svn -q co file://$PWD/o/trunk t; echo 3 > t/f; svn -q ci -m three t; rm -r t; }
