package inventory

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/internal/source/document"
)

// asNobody lets the test go on with the rights of another user in the file system, so that root's tests meet files that may not be read.
func asNobody(t *testing.T) {
	t.Helper()
	if os.Geteuid() != 0 {
		return
	}
	runtime.LockOSThread() // it is not unlocked: the thread ends with the test
	if err := syscall.Setfsuid(65534); err != nil {
		t.Fatal(err)
	}
}

// unreadable makes a folder with an inventory, of which one file may not be read.
func unreadable(t *testing.T, name string) (dir string) {
	t.Helper()
	dir, err := os.MkdirTemp("", "unreadable.")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := errors.Join(
		os.Chmod(dir, 0o755),
		os.Mkdir(filepath.Join(dir, "group_vars"), 0o755),
		os.WriteFile(filepath.Join(dir, "hosts"), []byte("[g]\nh\n"), 0o644),
		os.WriteFile(filepath.Join(dir, "group_vars", "g.yml"), []byte("x: 1\n"), 0o644),
		os.WriteFile(filepath.Join(dir, "limit"), []byte("h\n"), 0o644),
		os.Chmod(filepath.Join(dir, name), 0),
	); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestUnreadableSource(t *testing.T) {
	dir := unreadable(t, "hosts")
	cfg := testConfig(t, dir)
	asNobody(t)
	var warnings []string
	inv, err := Load(context.Background(), []string{"hosts"}, Options{Dir: dir, Config: cfg, Warn: func(w document.Warning) { warnings = append(warnings, w.Msg) }})
	if err != nil || len(inv.Hosts()) > 0 {
		t.Fatal(err)
	}
	want := "Unable to parse " + dir + "/hosts as an inventory source\nNo inventory was parsed, only implicit localhost is available"
	if got := strings.Join(warnings, "\n"); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

func TestUnreadableVariables(t *testing.T) {
	dir := unreadable(t, "group_vars/g.yml")
	cfg := testConfig(t, dir)
	asNobody(t)
	inv, err := Load(context.Background(), []string{"hosts"}, Options{Dir: dir, Config: cfg})
	if err != nil {
		t.Fatal(err)
	}
	_, err = inv.Vars(inv.Host("h"))
	checkUnreadable(t, err, dir+"/group_vars/g.yml")
}

func TestUnreadableLimit(t *testing.T) {
	dir := unreadable(t, "limit")
	cfg := testConfig(t, dir)
	asNobody(t)
	inv, err := Load(context.Background(), []string{"hosts"}, Options{Dir: dir, Config: cfg})
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = inv.Limit("@limit")
	checkUnreadable(t, err, dir+"/limit")
}

func checkUnreadable(t *testing.T, err error, path string) {
	t.Helper()
	var told *source.Error
	want := "An error occurred while trying to read the file '" + path + "': [Errno 13] Permission denied: '" + path + "'"
	if !errors.As(err, &told) || told.Msg != want || told.ExitCode() != source.ExitParser {
		t.Errorf("got %v\nwant %s", err, want)
	}
}
