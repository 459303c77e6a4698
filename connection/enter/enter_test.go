package enter

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/goplay/goplay/connection"
)

// TestEntries has the command lines that the plugins run, with standard input kept open.
func TestEntries(t *testing.T) {
	for _, c := range []struct {
		name    string
		options given
		want    string
	}{
		{"docker", given{"remote_addr": "c1"}, "docker exec -i @TTY@ c1 /bin/sh -c"},
		{"community.docker.docker", given{
			"remote_addr": "my box", "docker_extra_args": "--tls -H 'tcp://a b'", "remote_user": "bob", "working_dir": "/tmp", "privileged": "True",
			"extra_env": "A=b c;D=$e",
		}, "docker --tls -H 'tcp://a b' exec -i @TTY@ -u bob -e 'A=b c' -e 'D=$e' -w /tmp --privileged 'my box' /bin/sh -c"},
		{"mitogen_docker", given{"remote_addr": "c1", "mitogen_docker_path": "/opt/docker"}, "/opt/docker exec -i @TTY@ c1 /bin/sh -c"},
		{
			"containers.podman.podman",
			given{"remote_addr": "c1", "podman_executable": "podman", "podman_extra_args": "--remote", "remote_user": "1000"},
			"podman --remote exec -i @TTY@ --user 1000 c1 /bin/sh -c",
		},
		{"podman", given{"remote_addr": "c1", "podman_executable": "/opt/podman"}, "/opt/podman exec -i @TTY@ c1 /bin/sh -c"},
		{"buildah", given{"remote_addr": "b1", "remote_user": "bob"}, "buildah run @TTY@ --user bob b1 -- /bin/sh -c"},
		{"lxc", given{"remote_addr": "l1", "executable": "/bin/bash"}, "lxc-attach -n l1 -- /bin/bash -c"},
		{
			"community.general.lxd",
			given{"remote_addr": "x1", "remote": "far", "project": "p", "remote_user": "bob", "lxd_become_method": "/bin/su"},
			"lxc --project p exec @TTY@ far:x1 -- /bin/su bob -c",
		},
		{"community.general.incus", given{"remote_addr": "i1", "remote": "local", "remote_user": "root"}, "incus exec @TTY@ local:i1 -- /bin/sh -c"},
		{"kubectl", given{"inventory_hostname": "pod1"}, "kubectl exec -i @TTY@ pod1 -- /bin/sh -c"},
		{"kubernetes.core.kubectl", given{
			"kubectl_pod": "pod1", "kubectl_container": "app", "kubectl_namespace": "ns", "kubectl_kubeconfig": "/k/c", "kubectl_context": "ctx",
			"kubectl_host": "https://h", "kubectl_username": "u", "kubectl_password": "p w", "kubectl_token": "tok", "client_cert": "/c", "client_key": "/k",
			"ca_cert": "/ca", "validate_certs": "false", "kubectl_extra_args": "--v=3 -q", "kubectl_local_env_vars": "HTTPS_PROXY=x",
		}, "env HTTPS_PROXY=x kubectl -n ns --kubeconfig /k/c --context ctx --server https://h --username u --password 'p w' --token tok --client-certificate /c " +
			"--client-key /k --certificate-authority /ca --insecure-skip-tls-verify=true --v=3 -q exec -i @TTY@ pod1 -c app -- /bin/sh -c"},
		{"oc", given{"oc_pod": "pod1", "oc_namespace": "ns", "oc_token": "tok"}, "oc -n ns --token tok exec -i @TTY@ pod1 -- /bin/sh -c"},
		{"chroot", given{"remote_addr": "/srv/root", "chroot_exe": "chroot"}, "chroot /srv/root /bin/sh -c"},
		{"jail", given{"remote_addr": "j1", "remote_user": "bob"}, "jexec -U bob j1 /bin/sh -c"},
		{"community.docker.nsenter", given{"nsenter_pid": "7"}, "nsenter --ipc --mount --net --pid --uts --preserve-credentials --target=7 -- /bin/sh -c"},
		{
			"mitogen_setns",
			given{"remote_addr": "c1", "mitogen_kind": "docker"},
			`/bin/sh -c 'n=$1 p=$(docker inspect --format '"'"'{{.State.Pid}}'"'"' "$n") && exec nsenter --target "$p" --mount --uts --ipc --net --pid --root --wd -- /bin/sh -c "$2"' enter c1`,
		},
	} {
		_, kind := Find(c.name)
		if kind == nil {
			t.Errorf("there is no %s", c.name)
			continue
		}
		got, err := kind.Entry(c.options)
		if diff := cmp.Diff(c.want, got); diff != "" || err != nil {
			t.Errorf("%s: %v\n%s", c.name, err, diff)
		}
	}
}

func TestFind(t *testing.T) {
	for _, name := range []string{"incus", "nsenter", "setns", "community.general.docker", "ssh", "local", "", "mitogen_", "mitogen_ssh"} {
		if short, kind := Find(name); kind != nil {
			t.Errorf("%q is taken for %s", name, short)
		}
	}
}

func TestWrongKind(t *testing.T) {
	_, kind := Find("mitogen_setns")
	_, err := kind.Entry(given{"mitogen_kind": "vm"})
	if err == nil || err.Error() != "mitogen_kind must be one of docker, incus, lxc, lxd, machinectl, podman, not 'vm'" {
		t.Error(err)
	}
}

func TestLine(t *testing.T) {
	got := Line(connection.Target{Entry: "docker exec -i @TTY@ c1 /bin/sh -c"}, "echo 'x'")
	if want := `docker exec -i  c1 /bin/sh -c 'echo '"'"'x'"'"''`; got != want {
		t.Error(cmp.Diff(want, got))
	}
}

func TestReady(t *testing.T) {
	_, docker := Find("docker")
	if err := docker.Ready(given{"mitogen_docker_path": "no-docker"}); err == nil || err.Error() != "no-docker command not found in PATH" {
		t.Error(err)
	}
	_, chroot := Find("chroot")
	for _, c := range []struct{ root, exe, want string }{
		{"/nonexistent", "chroot", "/nonexistent is not a directory"},
		{t.TempDir(), "chroot", "bin/sh'"},
		{"/", "/no/chroot", "[Errno 2] No such file or directory: b'/no/chroot'"},
		{"/", "no-chroot", `Failed to find required executable "no-chroot" in paths: `},
	} {
		err := chroot.Ready(given{"remote_addr": c.root, "chroot_exe": c.exe, "disable_root_check": "True"})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.root, err, c.want)
		}
	}
	if err := chroot.Ready(given{"remote_addr": "/", "chroot_exe": "sh", "disable_root_check": "True"}); err != nil {
		t.Error(err)
	}
}
