package action

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/modules"
	"github.com/goplay/goplay/templating/value"
)

// synchronize runs the module of its name where the files are, or are to be: on this machine, or on the host that the task is delegated to.
// The other end is the task's host, which rsync reaches by itself.
func synchronize(ctx context.Context, c *modules.Call) (*value.Dict, error) {
	if c.Args.Get("src") == nil || c.Args.Get("dest") == nil {
		return modules.Fail("synchronize requires both src and dest parameters are set"), nil
	}
	s := &syncing{Call: c, args: c.Args.Clone(), far: "dest", near: "src"}
	if str(c, "mode") == "pull" {
		s.far, s.near = "src", "dest"
	}
	var err error
	if s.reach, err = c.Reach(); err != nil {
		return nil, err
	}
	if !s.oneHost() && !s.reaches() {
		return modules.Fail(fmt.Sprintf("synchronize uses rsync to function. rsync needs to connect to the remote host via ssh, docker client or a direct "+
			"filesystem copy. This remote host is being accessed via %s instead so it cannot work.", plugin(c.Transport))), nil
	}
	if err := s.prepare(); err != nil {
		return nil, err
	}
	return c.Module(ctx, "ansible.posix.synchronize", s.args)
}

// syncing is one call of rsync.
type syncing struct {
	*modules.Call
	reach modules.Reach
	args  *value.Dict
	// far and near are the names of the arguments with the path at the task's host, and with the one where rsync starts.
	far, near string
}

func (s *syncing) prepare() error {
	program := "rsync"
	if own := s.variable("ansible_rsync_path"); own != "" {
		program = own
	}
	s.args.Set("_local_rsync_path", value.String(program))
	if password := s.password(); password != "" {
		s.args.Set("_local_rsync_password", value.String(password))
	}
	s.sshOptions()
	s.place(s.near)
	if s.oneHost() {
		s.place(s.far)
		return nil
	}
	s.nameHost()
	return s.toHost()
}

// oneHost tells whether both ends are on one machine, so that rsync needs no line.
func (s *syncing) oneHost() bool {
	if s.Delegate == "" {
		return s.Transport == "local"
	}
	return s.Delegate == s.Host || s.Transport == "local" && isLocal(s.reach.Host) || s.Transport != "local" && s.reach.Host == s.Address
}

func isLocal(host string) bool {
	return slices.Contains([]string{"localhost", "127.0.0.1", "::1"}, host)
}

// place makes the path of an end on this side an absolute one, as it is found beside the playbook and the role. One that names a host stays.
func (s *syncing) place(arg string) {
	path := str(s.Call, arg)
	if strings.Contains(path, ":") || filepath.IsAbs(path) {
		return
	}
	if strings.HasPrefix(path, "~") {
		s.args.Set(arg, value.String(expandUser(path)))
		return
	}
	s.args.Set(arg, value.String(s.found(path)))
}

// found gives where a relative path leads. One below a folder "files" stays as it is written: its end tells rsync whether a folder is meant or what is in it.
func (s *syncing) found(path string) string {
	for _, dir := range append(slices.Clone(s.Dirs), s.PlaybookDir) {
		for _, p := range []string{filepath.Join(dir, "files") + "/" + path, withSlash(filepath.Join(dir, path), path)} {
			if _, err := os.Stat(p); err == nil {
				return p
			}
		}
	}
	return withSlash(filepath.Join(s.PlaybookDir, path), path)
}

// nameHost puts the task's host, and the user there, before the path at the far end.
func (s *syncing) nameHost() {
	path := str(s.Call, s.far)
	if strings.HasPrefix(path, "rsync://") {
		return
	}
	if !strings.Contains(path, ":") {
		host := s.reach.Host
		if strings.Contains(host, ":") {
			host = "[" + host + "]"
		}
		path = host + ":" + path
	}
	if user := s.user(); user != "" && !s.inContainer() && !strings.Contains(path, "@") {
		path = user + "@" + path
	}
	s.args.Set(s.far, value.String(path))
}

