package callback

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"syscall"

	"github.com/goplay/goplay/internal/source"
)

// makeFolder makes a folder and those above it. An error is worded as the reference words it.
func makeFolder(path string) error { return osError(os.MkdirAll(path, 0o755)) }

// makeLocal makes a folder of the controller, as makeFolder does, with the words that the reference has for most of its own.
func makeLocal(path string) error {
	if err := os.MkdirAll(path, 0o755); err != nil {
		return errors.New(fmt.Sprint("Unable to create local directories '", path, "': ", bytesError(err)))
	}
	return nil
}

// bytesError words an error of the system as the reference does where it has paths as bytes.
func bytesError(err error) error {
	text := osError(err).Error()
	return errors.New(strings.Replace(text, ": '", ": b'", 1))
}

// osError words an error of the system: "[Errno 2] No such file or directory: '/x'".
func osError(err error) error {
	var at *fs.PathError
	var no syscall.Errno
	if !errors.As(err, &at) || !errors.As(err, &no) {
		return err
	}
	return fmt.Errorf("%s: '%s'", source.Errno(no), at.Path)
}
