#!/bin/sh
# users.sh DIR USER COMMAND...: runs a command as USER where these users are, which nobody outside sees:
#   alice   password wonder, sudo asks for it
#   bob     password builder, may not use sudo
#   carol   sudo asks nothing
#   dora    sudo asks nothing and wants a terminal
# It needs a mount namespace of its own. DIR/home holds their homes.
set -e
dir=$1 user=$2
shift 2
mount --make-rprivate /
etc=$(mktemp -d)
mount -t tmpfs none "$etc"
cp -a /etc/passwd /etc/shadow /etc/group "$etc"
mkdir "$etc/sudoers.d"
chmod 755 "$dir"
mkdir -p "$dir/home"
id=2001
for name in alice:wonder bob:builder carol:none dora:none; do
	login=${name%:*}
	echo "$login:x:$id:$id::$dir/home/$login:/bin/sh" >>"$etc/passwd"
	echo "$login:x:$id:" >>"$etc/group"
	echo "$login:$(openssl passwd -6 "${name#*:}"):19000:0:99999:7:::" >>"$etc/shadow"
	mkdir -p -m 700 "$dir/home/$login"
	chown "$id:$id" "$dir/home/$login"
	[ "$login" != "$user" ] || uid=$id
	id=$((id + 1))
done
cat >"$etc/sudoers.d/users" <<END
alice ALL=(ALL) ALL
carol ALL=(ALL) NOPASSWD: ALL
dora ALL=(ALL) NOPASSWD: ALL
Defaults:dora requiretty
END
chmod 440 "$etc/sudoers.d/users"
for name in passwd shadow group sudoers.d; do mount --bind "$etc/$name" "/etc/$name"; done
mount --bind "$dir/root" /root
cd "$dir/home/$user"
exec setpriv --reuid="$uid" --regid="$uid" --clear-groups env -i HOME="$dir/home/$user" USER="$user" PATH=/usr/local/bin:/usr/bin:/bin "$@"