// toHost tells rsync how the task's host is entered, and as whom it runs there.
func (s *syncing) toHost() error {
	if s.reach.BecomeMethod == "sudo" && s.args.Get("rsync_path") == nil && !(s.inContainer() && s.Transport != "buildah") {
		s.args.Set("rsync_path", value.String("sudo -u "+s.reach.Become+" rsync"))
	}
	if s.Delegate != "" {
		return nil
	}
	if s.inContainer() {
		s.args.Set("rsync_opts", s.containerOptions())
	}
	return s.Here()
}

// plugin is what a connection plugin calls itself.
func plugin(transport string) string {
	switch transport {
	case "kubectl", "oc", "winrm", "psrp":
		return transport
	}
	return "community.general." + transport
}

// reaches tells whether rsync has a way to the host.
func (s *syncing) reaches() bool { return s.Delegate != "" || s.Transport == "ssh" || s.inContainer() }

// inContainer tells whether a container's program leads to the host.
func (s *syncing) inContainer() bool {
	return s.Delegate == "" && slices.Contains([]string{"docker", "podman", "buildah"}, s.Transport)
}

// containerOptions are rsync's options with those that enter a container.
func (s *syncing) containerOptions() value.Value {
	words := []string{s.Transport}
	switch s.Transport {
	case "docker":
		if path, err := exec.LookPath("docker"); err == nil {
			words[0] = path
		}
		words = append(s.with(words, "ansible_docker_extra_args"), "exec")
	case "podman":
		if program := s.variable("ansible_podman_executable"); program != "" {
			words[0] = program
		}
		words = append(s.with(words, "ansible_podman_extra_args"), "exec")
	case "buildah":
		words = append(words, "run", "--")
	}
	if s.Transport != "buildah" {
		user := s.user()
		if s.reach.Become != "" {
			user = s.reach.Become
		}
		if user != "" {
			words = append(words, "-u", user)
		}
		words = append(words, "-i")
	}
	options := &value.List{Elems: slices.Clone(list(s.args.Get("rsync_opts")))}
	options.Append(value.String("--blocking-io"))
	options.Append(value.String("--rsh=" + source.ShellQuote(strings.Join(words, " "))))
	return options
}

// with adds a variable's words.
func (s *syncing) with(words []string, variable string) []string {
	return append(words, strings.Fields(s.variable(variable))...)
}

// sshOptions sets those of ssh that the task does not give.
func (s *syncing) sshOptions() {
	if v := s.args.Get("use_ssh_args"); v != nil && v.Truth() {
		s.args.Set("_ssh_args", value.String(s.reach.SSHArgs))
	}
	s.args.Delete("use_ssh_args")
	if s.args.Get("private_key") == nil && s.reach.PrivateKeyFile != "" {
		s.args.Set("private_key", value.String(expandUser(s.reach.PrivateKeyFile)))
	}
	if s.args.Get("dest_port") == nil {
		s.args.Set("dest_port", s.port())
	}
}

func (s *syncing) port() value.Value {
	if s.Delegate == "" && s.reach.Port != 0 {
		return value.Int(s.reach.Port)
	}
	for _, name := range []string{"ansible_port", "ansible_ssh_port"} {
		if port := s.variable(name); port != "" {
			return value.String(port)
		}
	}
	return value.None
}

// user is who logs in at the far end, where the task does not leave that to ssh.
func (s *syncing) user() string {
	if !loose(s.Call, "set_remote_user", true) {
		return ""
	}
	if user := s.variable("ansible_user"); user != "" {
		return user
	}
	return s.variable("ansible_ssh_user")
}

func (s *syncing) password() string {
	for _, name := range []string{"ansible_password", "ansible_ssh_pass", "ansible_ssh_password"} {
		if password := s.variable(name); password != "" {
			return password
		}
	}
	return s.reach.Password
}

// variable gives the text of one of the task's variables, "" for one that it does not have.
func (s *syncing) variable(name string) string {
	v, ok, err := s.Vars.Variable(name)
	if !ok || err != nil || v == value.None || v == value.Omit {
		return ""
	}
	return v.String()
}
