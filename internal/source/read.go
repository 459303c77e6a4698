package source

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"syscall"
)

// ReadFile reads a file that a user named. An error is an *Error in the reference's words, and the system's.
func ReadFile(path string) ([]byte, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, unread{unreadable(path, err), err}
	}
	return data, nil
}

// unread is the error of a file that cannot be read: what is told, and why.
type unread struct {
	told  *Error
	cause error
}

func (e unread) Error() string   { return e.told.Error() }
func (e unread) Unwrap() []error { return []error{e.told, e.cause} }

func unreadable(path string, err error) *Error {
	if errors.Is(err, fs.ErrNotExist) {
		return &Error{Exit: ExitGeneric, Msg: fmt.Sprintf("Unable to retrieve file contents.\nCould not find or access '%s' on the Ansible Controller.\n"+
			"If you are using a module and expect the file to exist on the remote, see the remote_src option: "+
			"[Errno 2] No such file or directory: %s", path, pathRepr(path))}
	}
	return &Error{Msg: fmt.Sprintf("An error occurred while trying to read the file '%s': %s: '%s'", path, Errno(err), path)}
}

// pathRepr shows a path as Python does: in double quotes where it has only single ones itself.
func pathRepr(path string) string {
	if strings.Contains(path, "'") && !strings.Contains(path, `"`) {
		return `"` + path + `"`
	}
	return "'" + path + "'"
}

// Errno tells of an error of the operating system as Python does: "[Errno 13] Permission denied".
func Errno(err error) string {
	var no syscall.Errno
	if !errors.As(err, &no) {
		return err.Error()
	}
	text := no.Error()
	return fmt.Sprintf("[Errno %d] %s", int(no), strings.ToUpper(text[:1])+text[1:])
}
