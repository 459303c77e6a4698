package config

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/goplay/goplay/internal/source"
)

// readFile finds the ansible.cfg that counts and parses it.
func (c *Config) readFile() error {
	c.file = c.findFile()
	if c.file == "" {
		return nil
	}
	data, err := os.ReadFile(c.file)
	if err != nil {
		return &source.Error{Pos: source.Pos{File: c.file}, Msg: fmt.Sprintf("Error reading config file (%s)", c.file), Err: err}
	}
	c.ini, err = parseIni(c.file, string(data))
	return err
}

// findFile gives the first readable file of ANSIBLE_CONFIG, the current folder, the user's home and the system's, or "".
func (c *Config) findFile() string {
	var candidates []string
	if p, ok := c.src.Env("ANSIBLE_CONFIG"); ok {
		p = c.path(p, c.src.Dir)
		if isDir(p) {
			p = filepath.Join(p, "ansible.cfg")
		}
		candidates = append(candidates, p)
	}
	if local := c.localFile(candidates); local != "" {
		candidates = append(candidates, local)
	}
	candidates = append(candidates, filepath.Join(c.src.Home, ".ansible.cfg"), c.src.System)
	for _, p := range candidates {
		if readable(p) {
			return p
		}
	}
	return ""
}

// localFile is the current folder's ansible.cfg, unless others may write there: they could make the user run their code. The warning
// is only for a file that would have been read.
func (c *Config) localFile(before []string) string {
	p := filepath.Join(c.src.Dir, "ansible.cfg")
	info, err := os.Stat(c.src.Dir)
	if err != nil || info.Mode().Perm()&0o002 == 0 {
		return p
	}
	if readable(p) && (len(before) == 0 || before[0] != p) {
		c.warnings = append(c.warnings, fmt.Sprintf("Ansible is being run in a world writable directory (%s), "+
			"ignoring it as an ansible.cfg source. For more information see "+
			"https://docs.ansible.com/ansible/devel/reference_appendices/config.html#cfg-in-world-writable-dir", c.src.Dir))
	}
	return ""
}

func isDir(p string) bool {
	info, err := os.Stat(p)
	return err == nil && info.IsDir()
}

func readable(p string) bool {
	info, err := os.Stat(p)
	if err != nil || info.Mode()&fs.ModeDir != 0 {
		return false
	}
	f, err := os.Open(p)
	if err != nil {
		return false
	}
	_ = f.Close()
	return true
}
