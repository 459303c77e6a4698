// Package examples tests that the examples do what they promise: they run, a second run
// changes nothing, and the reference gives the same recap.
package examples

import (
	"context"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/goplay/goplay/internal/lab"
	"github.com/goplay/goplay/internal/reference"
)

var live = flag.Bool("live", os.Getenv("CI") != "", "compare with what the live reference gives")

func buildGoplay(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "goplay")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", path, "../cmd/goplay").CombinedOutput(); err != nil {
		t.Fatalf("goplay does not build: %v\n%s", err, out)
	}
	return path
}

// play runs a playbook without the caller's settings and returns its output.
func play(t *testing.T, program string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(context.WithoutCancel(t.Context()), program, args...)
	cmd.Env = []string{
		"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=" + t.TempDir(), "LC_ALL=C.UTF-8",
		"ANSIBLE_PIPELINING=1", "ANSIBLE_SSH_ARGS=-o ControlMaster=no",
	}
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", program, strings.Join(args, " "), err, out)
	}
	return string(out)
}

var spaces = regexp.MustCompile(` +`)

// recap is the part that tells how it ended, host by host.
func recap(t *testing.T, output string) string {
	t.Helper()
	_, after, found := strings.Cut(output, "PLAY RECAP")
	_, lines, _ := strings.Cut(after, "\n")
	if !found {
		t.Fatalf("no recap in:\n%s", output)
	}
	return strings.TrimSpace(spaces.ReplaceAllString(lines, " "))
}

// wantUnchanged fails if any host of a recap was changed or failed.
func wantUnchanged(t *testing.T, recap string) {
	t.Helper()
	for _, line := range strings.Split(recap, "\n") {
		if !strings.Contains(line, " changed=0 ") || !strings.Contains(line, " failed=0 ") {
			t.Errorf("a second run changes something: %s", line)
		}
	}
}

func TestQuickstart(t *testing.T) {
	goplay, site := buildGoplay(t), filepath.Join(t.TempDir(), "site")
	run := func() string {
		return recap(t, play(t, goplay, "quickstart/site.yml", "-i", "quickstart/inventory.ini", "-e", "site_dir="+site))
	}
	if got, want := run(), "localhost : ok=11 changed=4 unreachable=0 failed=0 skipped=0 rescued=1 ignored=0"; got != want {
		t.Errorf("first run: %s, want %s", got, want)
	}
	page, err := os.ReadFile(filepath.Join(site, "ann.txt"))
	if err != nil || !strings.HasPrefix(string(page), "Good day, Ann!\nYou speak English and Welsh.\n") {
		t.Errorf("Ann's page: %q, %v", page, err)
	}
	wantUnchanged(t, run())
}

const webGroups = "[web]\nh1\nh2\n\n[balancer]\nh3\n"

func TestWebstack(t *testing.T) {
	hosts := lab.Shared(t)
	goplay := buildGoplay(t)
	first, second := deploy(t, hosts, goplay)
	for _, host := range []string{"h1 : ok=19 changed=16 ", "h2 : ok=19 changed=16 ", "h3 : ok=14 changed=10 "} {
		if !strings.Contains(first, host) {
			t.Errorf("no %q in the first recap:\n%s", host, first)
		}
	}
	wantUnchanged(t, second)
	if !*live {
		return
	}
	judge, err := reference.Unpack(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want, wantAgain := deploy(t, hosts, judge.Playbook())
	if first != want || second != wantAgain {
		t.Errorf("goplay's recaps:\n%s\n\n%s\nthe reference's:\n%s\n\n%s", first, second, want, wantAgain)
	}
}

// deploy runs webstack twice on fresh hosts and returns both recaps.
func deploy(t *testing.T, hosts *lab.Lab, program string) (first, second string) {
	t.Helper()
	if err := hosts.Reset(); err != nil {
		t.Fatal(err)
	}
	groups := filepath.Join(t.TempDir(), "groups.ini")
	if err := os.WriteFile(groups, []byte(webGroups), 0o644); err != nil {
		t.Fatal(err)
	}
	args := []string{"-i", hosts.Inventory("deploy"), "-i", groups, "webstack/site.yml"}
	return recap(t, play(t, program, args...)), recap(t, play(t, program, args...))
}
