package endtoend

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

const hello = `
-- site.yml --
- hosts: all
  gather_facts: false
  tasks:
    - ping:
    - command: echo hello
`

func TestPlaybooksThatCannotBeRead(t *testing.T) {
	p := newProject(t, hello)
	if err := os.Mkdir(filepath.Join(p.dir, "folder"), 0o755); err != nil {
		t.Fatal(err)
	}
	p.run("folder", "-i", "hosts").exits(1).complains("[ERROR]: the playbook: folder does not appear to be a file")
	p.run("nowhere.yml", "-i", "hosts").exits(1).complains("[ERROR]: the playbook: nowhere.yml could not be found")
	p.run("site.yml", "nowhere.yml", "-i", "hosts").exits(1).never("TASK")
}

// asNobody runs goplay as a user who may read the project but not write anywhere.
func (p *project) asNobody(args ...string) *exec.Cmd {
	if os.Geteuid() != 0 {
		p.t.Skip("not root: cannot run as another user")
	}
	for dir := p.dir; dir != "/" && dir != os.TempDir(); dir = filepath.Dir(dir) {
		if err := os.Chmod(dir, 0o755); err != nil {
			p.t.Fatal(err)
		}
	}
	for _, name := range []string{"site.yml", "hosts"} {
		_ = os.Chmod(filepath.Join(p.dir, name), 0o644)
	}
	cmd := p.command(args...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	return cmd
}

func TestUnreadablePlaybook(t *testing.T) {
	p := newProject(t, hello)
	site := p.write("secret.yml", "[]")
	p.finish(p.asNobody("secret.yml", "-i", "hosts")).exits(4).
		complains("[ERROR]: An error occurred while trying to read the file '" + site + "': [Errno 13] Permission denied: '" + site + "'")
}

func TestMissingInventory(t *testing.T) {
	p := newProject(t, hello)
	p.run("site.yml", "-i", "nowhere").exits(0).says("skipping: no hosts matched").
		complains("Unable to parse "+p.dir+"/nowhere as an inventory source", "No inventory was parsed, only implicit localhost is available")
}

func TestBrokenSettings(t *testing.T) {
	for text, says := range map[string][]string{
		"[defaults\nforks=1\n":          {"Error reading config file", "File contains no section headers.", "ansible.cfg:1"},
		"[defaults]\nforks = many\n":    {"Config 'DEFAULT_FORKS'", "Invalid value provided for 'integer': 'many'", "ansible.cfg:2"},
		"[defaults]\nforks 5\n=\n":      {"Error reading config file", "ansible.cfg"},
		"[defaults]\na=1\n[defaults]\n": {"Error reading config file", "ansible.cfg"},
	} {
		p := newProject(t, hello)
		p.write("ansible.cfg", text)
		p.run("site.yml", "-i", "hosts").exits(5).complains(says...).never("PLAY")
	}
}

// Where nothing can be written goplay still runs: it needs no folder of its own on the controller.
func TestNowhereToWrite(t *testing.T) {
	p := newProject(t, hello)
	for _, env := range [][]string{{"HOME=/proc/nowhere"}, {"HOME=", "TMPDIR=/proc/nowhere"}, {"HOME=/proc/nowhere", "TMPDIR=/proc/nowhere"}} {
		p.env = env
		p.run("site.yml", "-i", "hosts").exits(0).recap("here ok=2 failed=0")
		p.finish(p.asNobody("site.yml", "-i", "hosts")).exits(0).recap("here ok=2 failed=0")
	}
	cmd := p.command("site.yml", "-i", "hosts")
	cmd.Env = []string{"PATH=" + os.Getenv("PATH")}
	p.finish(cmd).exits(0).recap("here ok=2 failed=0")
}

// A log that cannot be written is told, and the run goes on.
func TestLostLog(t *testing.T) {
	p := newProject(t, hello)
	p.env = []string{"ANSIBLE_LOG_PATH=/proc/nowhere/log"}
	p.run("site.yml", "-i", "hosts").exits(0).complains("[WARNING]: log file at '/proc/nowhere/log' is not writeable and we cannot create it, aborting")
	p.env = []string{"ANSIBLE_LOG_PATH=/dev/full"}
	o := p.run("site.yml", "-i", "hosts").exits(0).complains("the log file is not complete", "no space left on device")
	if n := strings.Count(o.stderr, "not complete"); n != 1 {
		t.Errorf("told %d times, want once\n%s", n, o)
	}
}

func TestUnknownPlugins(t *testing.T) {
	for _, row := range []struct {
		env, arg string
		exit     int
		says     string
	}{
		{"ANSIBLE_STDOUT_CALLBACK=nosuch", "-v", 1, "[ERROR]: Could not load 'nosuch' callback plugin."},
		{"ANSIBLE_CALLBACKS_ENABLED=nosuch", "-v", 0, "[WARNING]: Skipping callback plugin 'nosuch', unable to load"},
		{"ANSIBLE_STRATEGY=nosuch", "-v", 1, "[ERROR]: Invalid play strategy specified: nosuch"},
		{"X=", "-eansible_connection=nosuch", 2, "[ERROR]: Task failed: the connection plugin 'nosuch' was not found"},
		{"ANSIBLE_BECOME_METHOD=nosuch", "-b", 2, "[ERROR]: Task failed: Invalid become method specified, could not find matching plugin: 'nosuch'"},
	} {
		t.Run(row.env+row.arg, func(t *testing.T) {
			p := newProject(t, hello)
			p.env = []string{row.env}
			o := p.run("site.yml", "-i", "hosts", row.arg).exits(row.exit)
			if !strings.Contains(o.stdout+o.stderr, row.says) {
				t.Errorf("%q is missing in\n%s", row.says, o)
			}
		})
	}
}
