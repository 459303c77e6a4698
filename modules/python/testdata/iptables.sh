# What the rows of iptables.yaml begin with: iptables and ip6tables that write down how they are called, and answer as the files here say:
# have (the rule is there), chain (the chain is there, with this policy), fail (every change fails), version.
mkdir bin
cat > bin/iptables <<'END'
#!/bin/sh
cd $DIR
case "$*" in *--version*) echo "iptables v$(cat version 2>/dev/null || echo 1.8.9) (nf_tables)"; exit 0;; esac
echo "$(basename $0) $*" >> log
case "$*" in
*" -C "*) [ -e have ]; exit $?;;
*" -L "*) [ -e chain ] || { echo "$(basename $0): No chain/target/match by that name." >&2; exit 1; }; echo "Chain $4 ($(cat chain))"; exit 0;;
esac
[ ! -e fail ] || { echo "no such thing" >&2; exit 2; }
END
chmod 755 bin/iptables
cp bin/iptables bin/ip6tables
