package vault

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// ReadFile reads a file that is to be encrypted or decrypted; "-" is stdin. The path is shown in errors.
func ReadFile(path string, stdin io.Reader) ([]byte, error) {
	var data []byte
	var err error
	if path == "-" {
		data, err = io.ReadAll(stdin)
	} else {
		data, err = os.ReadFile(path)
	}
	if err != nil {
		return nil, said("Unable to read source file (%s): %s", path, reason(err, path))
	}
	return data, nil
}

// reason is the system's reason in the form that users know.
func reason(err error, path string) string {
	var number syscall.Errno
	if !errors.As(err, &number) {
		return err.Error()
	}
	text := number.Error()
	return fmt.Sprintf("[Errno %d] %s: '%s'", int(number), strings.ToUpper(text[:1])+text[1:], path)
}

// WriteFile puts a new file, which only its owner may read, in the place of another, whose content is overwritten where no other name
// leads to it. What is no regular file, such as a pipe, is written to. A file that existed keeps its mode and owner if keep says so. The
// folder must be there and be writable. Links are followed.
func WriteFile(path string, data []byte, keep bool) error {
	path = Resolved(path)
	old, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		old = nil
	case err != nil:
		return err
	case !old.Mode().IsRegular():
		return os.WriteFile(path, data, 0o600)
	}
	next, err := writeBeside(path, data)
	if err != nil {
		return err
	}
	if keep && old != nil {
		err = likeBefore(next, old)
	}
	if err == nil {
		err = replace(path, next, old)
	}
	if err != nil {
		return errors.Join(err, os.Remove(next))
	}
	return nil
}

// Resolved is the path that a name leads to, absolute; where that is not there, the name itself made absolute. "-" stays.
func Resolved(path string) string {
	if path == "-" {
		return path
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}

// writeBeside writes data to a new file in a path's folder.
func writeBeside(path string, data []byte) (name string, err error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".goplay-vault-")
	if err != nil {
		return "", said("Destination '%s' not writable", filepath.Dir(path))
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Close()); err != nil {
		return "", errors.Join(err, os.Remove(f.Name()))
	}
	return f.Name(), nil
}

// likeBefore gives a file the mode and the owner of another one.
func likeBefore(path string, old fs.FileInfo) error {
	if stat, ok := old.Sys().(*syscall.Stat_t); ok {
		if err := os.Chown(path, int(stat.Uid), int(stat.Gid)); err != nil {
			return err
		}
	}
	return os.Chmod(path, old.Mode().Perm())
}

// replace renames a file to a path. The content that was there is overwritten when the new one stands in its place.
func replace(path, next string, old fs.FileInfo) error {
	var before *os.File
	if old != nil && links(old) == 1 {
		before, _ = os.OpenFile(path, os.O_WRONLY, 0) // one that may only be read is replaced all the same
	}
	err := os.Rename(next, path)
	if before == nil {
		return err
	}
	defer func() { _ = before.Close() }()
	if err != nil {
		return err
	}
	return overwrite(before, old.Size())
}

func links(info fs.FileInfo) uint64 {
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		return uint64(stat.Nlink)
	}
	return 1
}

// Shred overwrites a file and removes it. A file that is not there is no error.
func Shred(path string) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		var info fs.FileInfo
		if info, err = f.Stat(); err == nil {
			err = overwrite(f, info.Size())
		}
		err = errors.Join(err, f.Close())
	}
	return errors.Join(err, os.Remove(path))
}

// overwrite puts random bytes in the place of the first size bytes of a file, on the disk.
func overwrite(f *os.File, size int64) error {
	if _, err := io.CopyN(f, rand.Reader, size); err != nil {
		return err
	}
	return f.Sync()
}
