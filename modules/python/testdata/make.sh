# What the rows of make.yaml begin with: a Makefile whose targets make files of their names.
printf 'first: ; @echo making first; touch $@$(X)\nsecond: ; touch $@\nbroken: ; false\nerr: ; @echo oops >&2; exit 3\n' > Makefile
