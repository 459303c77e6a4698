package endtoend

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Bytes that are no UTF-8 are lost to no one: what Python's surrogates hold goes through registers and templates to a file whole.
func TestOddBytes(t *testing.T) {
	p, l := onLab(t, "deploy", `
-- site.yml --
- hosts: h1
  gather_facts: false
  tasks:
    - command: printf 'a\377\376b\303\251\n'
      register: c
    - shell: printf 'a\377\376b\303\251\n'; printf 'e\377' >&2
      register: s
    - raw: printf 'a\377\376b\303\251\n'
      register: r
    - debug: msg="{{ [c.stdout | length, s.stdout | length, r.stdout | length] }}"
    - shell: cat > /tmp/odd
      args: {stdin: "{{ c.stdout }}", stdin_add_newline: false}
`)
	_ = p.run("site.yml", "-i", "hosts", "-v")
	out, err := l.Exec(1, "sh", "-c", "od -An -tx1 /tmp/odd; rm -f /tmp/odd")
	t.Log(out, err)
}

// 100 MB of output arrive whole, in bounded memory.
func TestHugeOutput(t *testing.T) {
	p, l := onLab(t, "deploy", `
-- site.yml --
- hosts: h1
  gather_facts: false
  tasks:
    - command: base64 -w 0 /srv/huge
      register: r
      no_log: true
    - debug: msg="{{ r.stdout | length }} {{ r.stdout | hash('sha256') }}"
`)
	t.Cleanup(func() { _ = l.Reset(1) })
	sum, err := l.Exec(1, "sh", "-c", "openssl enc -aes-128-ctr -nosalt -k x < /dev/zero 2>/dev/null | head -c 75000000 > /srv/huge; base64 -w 0 /srv/huge | sha256sum")
	if err != nil {
		t.Fatal(err)
	}
	o := p.run("site.yml", "-i", "hosts").exits(0).says("100000000 " + strings.Fields(sum)[0])
	t.Logf("%v, %d MB resident at most", o.took, o.memory>>20)
	if o.memory > 1<<30 {
		t.Errorf("%d MB were resident, want at most 1024", o.memory>>20)
	}
}

// A loop whose items have 50,000 lines in all.
func TestManyLines(t *testing.T) {
	p, _ := onLab(t, "deploy", `
-- site.yml --
- hosts: h1
  gather_facts: false
  tasks:
    - command: seq 1 10000
      loop: [1, 2, 3, 4, 5]
      register: r
    - debug: msg="{{ r.results | map(attribute='stdout_lines') | flatten | length }} {{ r.results[4].stdout_lines[-1] }}"
`)
	o := p.run("site.yml", "-i", "hosts", "-v").exits(0).says("50000 10000")
	if n := strings.Count(o.stdout, `"10000"`); n != 5 {
		t.Errorf("the last line shows %d times, want 5", n)
	}
}

// 50,000 lines of a local loop are shown in order.
func TestManyItems(t *testing.T) {
	p := newProject(t, `
-- site.yml --
- hosts: all
  gather_facts: false
  tasks:
    - debug: msg="line {{ item }}"
      loop: "{{ range(50000) | list }}"
`)
	o := p.run("site.yml", "-i", "hosts").exits(0)
	t.Logf("%v, %d MB", o.took, o.memory>>20)
	at := 0
	for i := range 50000 {
		text := fmt.Sprintf("\"msg\": \"line %d\"", i)
		n := strings.Index(o.stdout[at:], text)
		if n < 0 {
			t.Fatalf("%s is missing or out of order", text)
		}
		at += n
	}
}

// Who reads no more ends the output, not the run.
func TestClosedOutput(t *testing.T) {
	p := newProject(t, `
-- site.yml --
- hosts: all
  gather_facts: false
  tasks:
    - debug: msg="{{ 'x' * 200 }}"
      loop: "{{ range(2000) | list }}"
    - copy: {content: done, dest: "{{ playbook_dir }}/done"}
`)
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd := p.command("site.yml", "-i", "hosts")
	cmd.Stdout = w
	go func() { _, _ = r.Read(make([]byte, 100)); _ = r.Close() }()
	o := p.finish(cmd)
	_ = w.Close()
	t.Log(o)
	if _, err := os.Stat(filepath.Join(p.dir, "done")); err != nil {
		t.Errorf("the run did not go on: %v\n%s", err, o)
	}
}

func TestOutputToFullDisk(t *testing.T) {
	p := newProject(t, `
-- site.yml --
- hosts: all
  gather_facts: false
  tasks:
    - debug:
`)
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip(err)
	}
	defer full.Close()
	cmd := p.command("site.yml", "-i", "hosts")
	cmd.Stdout = full
	t.Log(p.finish(cmd))
}
