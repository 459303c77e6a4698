package endtoend

import (
	"strings"
	"testing"

	"github.com/goplay/goplay/internal/lab"
)

// full mounts a small file system on a folder of h1 for one test.
func full(t *testing.T, l *lab.Lab, folder, options string) {
	t.Helper()
	mount := "mkdir -p " + folder + " && mount -t tmpfs -o " + options + " small " + folder
	if _, err := l.Exec(1, "sh", "-c", mount); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Reset(1) })
}

// intact checks what a folder of h1 has after a failed write.
func intact(t *testing.T, l *lab.Lab, folder, want string) {
	t.Helper()
	out, err := l.Exec(1, "sh", "-c", "cd "+folder+" && for f in $(ls -A); do echo \"$f $(wc -c < $f)\"; done")
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.TrimSpace(out); got != want {
		t.Errorf("%s has %q, want %q", folder, got, want)
	}
}

func TestFullDestination(t *testing.T) {
	p, l := onLab(t, "deploy", `
-- site.yml --
- hosts: h1
  gather_facts: false
  become: true
  ignore_errors: true
  tasks:
    - copy: {src: big, dest: /srv/small/new}
    - copy: {src: big, dest: /srv/small/old}
    - copy: {content: "{{ 'x' * 3000000 }}", dest: /srv/small/old}
    - template: {src: big.j2, dest: /srv/small/old}
    - lineinfile: {path: /srv/small/old, line: "{{ 'x' * 3000000 }}"}
    - get_url: {url: "file:///usr/bin/python3", dest: /srv/small/got}
`)
	p.write("big", strings.Repeat("0123456789abcdef", 200_000))
	p.write("big.j2", "{{ 'y' * 3000000 }}")
	full(t, l, "/srv/small", "size=1m")
	if _, err := l.Exec(1, "sh", "-c", "echo precious > /srv/small/old"); err != nil {
		t.Fatal(err)
	}
	o := p.run("site.yml", "-i", "hosts").exits(0).recap("h1 ok=6 ignored=6 unreachable=0")
	if n := strings.Count(o.stdout, "No space left on device"); n < 6 {
		t.Errorf("%d of the failures tell of the full disk\n%s", n, o)
	}
	intact(t, l, "/srv/small", "old 9")
	if left := temporaries(t, l, 1); left != "" {
		t.Errorf("temporary files are left: %s", left)
	}
}

// A home without room holds no module cache and no temporary file: what needs neither works.
func TestFullHome(t *testing.T) {
	p, l := onLab(t, "deploy", `
-- site.yml --
- hosts: h1
  gather_facts: false
  tasks:
    - command: hostname
    - copy: {src: big, dest: /tmp/unwanted}
      ignore_errors: true
    - command: hostname
`)
	p.write("big", strings.Repeat("0123456789abcdef", 2_000_000))
	full(t, l, "/home/deploy/.ansible", "size=64k,uid=1000,mode=700")
	if _, err := l.Exec(1, "sh", "-c", "head -c 1000000 /dev/zero > /home/deploy/.ansible/filler 2>/dev/null || true"); err != nil {
		t.Fatal(err)
	}
	p.run("site.yml", "-i", "hosts").exits(0).says("No space left on device").recap("h1 ok=3 changed=2 ignored=1 unreachable=0")
	out, err := l.Exec(1, "sh", "-c", "find /home/deploy/.ansible -type f -not -name filler -size +0; find /tmp /var/tmp -type f")
	if err != nil || out != "" {
		t.Errorf("left: %s %v", out, err)
	}
}
