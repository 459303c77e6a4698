# What the rows of at.yaml begin with: at, atq and atrm that write down their calls; job (a file) is the text of job 7, fail makes at fail.
mkdir bin
cat > bin/at <<'END'
#!/bin/sh
cd $DIR
case "$1" in
-c) [ ! -e job ] || cat job;;
*) echo "at $*" | sed "s|/[^ ]*tmp[^ ]*/at[^ ]*|FILE|; s|-f [^ ]*at[a-z0-9_]*|-f FILE|" >> log; [ ! -e fail ] || { echo no >&2; exit 1; }; [ "$1" != -f ] || cat "$2" >> got;;
esac
END
printf '#!/bin/sh\ncd $DIR\necho "atq $*" >> log\n[ ! -e job ] || printf "7\\tFri Nov 27 09:00:00 2026 a root\\n8\\tFri Nov 27 09:00:00 2026 a root\\n"\n' > bin/atq
printf '#!/bin/sh\ncd $DIR\necho "atrm $*" >> log\n[ ! -e fail ] || { echo no >&2; exit 1; }' > bin/atrm
chmod 755 bin/*
