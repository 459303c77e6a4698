# What the rows of selinux.yaml begin with: a library selinux that stands in for SELinux's; enabled, mode and policy are what it tells, c the configuration.
cat > selinux.py <<'END'
import os
def read(name):
    with open(os.path.join(os.environ['DIR'], name)) as f:
        return f.read().strip()
def is_selinux_enabled(): return int(read('enabled'))
def is_selinux_mls_enabled(): return 0
def security_getenforce(): return {'enforcing': 1, 'permissive': 0}[read('mode')]
def security_setenforce(value):
    with open(os.path.join(os.environ['DIR'], 'mode'), 'w') as f:
        f.write({1: 'enforcing', 0: 'permissive'}[value])
def selinux_getenforcemode(): return (0, {'enforcing': 1, 'permissive': 0, 'disabled': -1}[read('mode')])
def selinux_getpolicytype(): return (0, read('policy'))
END
mkdir bin policies
echo 1 > enabled; echo enforcing > mode; echo targeted > policy
printf '# c\nSELINUX=enforcing\n#SELINUX=x\nSELINUXTYPE=targeted\n\n' > c
cat > bin/grubby <<'END'
#!/bin/sh
echo "grubby $*" >> $DIR/log
case "$*" in *--info*) cat $DIR/kernels 2>/dev/null || echo 'args="ro quiet"';; esac
END
chmod 755 bin/grubby
disabled() { echo 0 > enabled; echo disabled > mode; sed -i 's/^SELINUX=.*/SELINUX=disabled/' c; }
permissive() { echo permissive > mode; sed -i 's/^SELINUX=.*/SELINUX=permissive/' c; }
