package lab

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/crypto/ssh"
)

// keyUsers may log in with the lab's key; the numbers are those of the base.
var keyUsers = []struct {
	home string
	uid  int
}{{"root", 0}, {"home/deploy", 1000}, {"home/plain", 1002}}

// writeFiles makes what lies outside the hosts (key, known_hosts, ssh_config) and the
// layer between the base and each host: what is this lab's, but the same on all its hosts.
func (l *Lab) writeFiles(n int) error {
	if err := os.Chmod(l.dir, 0o755); err != nil {
		return err
	}
	public, err := newKey(filepath.Join(l.dir, "id_ed25519"))
	if err != nil {
		return err
	}
	hostKey, err := newKey(filepath.Join(l.dir, "hostkey"))
	if err != nil {
		return err
	}
	return errors.Join(
		l.write("holder.sh", holderScript),
		l.write("boot.sh", bootScript),
		l.write("known_hosts", l.knownHosts(n, strings.TrimSpace(hostKey))),
		l.write("ssh_config", l.sshConfig(n)),
		l.writeLayer(n, public),
	)
}

func (l *Lab) writeLayer(n int, public string) error {
	private, err := os.ReadFile(filepath.Join(l.dir, "hostkey"))
	if err != nil {
		return err
	}
	resolv, _ := os.ReadFile("/etc/resolv.conf") // a machine without one resolves nothing
	err = errors.Join(
		l.write("layer/etc/hosts", l.etcHosts(n)),
		l.write("layer/etc/resolv.conf", string(resolv)),
		l.write("layer/etc/apt/apt.conf.d/91lab-proxy", fmt.Sprintf("Acquire::http::Proxy \"http://%s\";\n", l.apt.address)),
		l.write("layer/etc/ssh/ssh_host_ed25519_key", string(private)),
		os.Chmod(filepath.Join(l.dir, "layer/etc/ssh/ssh_host_ed25519_key"), 0o600),
	)
	for _, user := range keyUsers {
		err = errors.Join(err, l.authorize(user.home, user.uid, public))
	}
	return err
}

// authorize puts the lab's public key into a home folder, which keeps the base's mode.
func (l *Lab) authorize(home string, uid int, public string) error {
	folder := filepath.Join("layer", home, ".ssh")
	if err := l.write(filepath.Join(folder, "authorized_keys"), public); err != nil {
		return err
	}
	base, err := os.Stat(filepath.Join(l.base, home))
	if err != nil {
		return err
	}
	err = errors.Join(
		os.Chmod(filepath.Join(l.dir, "layer", home), base.Mode().Perm()),
		os.Chmod(filepath.Join(l.dir, folder), 0o700),
	)
	for _, path := range []string{"", ".ssh", ".ssh/authorized_keys"} {
		err = errors.Join(err, os.Chown(filepath.Join(l.dir, "layer", home, path), uid, uid))
	}
	return err
}

// write makes a file of the lab's folder, readable by all.
func (l *Lab) write(name, text string) error {
	path := filepath.Join(l.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(text), 0o644)
}

// newKey writes an OpenSSH private key and returns its public line.
func newKey(path string) (string, error) {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return "", err
	}
	block, err := ssh.MarshalPrivateKey(private, "")
	if err != nil {
		return "", err
	}
	key, err := ssh.NewPublicKey(public)
	if err != nil {
		return "", err
	}
	line := string(ssh.MarshalAuthorizedKey(key))
	return line, errors.Join(
		os.WriteFile(path, pem.EncodeToMemory(block), 0o600),
		os.WriteFile(path+".pub", []byte(line), 0o644),
	)
}

func (l *Lab) knownHosts(n int, hostKey string) string {
	var text strings.Builder
	for i := 1; i <= n; i++ {
		for _, address := range []string{l.block.host(i), l.block.delayed(i)} {
			if l.block.port != 22 {
				address = fmt.Sprintf("[%s]:%d", address, l.block.port)
			}
			fmt.Fprintln(&text, address, hostKey)
		}
	}
	return text.String()
}

func (l *Lab) sshConfig(n int) string {
	var text strings.Builder
	for i := 1; i <= n; i++ {
		fmt.Fprintf(&text, "Host %s\n  HostName %s\n  Port %d\n", hostName(i), l.block.host(i), l.block.port)
	}
	fmt.Fprintf(&text, "Host *\n  User deploy\n  IdentityFile %s\n  IdentitiesOnly yes\n  UserKnownHostsFile %s\n  GlobalKnownHostsFile /dev/null\n",
		l.Key(), l.KnownHosts())
	return text.String()
}

func (l *Lab) etcHosts(n int) string {
	text := "127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n"
	for i := 1; i <= n; i++ {
		text += fmt.Sprintf("%s %s.lab.test %s\n", l.block.host(i), hostName(i), hostName(i))
	}
	return text
}

// Key returns the path of the private key for root, deploy and plain.
func (l *Lab) Key() string { return filepath.Join(l.dir, "id_ed25519") }

// KnownHosts returns the path of a known_hosts file with the hosts' keys.
func (l *Lab) KnownHosts() string { return filepath.Join(l.dir, "known_hosts") }

// SSHConfig returns the path of a client configuration for OpenSSH's programs.
func (l *Lab) SSHConfig() string { return filepath.Join(l.dir, "ssh_config") }
