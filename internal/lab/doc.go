// Package lab makes throw-away Debian hosts, so that tests and benchmarks can work
// against a real sshd, sudo, apt and Python without touching the machine they run on.
//
// A host h1..hN is a debootstrapped Debian, seen through an overlay whose upper layer
// lies on a tmpfs, in mount, pid, ipc and uts namespaces of its own. It shares the
// machine's network: its sshd listens on 127.0.X.i, where the block X belongs to this
// lab alone. The hosts know each other by name. Packages that are installed start no
// service (policy-rc.d), as there is no init system; sysvinit scripts run by hand.
//
// Users, on every host:
//
//	deploy   logs in with the key, sudo asks nothing
//	pwuser   logs in with Password, which sudo asks for too
//	plain    logs in with the key, may not use sudo
//	root     logs in with the key; RootPassword serves su
//
// apt works through a caching proxy which runs in this process and fetches from the
// archive that the machine's own apt sources name. Nothing else leaves the machine.
//
// All processes and mounts of a lab live below one holder process, in its pid and mount
// namespaces. The holder ends when Close is called or this process dies in whatever way,
// and the kernel takes everything with it.
//
// A test starts with
//
//	l := lab.Start(t, 2)              // skips the test with the reason where labs can't run
//	run("-i", l.Inventory("deploy"))  // h1 and h2
//	l.Exec(1, "cat", "/etc/motd")     // as root inside h1, not over ssh
//	l.Reset(1)                        // pristine again, in well under two seconds
//
// and tests that leave their hosts as they were share one lab per process by Shared.
package lab
