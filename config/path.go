package config

import (
	"fmt"
	"os/user"
	"path/filepath"
	"strings"
)

// path makes a path absolute: {{CWD}}, ~, ~user, $VAR and ${VAR} are replaced, and it starts from dir.
func (c *Config) path(p, dir string) string {
	p = strings.ReplaceAll(p, "{{CWD}}", c.src.Dir)
	p = c.expandVars(c.expandUser(p))
	if !filepath.IsAbs(p) {
		p = filepath.Join(dir, p)
	}
	return filepath.Clean(p)
}

func (c *Config) expandUser(p string) string {
	if !strings.HasPrefix(p, "~") {
		return p
	}
	name, rest, _ := strings.Cut(p[1:], "/")
	home := c.src.Home
	if name != "" {
		other, err := c.src.User(name)
		if err != nil {
			return p
		}
		home = other
	}
	return strings.TrimSuffix(home, "/") + "/" + rest
}

// expandVars replaces the variables that are set and leaves the others as they stand.
func (c *Config) expandVars(p string) string {
	var b strings.Builder
	for i := 0; i < len(p); i++ {
		name, size := "", 0
		if p[i] == '$' {
			name, size = varName(p[i+1:])
		}
		if v, ok := c.src.Env(name); size > 0 && ok {
			b.WriteString(v)
			i += size
			continue
		}
		b.WriteByte(p[i])
	}
	return b.String()
}

// varName reads the variable's name after a dollar sign, and its length with braces.
func varName(p string) (name string, size int) {
	if strings.HasPrefix(p, "{") {
		if end := strings.IndexByte(p, '}'); end > 0 {
			return p[1:end], end + 1
		}
		return "", 0
	}
	n := 0
	for n < len(p) && (p[n] == '_' || p[n] >= '0' && p[n] <= '9' || p[n]|0x20 >= 'a' && p[n]|0x20 <= 'z') {
		n++
	}
	return p[:n], n
}

func lookupHome(name string) (string, error) {
	u, err := user.Lookup(name)
	if err != nil {
		return "", fmt.Errorf("home of %s: %w", name, err)
	}
	return u.HomeDir, nil
}

// homeOfUser gives the home folder of this process's user where the environment does not.
func homeOfUser(fallback string) string {
	u, err := user.Current()
	if err != nil {
		return fallback
	}
	return u.HomeDir
}

func dirOf(file string) string { return filepath.Dir(file) }
