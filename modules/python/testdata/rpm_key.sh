# What the rows of rpm_key.yaml begin with: rpm and gpg that write down how they are called; keys (as rpm -q lists them) is what rpm has,
# fail (a file) makes changes fail.
mkdir bin
cat > bin/rpm <<'END'
#!/bin/sh
cd $DIR
echo "rpm $*" >> log
case "$*" in
"-q  gpg-pubkey"|"-q gpg-pubkey"*) if [ -e keys ]; then cut -d' ' -f1 keys; exit 0; fi; echo "package gpg-pubkey is not installed"; exit 1;;
*--qf*|*--queryformat*) cat keys 2>/dev/null || exit 1; exit 0;;
esac
[ ! -e fail ] || { echo "rpm: no" >&2; exit 3; }
END
cat > bin/gpg <<'END'
#!/bin/sh
cd $DIR
[ "$5" = - ] || echo "gpg $*" >> log # what rpm has may be asked for and read at once
[ -e nogpg ] && { echo "gpg: no valid OpenPGP data found." >&2; exit 2; }
printf 'pub:-:4096:1:F76221572C52609D:1413468000:::-:::scSC::::::23::0:\nfpr:::::::::58E579B36A1DD84C7E1B4A5CF76221572C52609D:\nuid:-::::1413468000::X::Somebody <s@example.org>::::::::::0:\n'
END
chmod 755 bin/rpm bin/gpg
printf -- '-----BEGIN PGP PUBLIC KEY BLOCK-----\nxxx\n-----END PGP PUBLIC KEY BLOCK-----\n' > key
have() { echo "gpg-pubkey-2c52609d-543f0520" > keys; }
