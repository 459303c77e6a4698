package action

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/goplay/goplay/modules"
)

// find looks a controller's file up: in the sub folder (files, templates, vars) of each folder of the task and in the folder itself.
func find(c *modules.Call, sub, name string) (string, error) {
	if filepath.IsAbs(name) || strings.HasPrefix(name, "~") {
		p := expandUser(name)
		if _, err := os.Stat(p); err != nil {
			return "", notFound(name, nil)
		}
		return p, nil
	}
	var tried []string
	for _, dir := range append(append([]string{}, c.Dirs...), c.PlaybookDir) {
		for _, p := range []string{filepath.Join(dir, sub, name), filepath.Join(dir, name)} {
			if _, err := os.Stat(p); err == nil {
				return withSlash(p, name), nil
			}
			tried = append(tried, p)
		}
	}
	return "", notFound(name, tried)
}

// withSlash keeps a trailing slash, which says that a folder's content is meant.
func withSlash(path, name string) string {
	if strings.HasSuffix(name, "/") {
		return path + "/"
	}
	return path
}

func notFound(name string, tried []string) error {
	msg := fmt.Sprintf("Could not find or access '%s'", name)
	if len(tried) > 0 {
		msg += "\nSearched in:\n\t" + strings.Join(tried, "\n\t")
	}
	return &modules.Error{Msg: msg + onController, Link: true}
}

// onController ends the messages about files that are missing.
const onController = " on the Ansible Controller.\nIf you are using a module and expect the file to exist on the remote, see the remote_src option"

func expandUser(p string) string {
	rest, ok := strings.CutPrefix(p, "~")
	if !ok || rest != "" && rest[0] != '/' {
		return p
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return p
	}
	return home + rest
}
