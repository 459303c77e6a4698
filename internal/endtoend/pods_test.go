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
