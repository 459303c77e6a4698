package endtoend

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/goplay/goplay/internal/lab"
)

// viaPlays has hosts that are reached from one another: h2 from h1 by the ssh there, a root of h2 as root, and from there another user.
const viaPlays = `
-- site.yml --
- hosts: all
  gather_facts: false
  tasks:
    - shell: echo "{{ inventory_hostname }} is $(id -un) at $(hostname) in $(cat /box 2>/dev/null || echo none)"
      register: who
    - debug: var=who.stdout
    - script: where.sh
      register: raw
    - debug: msg="{{ raw.stdout_lines | last }}"
    - copy: {content: "{{ inventory_hostname }}", dest: "/tmp/{{ inventory_hostname }}"}
-- where.sh --
#!/bin/sh
echo "script on {{ x }} by $(id -un) at $(hostname)"
-- stack.yml --
- hosts: deep
  gather_facts: false
  tasks:
    - mitogen_get_stack:
      register: stack
    - debug: msg="{{ stack.result | map(attribute='method') | join(' > ') }}"
    - command: id -un
      delegate_to: other
      register: there
    - debug: msg="delegated to {{ there.stdout }}"
-- far.yml --
- hosts: nowhere
  gather_facts: false
  tasks: [{ping: }]
-- loop.yml --
- hosts: ring1
  gather_facts: false
  tasks: [{ping: }]
`

func viaHosts(t *testing.T, p *project, l *lab.Lab) {
	t.Helper()
	key, err := os.ReadFile(l.Key())
	if err != nil {
		t.Fatal(err)
	}
	for i, command := range []string{
		fmt.Sprintf("install -d -m 700 -o deploy /home/deploy/.ssh; umask 077; cat > /home/deploy/.ssh/lab <<'KEY'\n%sKEY\nchown deploy /home/deploy/.ssh/lab", key),
		"mkdir -p /srv/box && for d in bin lib lib64 usr etc; do cp -a /$d /srv/box/ 2>/dev/null || ln -s usr/$d /srv/box/$d; done; " +
			"mkdir -p /srv/box/tmp /srv/box/root /srv/box/dev /srv/box/proc /srv/box/home/plain; chown plain /srv/box/home/plain; chmod 1777 /srv/box/tmp; echo box > /srv/box/box; " +
			"mount --bind /dev /srv/box/dev; mount -t proc proc /srv/box/proc",
	} {
		if out, err := l.Exec(i+1, "sh", "-c", command); err != nil {
			t.Fatal(err, out)
		}
	}
	h2 := l.Host(2)
	p.write("hosts", strings.Replace(l.InventoryText("deploy"), "[lab]", fmt.Sprintf(`
deep ansible_connection=community.general.chroot ansible_host=/srv/box goplay_via=root@second ansible_become=true ansible_become_user=plain
other ansible_connection=mitogen_sudo mitogen_via=h1 ansible_user=plain
second ansible_host=%s ansible_port=%d ansible_user=deploy mitogen_via=h1 ansible_ssh_private_key_file=/home/deploy/.ssh/lab
nowhere ansible_connection=docker goplay_via=h1
ring1 ansible_connection=docker goplay_via=ring2
ring2 ansible_connection=docker goplay_via=ring1
[all:vars]
ansible_python_interpreter=/usr/bin/python3
ansible_ssh_common_args=-o StrictHostKeyChecking=no -o LogLevel=ERROR
[lab]`, h2.Addr, h2.Port), 1))
}

func TestVia(t *testing.T) {
	p := newProject(t, viaPlays)
	l := lab.Start(t, 2)
	viaHosts(t, p, l)
	p.run("site.yml", "-i", "hosts", "-l", "deep,other,second,h1").exits(0).says(
		"deep is plain at h2 in box", "other is plain at h1 in none", "second is deploy at h2 in none", "h1 is deploy at h1 in none",
		"by plain at h2", "by plain at h1", "by deploy at h2", "by deploy at h1").
		recap("deep ok=5 unreachable=0 failed=0", "other ok=5", "second ok=5", "h1 ok=5")
	for i, file := range []string{"/tmp/other", "/srv/box/tmp/deep"} {
		if out, err := l.Exec(i+1, "stat", "-c", "%U", file); err != nil || out != "plain\n" {
			t.Errorf("%s is %q's, %v", file, out, err)
		}
	}
	p.run("stack.yml", "-i", "hosts").exits(0).says("ssh > ssh > sudo > chroot > sudo", "delegated to plain")
}

func TestViaFails(t *testing.T) {
	p := newProject(t, viaPlays)
	viaHosts(t, p, lab.Start(t, 2))
	p.run("far.yml", "-i", "hosts").exits(4).says("fatal: [nowhere]: UNREACHABLE!", "Failed to connect to the host via docker: ", "not found")
	p.run("loop.yml", "-i", "hosts").exits(2).says("fatal: [ring1]: FAILED!", "do they lead back to one another by goplay_via?")
}
