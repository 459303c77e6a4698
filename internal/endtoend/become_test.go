package endtoend

import (
	"testing"

	"github.com/goplay/goplay/internal/lab"
)

// doas has users of a real doas: one that must give a password, one that need not, and one that may not at all.
const doas = `
-- site.yml --
- hosts: h1
  gather_facts: false
  become: true
  become_method: "{{ method | default('community.general.doas') }}"
  tasks:
    - command: id -un
      register: r
    - debug: msg="a module by {{ r.stdout }}"
    - raw: id -un
      register: r
    - debug: msg="raw by {{ r.stdout_lines | last }}"
    - script: who.sh
      register: r
    - debug: msg="script by {{ r.stdout_lines | last }}"
    - copy: {content: x, dest: /tmp/of-it}
-- who.sh --
#!/bin/sh
cat /dev/null
id -un
`

func doasHost(t *testing.T, login string) *project {
	t.Helper()
	p := newProject(t, doas)
	l := lab.Start(t, 1)
	for _, command := range []string{
		"apt-get -qq update && apt-get -qqy install opendoas",
		"printf 'permit pwuser\npermit nopass deploy as plain\n' > /etc/doas.conf; chmod 600 /etc/doas.conf",
		"printf 'Defaults:pwuser use_pty\nDefaults:deploy requiretty\nplain ALL=(ALL) NOPASSWD: /usr/bin/python3\n' > /etc/sudoers.d/20-test",
	} {
		if out, err := l.Exec(1, "sh", "-c", command); err != nil {
			t.Fatal(err, out)
		}
	}
	p.write("hosts", l.InventoryText(login))
	return p
}

func TestDoas(t *testing.T) {
	p := doasHost(t, "pwuser")
	p.run("site.yml", "-i", "hosts").exits(0).says("a module by root", "raw by root", "script by root").recap("h1 ok=7 unreachable=0 failed=0")
	p.run("site.yml", "-i", "hosts", "-e", "ansible_become_password=no").exits(2).says("fatal: [h1]: FAILED!", "Incorrect doas password").never("labpass")
	p.run("site.yml", "-i", "hosts", "-e", "ansible_become_password=").exits(2).says("fatal: [h1]: FAILED!", "Missing doas password")
	p.run("site.yml", "-i", "hosts", "-e", "method=sudo").exits(0).says("a module by root", "script by root")
}

func TestDoasWithoutPassword(t *testing.T) {
	p := doasHost(t, "deploy")
	p.run("site.yml", "-i", "hosts", "-e", "ansible_become_user=plain").exits(0).says("a module by plain", "raw by plain", "script by plain")
	p.run("site.yml", "-i", "hosts").exits(2).says("fatal: [h1]: FAILED!")
}

// TestSudoersOfPython becomes root where sudo allows nothing but Python, of which an agent is made.
func TestSudoersOfPython(t *testing.T) {
	p := doasHost(t, "plain")
	p.write("site.yml", "- hosts: h1\n  gather_facts: false\n  become: true\n  tasks:\n    - command: id -un\n      register: r\n    - debug: msg=\"by {{ r.stdout }}\"\n")
	p.run("site.yml", "-i", "hosts").exits(0).says("by root")
}

// TestBecomeInOtherLanguages has programs that ask and refuse in German and French.
func TestBecomeInOtherLanguages(t *testing.T) {
	l := lab.Start(t, 1)
	p := newProject(t, `
-- site.yml --
- hosts: h1
  gather_facts: false
  become: true
  tasks:
    - command: sh -c 'id -un; echo "$LANG, ${LANGUAGE-none}"'
      register: r
      ignore_errors: true
    - debug: msg="a module {{ r.stdout_lines | default([r.msg]) | join(' ') }}"
    - raw: id -un; echo "$LANG, ${LANGUAGE-none}"
      register: r
      ignore_errors: true
    - debug: msg="raw {{ r.stdout_lines | default([r.msg]) | join(' ') }}"
`)
	p.write("hosts", l.InventoryText("pwuser"))
	const locales = "apt-get -qq update && apt-get -qqy install locales >/dev/null; for l in de_DE fr_FR; do localedef -i $l -f UTF-8 $l.UTF-8; done; echo root:rootpass | chpasswd"
	if out, err := l.Exec(1, "sh", "-c", locales); err != nil {
		t.Fatal(err, out)
	}
	for lang, language := range map[string]string{"de_DE.UTF-8": "none", "fr_FR.UTF-8": "fr_CA:fr"} {
		line := "LANG=" + lang
		if language != "none" {
			line += "\nLANGUAGE=" + language
		}
		if out, err := l.Exec(1, "sh", "-c", "echo '"+line+"' > /etc/default/locale"); err != nil {
			t.Fatal(err, out)
		}
		for _, c := range []struct{ method, password, want string }{
			{"sudo", lab.Password, ""},
			{"sudo", "", "Task failed: Missing sudo password"},
			{"sudo", "wrong", "Task failed: Incorrect sudo password"},
			{"su", "rootpass", ""},
			{"su", "", "Task failed: Missing su password"},
			{"su", "wrong", "Task failed: Incorrect su password"},
		} {
			o := p.run("site.yml", "-i", "hosts", "-e", "ansible_become_password="+c.password+" ansible_become_method="+c.method)
			if c.want == "" {
				c.want = "root " + lang + ", " + language
			}
			o.exits(0).says("a module "+c.want, "raw "+c.want)
		}
	}
}
