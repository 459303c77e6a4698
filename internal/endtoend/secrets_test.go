package endtoend

import (
	"bytes"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/goplay/goplay/internal/lab"
)

// The secrets of the run; what is known under the name is the lab's.
const (
	vaultPassword = "vault-pass-3141"
	vaultedValue  = "vaulted-value-2718"
	noLogValue    = "no-log-value-1618"
	userPassword  = "user-pass-1414"
)

// What ansible-vault made of "from_vault: " and vaultedValue with vaultPassword.
const vaultFile = `$ANSIBLE_VAULT;1.1;AES256
34326138643064336534643935643364616165663334323731373032373362326661626630626339
3236643034353832633964346266303631643564646538390a343565313066393437333331623864
39653266376335353662373666643737373832316363323364313536623730366466636634383566
3866366565363737660a613664636436373139656536613661313963333661383062316563636238
66623239643765336234666661373862373632356434313532396564333032383832
`

const secretive = `
-- ansible.cfg --
[defaults]
log_path = ./log/goplay.log
-- site.yml --
- hosts: h1
  gather_facts: true
  become: true
  vars_files: [secrets.yml]
  vars: {hidden: ` + noLogValue + `}
  tasks:
    - debug: msg="{{ from_vault | length }}"
    - command: sleep 0.5
      environment: {TOKEN: "{{ from_vault }}"}
      no_log: true
    - shell: sleep 0.5; cat > /dev/null
      args: {stdin: "{{ hidden }}"}
      no_log: true
    - copy: {content: "{{ from_vault }} {{ hidden }}", dest: /root/secret, mode: "0600"}
      no_log: true
      diff: true
    - template: {src: secret.j2, dest: /root/other, mode: "0600"}
      no_log: true
    - uri: {url: "http://127.0.0.1:9/", url_username: u, url_password: "{{ hidden }}", force_basic_auth: true, timeout: 1}
      ignore_errors: true
    - user: {name: pwuser, password_lock: false, comment: x}
    - command: echo {{ item }}
      loop: ["{{ hidden }}", "{{ from_vault }}"]
      no_log: true
      loop_control: {label: "{{ item }}"}
    - fail: msg="{{ hidden }}"
      no_log: true
      ignore_errors: true
    - debug: msg="{{ hidden.nothing }}"
      no_log: true
      ignore_errors: true
    - set_fact: {kept: "{{ from_vault }}"}
      no_log: true
    - raw: sleep 0.3
- hosts: h1
  gather_facts: false
  become: true
  tasks:
    - command: id -un
-- secret.j2 --
{{ hidden }} {{ from_vault }}
`

// watch samples the command lines and environments of all processes, of this machine and of the lab's hosts, which share its kernel.
type watch struct {
	secrets []string
	self    string
	stop    chan struct{}
	done    sync.WaitGroup
	samples int
	control bool              // the environment of the module that is meant to have a secret was seen
	seen    map[string]string // secret -> where
}

func watching(secrets ...string) *watch {
	w := &watch{secrets: secrets, self: strconv.Itoa(os.Getpid()), stop: make(chan struct{}), seen: map[string]string{}}
	w.done.Go(func() {
		for {
			select {
			case <-w.stop:
				return
			default:
				w.sample()
				time.Sleep(time.Millisecond)
			}
		}
	})
	return w
}

func (w *watch) sample() {
	w.samples++
	names, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, name := range names {
		dir := filepath.Dir(name)
		if filepath.Base(dir) == w.self {
			continue
		}
		for _, file := range []string{"cmdline", "environ"} {
			w.look(filepath.Join(dir, file))
		}
	}
}

// look reads one file of a process. The module whose environment keyword has a secret is meant to have it.
func (w *watch) look(path string) {
	data, err := os.ReadFile(path)
	if err != nil {
		return // it has ended
	}
	for _, s := range w.secrets {
		w.control = w.control || bytes.Contains(data, []byte("TOKEN="+s))
		if bytes.Contains(data, []byte(s)) && !bytes.Contains(data, []byte("TOKEN="+s)) {
			w.seen[s] = path + ": " + strings.ReplaceAll(string(data), "\x00", " ")
		}
	}
}

func (w *watch) end(t *testing.T) {
	t.Helper()
	close(w.stop)
	w.done.Wait()
	for s, where := range w.seen {
		t.Errorf("%s shows in %.600s", s, where)
	}
	if !w.control {
		t.Errorf("of %d samples none shows the module whose environment has a secret", w.samples)
	}
}

func TestSecrets(t *testing.T) {
	p, l := onLab(t, "pwuser", secretive)
	t.Cleanup(func() { _ = l.Reset(1) })
	hosts := strings.NewReplacer("ansible_password="+lab.Password, "", "ansible_become_password="+lab.Password, "").Replace(l.InventoryText("pwuser"))
	p.write("hosts", hosts)
	p.write("vault-pass", vaultPassword+"\n")
	p.write("secrets.yml", vaultFile)
	if err := os.Mkdir(filepath.Join(p.dir, "log"), 0o755); err != nil {
		t.Fatal(err)
	}
	change := l.Command(t.Context(), 1, "chpasswd")
	change.Stdin = strings.NewReader("pwuser:" + userPassword + "\n")
	if out, err := change.CombinedOutput(); err != nil {
		t.Fatalf("chpasswd: %v: %s", err, out)
	}
	w := watching(userPassword, vaultPassword, vaultedValue, noLogValue)
	o := p.answering(userPassword, "site.yml", "-i", "hosts", "-kK", "-vvvv", "--vault-password-file", "vault-pass", "--diff")
	w.end(t)
	o.exits(0).recap("h1 ok=14 failed=0 unreachable=0")
	o.never(userPassword, vaultPassword, vaultedValue, noLogValue)
	p.noSecretIn(filepath.Join(p.dir, "log"))
	for _, secret := range []string{userPassword, vaultPassword, vaultedValue, noLogValue} {
		const readable = `grep -rlF -e "$0" /tmp /var /home /root /run /dev/shm /etc 2>/dev/null | while read f; do [ "$(stat -c %a $f)" = 600 ] || echo $f; done`
		if out, _ := l.Exec(1, "sh", "-c", readable, secret); out != "" {
			t.Errorf("%s is on the target in %s", secret, out)
		}
	}
}

// noSecretIn looks into files that the run wrote.
func (p *project) noSecretIn(dir string) {
	p.t.Helper()
	found := 0
	_ = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		found++
		info, _ := d.Info()
		if info.Mode().Perm()&0o077 != 0 {
			p.t.Errorf("%s has mode %v", path, info.Mode())
		}
		data, _ := os.ReadFile(path)
		for _, s := range []string{userPassword, vaultPassword, vaultedValue, noLogValue} {
			if bytes.Contains(data, []byte(s)) {
				p.t.Errorf("%s is in %s", s, path)
			}
		}
		return nil
	})
	if found == 0 {
		p.t.Errorf("%s is empty", dir)
	}
}

// answering runs goplay without a terminal, so that it reads the passwords from standard input, which gives the answer to each question.
func (p *project) answering(answer string, args ...string) *outcome {
	p.t.Helper()
	cmd := exec.Command("setsid", append([]string{"-w", binary}, args...)...)
	whole := p.command(args...)
	cmd.Dir, cmd.Env = whole.Dir, whole.Env
	r, w := io.Pipe()
	cmd.Stdin = r
	go func() { _, _ = io.WriteString(w, answer+"\n"+answer+"\n"); _ = w.Close() }()
	return p.finish(cmd)
}
