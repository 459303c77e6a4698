// Package reference finds the program that goplay is judged by: ansible-core 2.19, with
// Mitogen beside it, unpacked by tools/reference.
package reference

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Reference is an unpacked reference.
type Reference struct {
	Dir     string
	Version string // ansible-core 2.19.11
}

// Unpack returns the reference in the folder that GOPLAY_REFERENCE names, or in this user's
// cache, after unpacking it if it isn't there yet.
func Unpack(ctx context.Context) (Reference, error) {
	dir, err := folder()
	if err != nil {
		return Reference{}, err
	}
	script, err := script()
	if err != nil {
		return Reference{}, err
	}
	cmd := exec.CommandContext(ctx, script, dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return Reference{}, fmt.Errorf("unpacking the reference: %w", err)
	}
	_, version, _ := strings.Cut(strings.TrimSpace(string(out)), "[core ")
	return Reference{Dir: dir, Version: "ansible-core " + strings.TrimSuffix(version, "]")}, nil
}

// Unpacked tells whether the reference is there already, with the collections that goplay builds in.
func Unpacked() bool {
	dir, err := folder()
	if err != nil {
		return false
	}
	_, err = os.Stat(filepath.Join(dir, "collections"))
	return err == nil
}

// Collections is the folder above the ansible_collections that are unpacked with the reference.
func Collections() string {
	dir, err := folder()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "root/usr/lib/python3/dist-packages")
}

// Installed returns the reference if it has been unpacked, and an error that says so otherwise. Its version is not looked up.
func Installed() (Reference, error) {
	dir, err := folder()
	if err != nil {
		return Reference{}, err
	}
	r := Reference{Dir: dir}
	if _, err := os.Stat(r.Program("ansible-playbook")); err != nil {
		return Reference{}, fmt.Errorf("the reference is not unpacked (make reference does it): %w", err)
	}
	return r, nil
}

// Program is the path of one of its programs.
func (r Reference) Program(name string) string { return filepath.Join(r.Dir, "bin", name) }

// Playbook is the path of its ansible-playbook.
func (r Reference) Playbook() string { return r.Program("ansible-playbook") }

// MitogenStrategies is the folder for strategy_plugins that makes mitogen_linear known.
func (r Reference) MitogenStrategies() string {
	return filepath.Join(r.Dir, "root/usr/lib/python3/dist-packages/ansible_mitogen/plugins/strategy")
}

// WindowsClients is the folder of Python modules that has pypsrp and pyspnego.
func WindowsClients() string {
	dir, err := folder()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "windows/usr/lib/python3/dist-packages")
}

func folder() (string, error) {
	if dir := os.Getenv("GOPLAY_REFERENCE"); dir != "" {
		return dir, nil
	}
	cache, err := os.UserCacheDir()
	return filepath.Join(cache, "goplay", "reference"), err
}

// script finds tools/reference above the current folder, where tests and tools run.
func script() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for ; ; dir = filepath.Dir(dir) {
		path := filepath.Join(dir, "tools", "reference")
		if _, err := os.Stat(path); err == nil {
			return path, nil
		}
		if dir == filepath.Dir(dir) {
			return "", errors.New("tools/reference is not above the current folder")
		}
	}
}
