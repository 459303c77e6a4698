package endtoend

import (
	"os"
	"strings"
	"testing"
)

// pods has a program that does what `kubectl exec` does, on this machine, and notes its arguments.
const pods = `
-- bin/kubectl --
#!/bin/sh
echo "$* env=$EXTRA" | head -n 1 >> "$HOME/log"
while [ "$1" != -- ]; do [ "$1" = exec ] && found=yes; pod=$1; shift; done
[ "$found" = yes ] || exit 1
[ "$pod" != gone ] || { echo 'Error from server (NotFound): pods "gone" not found' >&2; exit 1; }
shift
exec "$@"
-- hosts --
web ansible_connection=kubernetes.core.kubectl ansible_kubectl_namespace=prod ansible_kubectl_local_env_vars='{"EXTRA": "a b"}'
gone ansible_connection=kubectl
[all:vars]
ansible_python_interpreter=/usr/bin/python3
-- where.sh --
echo "script $1"
-- site.yml --
- hosts: all
  gather_facts: false
  tasks:
    - command: cat
      args: {stdin: "through the pod"}
      register: r
    - debug: var=r.stdout
    - copy: {content: "{{ 'x' * 300000 }}", dest: "{{ lookup('env', 'HOME') }}/big"}
    - stat: path={{ lookup('env', 'HOME') }}/big
      register: s
    - debug: msg="{{ s.stat.size }} bytes"
    - script: where.sh ran
      register: r
    - debug: var=r.stdout_lines
`

func TestPods(t *testing.T) {
	p := newProject(t, pods)
	if err := os.Chmod(p.dir+"/bin/kubectl", 0o755); err != nil {
		t.Fatal(err)
	}
	p.env = append(p.env, "PATH="+p.dir+"/bin:"+os.Getenv("PATH"))
	p.run("site.yml", "-i", "hosts").exits(4).
		says("through the pod", "300000 bytes", "script ran", "fatal: [gone]: UNREACHABLE!",
			`Failed to connect to the host via kubectl: Error from server (NotFound): pods \"gone\" not found`).
		recap("web ok=7 unreachable=0 failed=0", "gone ok=0 unreachable=1")
	log, err := os.ReadFile(p.dir + "/home/log")
	if err != nil {
		t.Fatal(err)
	}
	const want = "-n prod exec -i web -- /bin/sh -c "
	if lines := strings.Count(string(log), want); lines != 2 {
		t.Errorf("kubectl ran %d times for web, want once for the agent and once for the script:\n%s", lines, log)
	}
}

// TestBecomeTimeouts has a become program that never gets on, and waits for it as long as the connection's option says.
func TestBecomeTimeouts(t *testing.T) {
	p := newProject(t, `
-- bin/docker --
#!/bin/sh
while [ "$1" != box ]; do shift; done
shift
exec "$@"
-- bin/slowly --
#!/bin/sh
exec sleep 30
-- hosts --
here ansible_connection=local ansible_local_become_success_timeout=1
box ansible_connection=community.docker.docker ansible_docker_timeout=1
[all:vars]
ansible_python_interpreter=/usr/bin/python3
ansible_become_exe=slowly
-- site.yml --
- hosts: all
  gather_facts: false
  become: true
  become_user: nobody
  tasks:
    - ping:
      ignore_unreachable: true
    - raw: id
`)
	for _, program := range []string{"docker", "slowly"} {
		if err := os.Chmod(p.dir+"/bin/"+program, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	p.env = append(p.env, "PATH="+p.dir+"/bin:"+os.Getenv("PATH"))
	o := p.run("site.yml", "-i", "hosts").exits(4).recap("here ok=1 unreachable=1", "box ok=1 unreachable=1")
	for text, times := range map[string]int{
		"fatal: [here]: UNREACHABLE! => {\"changed\": false, \"msg\": \"Task failed: Timed out waiting for become success.":               2,
		"fatal: [box]: UNREACHABLE! => {\"changed\": false, \"msg\": \"Task failed: Timeout (1s) waiting for privilege escalation prompt": 2,
	} {
		if got := strings.Count(o.stdout, text); got != times {
			t.Errorf("%d times %q\n%s", got, text, o)
		}
	}
}
