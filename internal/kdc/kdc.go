// Package kdc is MIT's key distribution centre for tests, of Debian's packages krb5-kdc and krb5-admin-server.
package kdc

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Realm is the centre's.
const Realm = "EXAMPLE.TEST"

// Centre is a running centre.
type Centre struct {
	dir string
	env []string
	t   testing.TB
}

// Start starts a centre that ends with the test, and lets the test's process know of it (KRB5_CONFIG).
func Start(t testing.TB) *Centre {
	t.Helper()
	for _, program := range []string{"krb5kdc", "kdb5_util", "kadmin.local", "kinit"} {
		if _, err := find(program); err != nil {
			t.Skipf("there is no %s here (Debian's krb5-kdc, krb5-admin-server and krb5-user have it)", program)
		}
	}
	c := &Centre{dir: t.TempDir(), t: t}
	port := free(t)
	c.write("krb5.conf", fmt.Sprintf("[libdefaults]\n default_realm = %s\n dns_lookup_kdc = false\n dns_lookup_realm = false\n udp_preference_limit = 1\n"+
		"[realms]\n %s = {\n  kdc = 127.0.0.1:%d\n }\n[domain_realm]\n localhost = %s\n", Realm, Realm, port, Realm))
	c.write("kdc.conf", fmt.Sprintf("[kdcdefaults]\n kdc_ports = %d\n kdc_tcp_ports = %d\n kdc_listen = 127.0.0.1:%d\n kdc_tcp_listen = 127.0.0.1:%d\n[realms]\n %s = {\n  database_name = %s/db\n"+
		"  key_stash_file = %s/stash\n  acl_file = %s/acl\n }\n[logging]\n kdc = FILE:%s/log\n", port, port, port, port, Realm, c.dir, c.dir, c.dir, c.dir))
	c.env = append(os.Environ(), "KRB5_CONFIG="+c.dir+"/krb5.conf", "KRB5_KDC_PROFILE="+c.dir+"/kdc.conf")
	c.run("kdb5_util", "create", "-s", "-P", "master", "-r", Realm)
	server := c.command("krb5kdc", "-n", "-r", Realm)
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = server.Process.Kill()
		_ = server.Wait()
	})
	t.Setenv("KRB5_CONFIG", c.dir+"/krb5.conf")
	t.Setenv("KRB5CCNAME", c.dir+"/tickets")
	for range 1000 {
		if conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port)); err == nil {
			_ = conn.Close()
			return c
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatal("the centre does not answer")
	return nil
}

func free(t testing.TB) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().(*net.TCPAddr).Port
}

func find(program string) (string, error) {
	if path, err := exec.LookPath(program); err == nil {
		return path, nil
	}
	return exec.LookPath("/usr/sbin/" + program)
}

func (c *Centre) write(name, text string) {
	c.t.Helper()
	if err := os.WriteFile(filepath.Join(c.dir, name), []byte(text), 0o600); err != nil {
		c.t.Fatal(err)
	}
}

func (c *Centre) command(program string, args ...string) *exec.Cmd {
	path, _ := find(program) // it is there
	cmd := exec.CommandContext(c.t.Context(), path, args...)
	cmd.Env = c.env
	return cmd
}

func (c *Centre) run(program string, args ...string) {
	c.t.Helper()
	if out, err := c.command(program, args...).CombinedOutput(); err != nil {
		c.t.Fatalf("%s %s: %v\n%s", program, strings.Join(args, " "), err, out)
	}
}

// User makes a user with a password.
func (c *Centre) User(name, password string) {
	c.t.Helper()
	c.run("kadmin.local", "-r", Realm, "-q", fmt.Sprintf("addprinc -pw %s %s", password, name))
}

// Keytab makes a file of the keys of a user, or of services, which are made.
func (c *Centre) Keytab(names ...string) string {
	c.t.Helper()
	file := filepath.Join(c.dir, strings.ReplaceAll(names[0], "/", "_")+".keytab")
	for _, name := range names {
		if strings.Contains(name, "/") {
			c.run("kadmin.local", "-r", Realm, "-q", "addprinc -randkey "+name)
		}
		c.run("kadmin.local", "-r", Realm, "-q", fmt.Sprintf("ktadd -norandkey -k %s %s", file, name))
	}
	return file
}

// Tickets gets those of a user as kinit does, by a keytab.
func (c *Centre) Tickets(name, file string) {
	c.t.Helper()
	c.run("kinit", "-c", filepath.Join(c.dir, "tickets"), "-k", "-t", file, name)
}
