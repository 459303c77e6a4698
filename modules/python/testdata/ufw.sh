# What the rows of ufw.yaml begin with: a ufw that writes down its calls; status is what it says of itself, rules what it has, dry what it would have.
# A change puts a line into changes, which is shown with the rules.
mkdir -p bin over/etc/ufw over/lib
cat > bin/ufw <<'END'
#!/bin/sh
cd $DIR
case "$*" in
"--version") echo "ufw $(cat version 2>/dev/null || echo 0.36.1)"; echo "Copyright 2008-2021 Canonical Ltd."; exit 0;;
"status verbose") cat status; exit 0;;
"status numbered"|"status") cat numbered 2>/dev/null; exit 0;;
esac
echo "ufw $*" >> log
[ ! -e fail ] || { echo "ERROR: $(cat fail)" >&2; exit 1; }
case "$1" in
--dry-run) cat dry 2>/dev/null || echo "### tuple ### allow tcp 1 0.0.0.0/0 any 0.0.0.0/0 in"; exit 0;;
esac
case "$*" in
*enable) sed -i 's/inactive/active/' status; echo "Firewall is active and enabled on system startup";;
*disable) echo "Status: inactive" > status; echo "Firewall stopped and disabled on system startup";;
*reload) echo "Firewall reloaded";;
*reset) echo "Status: inactive" > status; echo "Resetting all rules to installed defaults.";;
*) [ -e same ] || echo "### tuple ### $*" >> over/etc/ufw/user.rules; echo "Rule added";;
esac
END
chmod 755 bin/ufw
printf 'Status: active\nLogging: on (low)\nDefault: deny (incoming), allow (outgoing), disabled (routed)\nNew profiles: skip\n' > status
printf '### tuple ### allow tcp 22 0.0.0.0/0 any 0.0.0.0/0 in\n' > over/etc/ufw/user.rules
: > over/etc/ufw/user6.rules
