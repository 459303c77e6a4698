# What the rows of timezone.yaml begin with: a Debian without timedatectl, whose zone is UTC, and a hwclock that writes down its calls.
mkdir -p over/etc bin
printf '#!/bin/sh\necho hwclock "$@" >> $DIR/log\n[ -e $DIR/stuck ] && exit 0\ncase "$*" in *local*) sed -i s/UTC/LOCAL/ /etc/adjtime;; *) sed -i s/LOCAL/UTC/ /etc/adjtime;; esac\n' > bin/hwclock
printf '#!/bin/sh\nexit 1\n' > bin/timedatectl
printf '#!/bin/sh\necho dpkg-reconfigure "$@" >> $DIR/log\n' > bin/dpkg-reconfigure
chmod 755 bin/*
echo Etc/UTC > over/etc/timezone
ln -sf /usr/share/zoneinfo/Etc/UTC over/etc/localtime
printf '0.0 0 0.0\n0\nUTC\n' > over/etc/adjtime
