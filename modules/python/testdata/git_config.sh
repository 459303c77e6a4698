# What the rows of git_config.yaml begin with: a repository r and a file c with settings.
export HOME=$DIR
git init -q r
git config -f c user.name one
git config -f c --add core.many a
git config -f c --add core.many b
