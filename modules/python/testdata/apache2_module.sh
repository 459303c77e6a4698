# What the rows of apache2_module.yaml begin with: programs of Apache that write down their calls; loaded has the modules, fail makes them fail.
mkdir bin
printf '#!/bin/sh\ncd $DIR\necho "apache2ctl $*" >> log\n[ ! -e broken ] || { cat broken >&2; exit 1; }\ncat loaded\n' > bin/apache2ctl
cat > bin/a2enmod <<'END'
#!/bin/sh
cd $DIR
echo "$(basename $0) $*" >> log
[ ! -e fail ] || { echo out; cat fail >&2; exit 1; }
for last; do :; done
[ ! -e stuck ] || exit 0
case $0 in *a2enmod) echo " ${last}_module (shared)" >> loaded;; *) sed -i "/ ${last}_module/d" loaded;; esac
END
cp bin/a2enmod bin/a2dismod
chmod 755 bin/*
printf 'Loaded Modules:\n core_module (static)\n ssl_module (shared)\n' > loaded
