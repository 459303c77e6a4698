package endtoend

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Output that is no UTF-8 cannot be kept in text. A module's result that has it is refused, and not changed, as the reference does.
// command, raw and script show what is wrong with theirs, and go on.
func TestOddBytes(t *testing.T) {
	p, _ := onLab(t, "deploy", `
-- library/odd.py --
#!/usr/bin/python3
# WANT_JSON
print('{"x": "fine", "stdout": "a\\udcff\\udcfeb"}')
-- library/odd1.py --
#!/usr/bin/python3
# WANT_JSON
print('{"x": "\\ud83d\\ude00", "stdout": "\\ud83d\\ude00\\udcff"}')
-- odd.sh --
#!/bin/sh
printf 'a\377b\303\251'
-- site.yml --
- hosts: h1
  gather_facts: false
  ignore_errors: true
  tasks:
    - odd:
    - odd1:
    - raw: printf 'a\377b\303\251'
    - script: odd.sh
    - command: printf 'a\377b\303\251'
    - shell: printf '\303\251\360\237\230\200'
`)
	const refusing = "Refusing to deserialize an invalid UTF8 string value: 'utf-8' codec can't encode "
	o := p.run("site.yml", "-i", "hosts", "-v").exits(0)
	o.says(refusing+"characters in position 1-2: surrogates not allowed", refusing+"character '\\udcff' in position 1: surrogates not allowed",
		"This check can be disabled with the `MODULE_STRICT_UTF8_RESPONSE` setting.", `"stdout": "é😀"`).recap("h1 ok=6 ignored=3")
	if n := strings.Count(o.stdout, `"stdout": "a`+"\uFFFD"+`bé"`); n != 2 {
		t.Errorf("what can be shown is shown %d times, want 2\n%s", n, o)
	}
	p.env = []string{"ANSIBLE_MODULE_STRICT_UTF8_RESPONSE=false"}
	p.run("site.yml", "-i", "hosts", "-v").exits(0).recap("h1 ok=6 ignored=0")
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
	if o.memory > 700<<20 {
		t.Errorf("%d MB were resident, want at most 700", o.memory>>20)
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
	if n := strings.Count(o.stdout, `"9999", "10000"]`); n != 5 {
		t.Errorf("the last lines show %d times, want 5", n)
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
	if o.memory > 256<<20 {
		t.Errorf("%d MB were resident, want at most 256", o.memory>>20)
	}
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
	o := p.finish(cmd).exits(0).complains("the output is not complete", "broken pipe")
	_ = w.Close()
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
	p.finish(cmd).exits(0).complains("[WARNING]: the output is not complete, the run goes on", "no space left on device")
}
