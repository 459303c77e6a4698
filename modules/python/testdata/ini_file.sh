# What the rows of ini_file.yaml begin with: a file f.
printf 'top = 1\n\n[one]\n# comment\na = 1\nb=2\n;c = 3\n#d = 4\n\n[two]\na = x\na = y\nflag\n\n[three]\n' > f
