package endtoend

import (
	"testing"

	"github.com/goplay/goplay/internal/lab"
)

// lonely takes the Python of a container away, and goes on with modules.
const lonely = `
-- site.yml --
- hosts: box
  gather_facts: false
  tasks:
    - raw: rm -f /usr/bin/python3* /usr/bin/pydoc3*
    - setup: {gather_subset: "!all,!min,distribution,python"}
    - debug: msg="{{ ansible_facts.distribution }} by {{ ansible_facts.python.executable }}"
    - copy: {content: "hello\n", dest: /root/hello}
    - stat: {path: /root/hello}
      register: there
    - command: id -un
      become: true
      become_user: plain
      vars: {ansible_remote_tmp: /tmp}
      register: who
    - debug: msg="{{ there.stat.size }} bytes, {{ who.stdout }}"
`

// TestLentPython runs modules in containers without Python, which get a copy of the controller's.
func TestLentPython(t *testing.T) {
	for _, kind := range []string{"docker", "chroot"} {
		t.Run(kind, func(t *testing.T) {
			c := lab.StartContainer(t, kind)
			p := newProject(t, lonely)
			p.env = append(p.env, c.Env...)
			p.write("hosts", "box ansible_connection="+kind+" ansible_host="+c.Name+"\n")
			for range 2 {
				p.run("site.yml", "-i", "hosts").exits(0).
					says("Debian by /var/tmp/.goplay-python-", "6 bytes, plain").
					recap("box ok=7 unreachable=0 failed=0")
			}
		})
	}
}
