package enter

import (
	"strings"

	"github.com/goplay/goplay/internal/source"
)

// kinds by their short names. The command lines are those that the plugins run, with standard input kept open.
var kinds = map[string]*Kind{
	"docker":  {Plugin: "community.docker.docker", Program: "docker", path: "mitogen_docker_path", apart: true, words: docker},
	"podman":  {Plugin: "containers.podman.podman", Program: "podman", named: func(o Options) string { return o.Str("podman_executable") }, path: "mitogen_podman_path", apart: true, words: podman},
	"buildah": {Plugin: "containers.podman.buildah", Program: "buildah", path: "mitogen_buildah_path", apart: true, words: buildah},
	"lxc":     {Plugin: "community.general.lxc", Program: "lxc-attach", path: "mitogen_lxc_attach_path", apart: true, words: lxc},
	"lxd":     {Plugin: "community.general.lxd", Program: "lxc", path: "mitogen_lxc_path", apart: true, words: lxd},
	"incus":   {Plugin: "community.general.incus", Program: "incus", path: "mitogen_incus_path", apart: true, words: incus},
	"kubectl": {Plugin: "kubernetes.core.kubectl", Program: "kubectl", path: "mitogen_kubectl_path", apart: true, words: kubectl},
	"oc":      {Plugin: "community.okd.oc", Program: "oc", apart: true, words: oc},
	"chroot":  {Plugin: "community.general.chroot", words: chroot, ready: chrootReady},
	"jail":    {Plugin: "community.general.jail", Program: "jexec", words: jail},
	"nsenter": {Plugin: "community.docker.nsenter", Program: "nsenter", words: nsenter},
	"setns":   {Program: "nsenter", words: setns, valid: validSetns},
	// Mitogen enters machines of systemd by their namespaces.
	"machinectl": {Program: "nsenter", words: func(o Options, program string) []string { return namespaces(o, program, "machinectl") }},
}

// flag gives an option's name and value where it has one.
func flag(name, value string) []string {
	if value == "" {
		return nil
	}
	return []string{name, value}
}

// more are the words of an option that has several, as a shell parts them.
func more(text string) []string {
	words, err := source.ShellWords(text)
	if err != nil {
		return strings.Fields(text) // a quote that does not end
	}
	return words
}

func join(parts ...[]string) (words []string) {
	for _, p := range parts {
		words = append(words, p...)
	}
	return words
}

// shell runs what follows.
func shell(o Options) []string {
	if program := o.Str("executable"); program != "" {
		return []string{program, "-c"}
	}
	return []string{"/bin/sh", "-c"}
}

func docker(o Options, program string) []string {
	words := join([]string{program}, more(o.Str("docker_extra_args")), []string{"exec", "-i", asWritten + terminal}, flag("-u", o.Str("remote_user")))
	for _, pair := range o.Pairs("extra_env") {
		words = append(words, "-e", pair)
	}
	words = append(words, flag("-w", o.Str("working_dir"))...)
	if o.Str("privileged") == "True" {
		words = append(words, "--privileged")
	}
	return append(words, o.Str("remote_addr"), "/bin/sh", "-c")
}

func podman(o Options, program string) []string {
	return join([]string{program}, more(o.Str("podman_extra_args")), []string{"exec", "-i", asWritten + terminal}, flag("--user", o.Str("remote_user")),
		[]string{o.Str("remote_addr"), "/bin/sh", "-c"})
}

func buildah(o Options, program string) []string {
	return join([]string{program, "run", asWritten + terminal}, flag("--user", o.Str("remote_user")), []string{o.Str("remote_addr"), "--", "/bin/sh", "-c"})
}

func lxc(o Options, program string) []string {
	return join([]string{program, "-n", o.Str("remote_addr"), "--"}, shell(o))
}

func lxd(o Options, program string) []string { return lxdLike(o, program, o.Str("lxd_become_method")) }

func incus(o Options, program string) []string {
	return lxdLike(o, program, o.Str("incus_become_method"))
}

// lxdLike enters as root, from where su leads to another user.
func lxdLike(o Options, program, become string) []string {
	name := o.Str("remote_addr")
	if remote := o.Str("remote"); remote != "" {
		name = remote + ":" + name
	}
	words := join([]string{program}, flag("--project", o.Str("project")), []string{"exec", asWritten + terminal, name, "--"})
	if user := o.Str("remote_user"); user != "" && user != "root" {
		return append(words, become, user, "-c")
	}
	return join(words, shell(o))
}

func kubectl(o Options, program string) []string {
	flags := join(
		flag("-n", o.Str("kubectl_namespace")), flag("--kubeconfig", o.Str("kubectl_kubeconfig")), flag("--context", o.Str("kubectl_context")),
		flag("--server", o.Str("kubectl_host")), flag("--username", o.Str("kubectl_username")), flag("--password", o.Str("kubectl_password")),
		flag("--token", o.Str("kubectl_token")), certificates(o), more(o.Str("kubectl_extra_args")),
	)
	return pod{o.Str("kubectl_pod"), o.Str("kubectl_container"), o.Pairs("kubectl_local_env_vars")}.words(o, program, flags)
}

func oc(o Options, program string) []string {
	flags := join(
		flag("-n", o.Str("oc_namespace")), flag("--kubeconfig", o.Str("oc_kubeconfig")), flag("--context", o.Str("oc_context")),
		flag("--server", o.Str("oc_host")), flag("--token", o.Str("oc_token")), certificates(o), more(o.Str("oc_extra_args")),
	)
	return pod{o.Str("oc_pod"), o.Str("oc_container"), o.Pairs("oc_local_env_vars")}.words(o, program, flags)
}

func certificates(o Options) []string {
	words := join(flag("--client-certificate", o.Str("client_cert")), flag("--client-key", o.Str("client_key")), flag("--certificate-authority", o.Str("ca_cert")))
	switch strings.ToLower(o.Str("validate_certs")) {
	case "false", "no", "0", "off":
		words = append(words, "--insecure-skip-tls-verify=true")
	}
	return words
}

// pod is where kubectl and oc lead to. Without a name it has the host's.
type pod struct {
	name, container string
	env             []string // of the program
}

func (p pod) words(o Options, program string, flags []string) []string {
	if p.name == "" {
		p.name = o.Variable("inventory_hostname")
	}
	var env []string
	if len(p.env) > 0 {
		env = append([]string{"env"}, p.env...)
	}
	return join(env, []string{program}, flags, []string{"exec", "-i", asWritten + terminal, p.name}, flag("-c", p.container), []string{"--", "/bin/sh", "-c"})
}

func chroot(o Options, _ string) []string {
	return join([]string{o.Str("chroot_exe"), o.Str("remote_addr")}, shell(o))
}

func jail(o Options, program string) []string {
	return join([]string{program}, flag("-U", o.Str("remote_user")), []string{o.Str("remote_addr"), "/bin/sh", "-c"})
}

func nsenter(o Options, program string) []string {
	return []string{
		program, "--ipc", "--mount", "--net", "--pid", "--uts", "--preserve-credentials", "--target=" + o.Str("nsenter_pid"), "--", "/bin/sh", "-c",
	}
}
