package sshconfig

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// maxDepth bounds nested includes, as OpenSSH does.
const maxDepth = 16

// source is a file, or the command line, while it is read.
type source struct {
	name    string
	number  int  // of the line
	active  bool // false below a Host or Match that doesn't fit
	never   bool // included below a Host or Match that doesn't fit: nothing in it counts
	user    bool // includes are relative to ~/.ssh, not to /etc/ssh
	guarded bool // must belong to the user and be writable by nobody else
	options bool // the command line: no Host, Match or Include
	faults  []string
	count   int // of lines that are wrong
}

func (s *source) fault(format string, args ...any) {
	s.count++
	s.faults = append(s.faults, s.here()+fmt.Sprintf(format, args...))
}

func (s *source) here() string { return fmt.Sprintf("%s line %d: ", s.name, s.number) }

// file reads a configuration file. One that doesn't exist or cannot be read is as an empty one.
func (r *reader) file(s *source) error {
	f, err := os.Open(s.name)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.ENOTDIR) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("open ssh configuration: %w", err)
	}
	defer f.Close()
	if s.guarded && !safe(f) {
		return &Error{Lines: []string{"Bad owner or permissions on " + s.name}}
	}
	scanner := bufio.NewScanner(f)
	scanner.Buffer(nil, 1<<20)
	for scanner.Scan() && r.fatal == nil {
		s.number++
		r.line(s, scanner.Text())
	}
	if r.fatal != nil {
		return r.fatal
	}
	if err := scanner.Err(); err != nil {
		return fmt.Errorf("read ssh configuration %s: %w", s.name, err)
	}
	return s.outcome()
}

func (s *source) outcome() error {
	if len(s.faults) == 0 {
		return nil
	}
	last := fmt.Sprintf("%s: terminating, %d bad configuration options", s.name, s.count)
	return &Error{Lines: append(s.faults, last)}
}

// safe reports whether a file belongs to us or root, and nobody else may write to it.
func safe(f *os.File) bool {
	info, err := f.Stat()
	if err != nil {
		return false
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return true
	}
	return (stat.Uid == 0 || int(stat.Uid) == os.Getuid()) && info.Mode().Perm()&0o022 == 0
}

// include reads the files that an Include names. Their Host and Match blocks end with them.
func (r *reader) include(s *source, patterns []string) {
	if r.depth >= maxDepth {
		s.fault("Too many recursive configuration includes")
		return
	}
	r.depth++
	defer func() { r.depth-- }()
	for _, pattern := range patterns {
		paths, err := filepath.Glob(r.includePath(s, pattern))
		if err != nil {
			s.fault("glob failed for %s.", pattern)
			return
		}
		for _, path := range paths {
			r.includeFile(s, path)
		}
	}
}

// includeFile reads one file. A mistake in it ends all reading.
func (r *reader) includeFile(s *source, path string) {
	never := s.never || !s.active
	err := r.file(&source{name: path, active: !never, never: never, user: s.user, guarded: s.guarded})
	if r.fatal == nil {
		r.fatal = err
	}
}

func (r *reader) includePath(s *source, pattern string) string {
	pattern = r.home(expandVariables(pattern))
	switch {
	case filepath.IsAbs(pattern):
		return pattern
	case s.user:
		return filepath.Join(r.query.Home, ".ssh", pattern)
	default:
		return filepath.Join("/etc/ssh", pattern)
	}
}

// home replaces a leading ~/.
func (r *reader) home(path string) string {
	if path == "~" || strings.HasPrefix(path, "~/") {
		return r.query.Home + path[1:]
	}
	return path
}
