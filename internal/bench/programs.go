package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/goplay/goplay/internal/reference"
)

// program is one of those that are compared.
type program struct {
	name string
	path string
	env  []string
}

// programs are in the order of the table; goplay, which the others are measured by, is first.
func programs(goplay string, judge reference.Reference) []program {
	ssh := []string{
		"ANSIBLE_PIPELINING=1",
		"ANSIBLE_SSH_ARGS=-o ControlMaster=auto -o ControlPersist=60s",
	}
	mitogen := append([]string{
		"ANSIBLE_STRATEGY=mitogen_linear",
		"ANSIBLE_STRATEGY_PLUGINS=" + judge.MitogenStrategies(),
	}, ssh...)
	if path, err := filepath.Abs(goplay); err == nil {
		goplay = path
	}
	return []program{
		{"goplay", goplay, nil},
		{"mitogen", judge.Playbook(), mitogen},
		{"reference", judge.Playbook(), ssh},
	}
}

// outcome is what one run of a playbook gave.
type outcome struct {
	usage
	recap string
}

// play runs a playbook.
func (p program) play(ctx context.Context, folder, inventory string, c playCase) (outcome, error) {
	home := filepath.Join(folder, "home-"+p.name)
	if err := os.MkdirAll(home, 0o700); err != nil {
		return outcome{}, err
	}
	// A file, not a pipe: ssh's master process keeps it open.
	out, err := os.Create(filepath.Join(home, "output"))
	if err != nil {
		return outcome{}, err
	}
	defer out.Close()
	measured := filepath.Join(home, "usage")
	cmd, err := launcher(ctx, measured, p.path, append([]string{"-i", inventory, c.file}, c.args...)...)
	if err != nil {
		return outcome{}, err
	}
	cmd.Dir, cmd.Stdout, cmd.Stderr = folder, out, out
	cmd.Env = append([]string{
		"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=" + home, "LC_ALL=C.UTF-8",
		"ANSIBLE_FORKS=" + strconv.Itoa(max(10, c.names)), "ANSIBLE_NOCOLOR=1", "ANSIBLE_DEPRECATION_WARNINGS=0",
		"ANSIBLE_VAULT_PASSWORD_FILE=" + passwordFile,
	}, p.env...)
	err = cmd.Run()
	text, readErr := os.ReadFile(out.Name())
	if err != nil {
		return outcome{}, fmt.Errorf("%s: %w:\n%s", p.name, err, lastLines(string(text), 15))
	}
	used, usageErr := readUsage(measured)
	return outcome{used, recap(string(text))}, errors.Join(readErr, usageErr)
}

var spaces = regexp.MustCompile(` +`)

var listed = regexp.MustCompile(`hosts \(\d+\):`)

// recap is the first line of a run's recap, or how many hosts were listed.
func recap(output string) string {
	_, after, found := strings.Cut(output, "PLAY RECAP")
	if !found {
		return listed.FindString(output)
	}
	_, lines, _ := strings.Cut(after, "\n")
	first, _, _ := strings.Cut(strings.TrimSpace(lines), "\n")
	return strings.TrimSpace(spaces.ReplaceAllString(first, " "))
}

func lastLines(text string, n int) string {
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}
