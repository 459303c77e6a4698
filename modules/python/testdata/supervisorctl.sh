# What the rows of supervisorctl.yaml begin with: a supervisorctl that writes down its calls, knows the programs in programs, and fails where fail is.
mkdir bin
cat > bin/supervisorctl <<'END'
#!/bin/sh
cd $DIR
echo "supervisorctl $*" >> log
while :; do case $1 in -c|-s|-u|-p) shift 2;; *) break;; esac; done
verb=$1; shift
[ "$verb" = "$(cat fail 2>/dev/null)" ] && { echo "$1: ERROR (no)"; exit 1; }
case $verb in
status) if [ $# = 0 ]; then cat programs; else grep "^$1 \|^$1[^ ]* " programs || echo "$1 : ERROR (no such process)"; fi;;
start|restart) for p; do echo "$p: started"; sed -i "s/^\($p *\)[A-Z]* */\1RUNNING /" programs; done;;
stop) for p; do echo "$p: stopped"; sed -i "s/^\($p *\)[A-Z]* */\1STOPPED /" programs; done;;
reread) cat reread 2>/dev/null || echo "No config updates to processes";;
add) echo "$1: added process group";;
remove) echo "$1: removed process group";;
update) echo "";;
"signal "*) echo "$1: signalled";;
esac
END
chmod 755 bin/supervisorctl
printf 'app                              RUNNING   pid 1, uptime 0:01:00\nweb:w1                           STOPPED   Not started\nweb:w2                           RUNNING   pid 2, uptime 0:01:00\nbad                              FATAL     Exited too quickly\n' > programs
