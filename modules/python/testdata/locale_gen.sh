# What the rows of locale_gen.yaml begin with: /etc/locale.gen, a list of locales, and a locale-gen that writes down its calls and makes what the file says; have is what there is.
mkdir -p over/etc over/usr/share/i18n bin
printf '# This file\n# aa_DJ ISO-8859-1\n# de_DE.UTF-8 UTF-8\nen_GB.UTF-8 UTF-8  \n#fr_FR ISO-8859-1\n# de_CH.UTF-8 UTF-8\n' > over/etc/locale.gen
printf 'aa_DJ ISO-8859-1\nde_CH.UTF-8 UTF-8\nde_DE.UTF-8 UTF-8\nen_GB.UTF-8 UTF-8\nfr_FR ISO-8859-1\nC.UTF-8 UTF-8\n' > over/usr/share/i18n/SUPPORTED
cat > bin/locale-gen <<'END'
#!/bin/sh
echo locale-gen "$@" >> $DIR/log
[ ! -e $DIR/fail ] || { echo no >&2; exit 3; }
(printf 'C\nPOSIX\n'; grep -v '^ *#' /etc/locale.gen | sed 's/UTF-8 .*/utf8/; s/ .*//') > $DIR/have
END
printf '#!/bin/sh\ncat $DIR/have 2>/dev/null || printf "C\\nPOSIX\\nen_GB.utf8\\n"\n' > bin/locale
chmod 755 bin/*
