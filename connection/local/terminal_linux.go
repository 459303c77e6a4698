package local

import (
	"fmt"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// attachTerminal makes a new terminal the command's controlling one. Its output is all on Stdout.
func (p *process) attachTerminal() (theirs []*os.File, err error) {
	ours, tty, err := openTerminal()
	if err != nil {
		return nil, err
	}
	p.stdin, p.stdout, p.stderr = terminalInput{ours}, &output{file: ours}, &output{}
	p.cmd.Stdin, p.cmd.Stdout, p.cmd.Stderr = tty, tty, tty
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	return []*os.File{tty}, nil
}

func openTerminal() (ours, tty *os.File, err error) {
	fd, err := unix.Open("/dev/ptmx", unix.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, nil, fmt.Errorf("open /dev/ptmx: %w", err)
	}
	ours = os.NewFile(uintptr(fd), "/dev/ptmx")
	number, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0)
	}
	if err == nil {
		tty, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|syscall.O_NOCTTY, 0)
	}
	if err != nil {
		_ = ours.Close()
		return nil, nil, fmt.Errorf("open a terminal: %w", err)
	}
	return ours, tty, nil
}

// terminalInput types into a terminal. Its end is the end-of-file character, as the terminal itself must stay open for the output.
type terminalInput struct{ file *os.File }

func (t terminalInput) Write(b []byte) (int, error) { return t.file.Write(b) }

func (t terminalInput) Close() error {
	_, err := t.file.Write([]byte{4})
	return err
}
