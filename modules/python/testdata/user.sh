# What the rows of user.yaml begin with: an account bob, whose home has a file, and the groups extra, which he is in, and other; all of it laid over
# the machine's own.
mkdir -p over/etc over/home over/var
cp /etc/passwd /etc/group /etc/shadow /etc/gshadow over/etc/
echo 'bob:x:2001:2001:Bob:/home/bob:/bin/sh' >> over/etc/passwd
echo 'bob:x:2001:' >> over/etc/group
echo 'bob:!::' >> over/etc/gshadow
echo 'extra:x:2002:bob' >> over/etc/group
echo 'extra:!::bob' >> over/etc/gshadow
echo 'other:x:2003:' >> over/etc/group
echo 'other:!::' >> over/etc/gshadow
echo 'bob:$6$abc$def:19000:0:99999:7:::' >> over/etc/shadow
mkdir -p over/home/bob
echo x > over/home/bob/f
chown -R 2001:2001 over/home/bob
