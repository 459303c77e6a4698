# What the rows of git.yaml begin with: a bare repository o.git with the branches main and dev, and the tags v1 and v2 (annotated).
export GIT_AUTHOR_DATE=2020-01-01T00:00:00Z GIT_COMMITTER_DATE=2020-01-01T00:00:00Z
cat > .gitconfig <<END
[user]
	name = Somebody
	email = somebody@example.org
[init]
	defaultBranch = main
[protocol "file"]
	allow = always
[advice]
	detachedHead = false
END
# revision REF CONTENT [FROM]: a commit for git fast-import, with the file f
revision() { printf 'commit %s\ncommitter S <s@x> 1577836800 +0000\ndata 1\n%s\n%sM 100644 inline f\ndata 2\n%s\n\n' $1 $2 "${3:+from $3
}" $2; }
git init -q --bare o.git
{
	revision refs/heads/main 1
	printf 'reset refs/tags/v1\nfrom refs/heads/main\n\n'
	revision refs/heads/main 2
	printf 'tag v2\nfrom refs/heads/main\ntagger S <s@x> 1577836800 +0000\ndata 4\nnote\n'
	revision refs/heads/dev 3 refs/heads/main
} | git -C o.git fast-import --quiet
news() { revision refs/heads/main 4 refs/heads/main^0 | git -C o.git fast-import --quiet; }
clone() { git clone -q "$@" file://$PWD/o.git d; }
commit() { (cd $1; echo $2 > f; git add f; git commit -qm "commit $2"); }
submodule() { git init -q sub.git; commit sub.git sub1; git init -q sup.git; (cd sup.git; git submodule --quiet add ../sub.git m; git commit -qm 1); }
supers() { submodule; git clone -q --recursive file://$PWD/sup.git d 2> /dev/null; }
