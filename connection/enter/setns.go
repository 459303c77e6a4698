package enter

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// leaders print the process number of what runs in a container, by the kinds of Mitogen's variable mitogen_kind.
var leaders = map[string]struct{ path, program, arguments string }{
	"docker":     {"mitogen_docker_path", "docker", "inspect --format '{{.State.Pid}}' \"$n\""},
	"podman":     {"mitogen_podman_path", "podman", "inspect --format '{{.State.Pid}}' \"$n\""},
	"lxc":        {"mitogen_lxc_info_path", "lxc-info", "--name \"$n\" --pid --no-humanize"},
	"lxd":        {"mitogen_lxc_path", "lxc", "info \"$n\" | sed -n 's/^P[Ii][Dd]: *//p'"},
	"incus":      {"mitogen_incus_path", "incus", "info \"$n\" | sed -n 's/^P[Ii][Dd]: *//p'"},
	"machinectl": {"mitogen_machinectl_path", "machinectl", "show --property Leader --value \"$n\""},
}

// setns enters by the namespaces of what runs in a container, as Mitogen's plugin of that name does.
func setns(o Options, program string) []string {
	return namespaces(o, program, o.Variable("mitogen_kind"))
}

func namespaces(o Options, program, kind string) []string {
	leader := leaders[kind]
	tool := leader.program
	if named := o.Variable(leader.path); named != "" {
		tool = named
	}
	script := "n=$1 p=$(" + quote(tool) + " " + leader.arguments + ") && exec " + quote(program) +
		` --target "$p" --mount --uts --ipc --net --pid --root --wd -- /bin/sh -c "$2"`
	return []string{"/bin/sh", "-c", script, "enter", o.Str("remote_addr")}
}

func validSetns(o Options) error {
	if kind := o.Variable("mitogen_kind"); leaders[kind].program == "" {
		return fmt.Errorf("mitogen_kind must be one of %s, not '%s'", strings.Join(slices.Sorted(maps.Keys(leaders)), ", "), kind)
	}
	return nil
}
