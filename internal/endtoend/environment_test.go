package endtoend

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/goplay/goplay/internal/lab"
)

const changeLogin = `
-- site.yml --
- hosts: h1
  gather_facts: false
  tasks:
    - shell: env
      loop: [1, 2]
    - shell: id -nG; env
      become: true
      become_user: plain
    - copy:
        src: "{{ item.src }}"
        dest: "{{ item.dest }}"
      loop:
        - {src: system, dest: /etc/environment}
        - {src: locale, dest: /etc/default/locale}
        - {src: personal, dest: "{{ home }}/.pam_environment"}
      become: true
    - shell: usermod -aG games plain; ln -sf /usr/share/zoneinfo/Asia/Tokyo /etc/localtime
      become: true
    - shell: env | grep '^T_' | sort
      register: login
    - shell: sed -i '/T_A1=/d; s/T_A2=.*/T_A2=again/' /etc/environment
      become: true
    - shell: env | grep '^T_' | sort | head -1; date +%Z
      register: again
    - shell: id -nG; echo $T_L
      become: true
      become_user: plain
      loop: [1, 2, 3]
      register: plain
    - setup: gather_subset=date_time
      become: true
      become_user: plain
    - debug:
        msg: |-
          {{ again.stdout_lines | join(' ') }}, {{ plain.results | map(attribute='stdout') | join(', ') }}, {{ ansible_facts.date_time.tz }}
          {{ login.stdout }}
-- system --
T_A1=plain
export T_A2=exported
  T_A3=leading space
T_A4="quoted value"
T_A5='single # q'
T_A6=with # comment
T_A7="a"b"c
T_A8 = spaced
# T_A9=no
T_A10=x   .
T_A11=a=b=c
T_A12='half
T_A-13=bad
T_A14=
T_A15=$HOME\x
export	T_A18=tab
T_B=system
T_C=system
-- locale --
T_B=locale
T_C=locale
T_L=xx
-- personal --
T_C=personal
T_P1=a b
T_P2 DEFAULT=dflt
T_P3 DEFAULT=a OVERRIDE=b
T_P4 DEFAULT="q q" OVERRIDE=
export T_P5=x
T_P6 DEFAULT=@{HOME}/@{SHELL}/@{PAM_USER}
T_P7 DEFAULT=${T_P4}${HOME}/y
T_P8 OVERRIDE=zz
T_P9=a # c
T_P10=x"y"
T_P11 DEFAULT=\$x\@y
T_P12	DEFAULT=tab
T_P13 DEFAULT=a b
T_P14 DEFAULT=
T_P15=
 T_P16=lead
T_P17 = x
T_P18 DEFAULT='a b'
`

// What earlier tasks have changed for a new login reaches later ones, by the login's own agent as by those of other users. The judge is a
// new login.
func TestChangedLogin(t *testing.T) {
	p, l := onLab(t, "deploy", changeLogin)
	defer l.Reset(1)
	o := p.run("site.yml", "-i", "hosts", "-e", "home=/home/deploy").exits(0).
		says(`T_A10=x   . JST, plain games, plain games, plain games, JST\n`)
	_, shown, _ := strings.Cut(o.stdout, `, JST\n`)
	shown, _, _ = strings.Cut(shown, "\"\n")
	got := strings.NewReplacer(`\n`, "\n", `\"`, `"`, `\\`, `\`).Replace(shown) + "\n"
	if want := newLogin(t, l); got != want {
		t.Errorf("tasks see\n%sa login sees\n%s", got, want)
	}
}

// newLogin gives the variables that a login finds after the files of changeLogin have been written as they were first.
func newLogin(t *testing.T, l *lab.Lab) string {
	t.Helper()
	_, rest, _ := strings.Cut(changeLogin, "-- system --\n")
	system, _, _ := strings.Cut(rest, "-- locale --\n")
	write := exec.Command("ssh", "-F", l.SSHConfig(), "deploy@h1", "sudo tee /etc/environment")
	write.Stdin = strings.NewReader(system)
	if out, err := write.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	out, err := exec.Command("ssh", "-F", l.SSHConfig(), "deploy@h1", "env | grep '^T_' | sort").Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}
