package ssh

import (
	"io"
	"os"
	"path/filepath"
	"sync/atomic"
	"syscall"
)

// askpass tells the program ssh a password, for as long as a line lives. ssh runs a small program of its own, which reads the password from a
// named pipe in a folder that only the user can enter: it is in no file, no command line and no environment. Other questions than for a
// password (unknown host keys, passphrases) are not answered.
type askpass struct {
	folder string
	closed atomic.Bool
	served chan struct{}
}

const askpassText = `#!/bin/sh
case $1 in *[Pp]assword*) IFS= read -r p <"${0%/*}/pipe" && printf '%s\n' "$p" ;; *) exit 1 ;; esac
`

func newAskpass(password string) (*askpass, error) {
	folder, err := os.MkdirTemp("", "goplay-ssh.")
	if err != nil {
		return nil, err
	}
	a := &askpass{folder: folder, served: make(chan struct{})}
	if err = os.WriteFile(a.program(), []byte(askpassText), 0o700); err == nil {
		err = syscall.Mkfifo(a.pipe(), 0o600)
	}
	if err != nil {
		_ = os.RemoveAll(folder)
		return nil, err
	}
	go a.serve(password)
	return a, nil
}

func (a *askpass) program() string { return filepath.Join(a.folder, "ask") }
func (a *askpass) pipe() string    { return filepath.Join(a.folder, "pipe") }

// serve writes the password to whoever reads the pipe.
func (a *askpass) serve(password string) {
	defer close(a.served)
	for {
		pipe, err := os.OpenFile(a.pipe(), os.O_WRONLY, 0) // waits for a reader
		if err != nil || a.closed.Load() {
			return
		}
		_, _ = io.WriteString(pipe, password+"\n") // a reader may have gone
		_ = pipe.Close()
	}
}

// words are what comes before ssh, and the options that let it ask once.
func (a *askpass) words() (before, options []string) {
	return []string{"env", "SSH_ASKPASS=" + a.program(), "SSH_ASKPASS_REQUIRE=force", "DISPLAY=none"},
		[]string{"-o", "BatchMode=no", "-o", "NumberOfPasswordPrompts=1"}
}

// close ends the serving and leaves no file.
func (a *askpass) close() {
	if a == nil || a.closed.Swap(true) {
		return
	}
	if pipe, err := os.OpenFile(a.pipe(), os.O_RDONLY|syscall.O_NONBLOCK, 0); err == nil {
		<-a.served
		_ = pipe.Close()
	}
	_ = os.RemoveAll(a.folder)
}
