package action

import (
	"context"
	"crypto/sha1" //nolint:gosec // the checksums that Ansible's results carry
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"github.com/goplay/goplay/modules"
	"github.com/goplay/goplay/modules/powershell"
	"github.com/goplay/goplay/templating/value"
)

// forWindows are the actions of Windows hosts by their full names: goplay's own PowerShell modules, and what is done here for two others.
func forWindows() map[string]modules.Action {
	table := map[string]modules.Action{
		"ansible.windows.win_copy":     onWindows(winCopy),
		"ansible.windows.win_reboot":   onWindows(winReboot),
		"ansible.windows.win_template": onWindows(winTemplate),
	}
	for _, name := range powershell.Names() {
		full := "ansible.windows." + name
		table[full] = onWindows(func(ctx context.Context, c *modules.Call) (*value.Dict, error) {
			c.Final()
			return c.Module(ctx, full, c.Args)
		})
	}
	return table
}

// onWindows refuses hosts that are no Windows machines.
func onWindows(f modules.Func) modules.Func {
	return func(ctx context.Context, c *modules.Call) (*value.Dict, error) {
		if !isWindows(c) {
			return nil, modules.Errorf("%s is for Windows hosts, which are reached by the connections winrm and psrp, or by ssh with ansible_shell_type powershell or cmd; %s is reached by %s.", c.Name, c.Host, c.Transport)
		}
		return f(ctx, c)
	}
}

// isWindows tells whether PowerShell runs modules on the host.
func isWindows(c *modules.Call) bool { return c.Windows }

// winScript runs a controller's script on a Windows host.
func winScript(ctx context.Context, c *modules.Call, name string, words []string, content []byte) (*value.Dict, error) {
	args := value.DictOf("name", value.String(name), "content", value.String(base64.StdEncoding.EncodeToString(content)), "words", value.String(strings.Join(words, " ")))
	for _, k := range []string{"chdir", "creates", "executable", "removes"} {
		if v := str(c, k); v != "" {
			args.Set(k, value.String(v))
		}
	}
	return c.Module(ctx, "goplay_file", args)
}

// winReboot reboots a Windows host, and waits until it is back.
func winReboot(ctx context.Context, c *modules.Call) (*value.Dict, error) {
	if err := known(c, "boot_time_command", "connect_timeout", "msg", "post_reboot_delay", "pre_reboot_delay", "reboot_timeout", "shutdown_timeout", "test_command"); err != nil {
		return nil, err
	}
	if c.Check {
		return done("changed", value.Bool(true), "elapsed", value.Int(0), "rebooted", value.Bool(true))
	}
	r := &rebooting{c: c, start: time.Now(), windows: true}
	r.bootTimeCommand = orElse(str(c, "boot_time_command"), "(Get-CimInstance -ClassName Win32_OperatingSystem).LastBootUpTime.ToFileTime()")
	r.test = orElse(str(c, "test_command"), "whoami")
	r.message = orElse(str(c, "msg"), "Reboot initiated by Ansible")
	if err := r.seconds(); err != nil {
		return nil, err
	}
	return r.run(ctx)
}

// winCopy brings a file, a folder or text to a Windows host.
func winCopy(ctx context.Context, c *modules.Call) (*value.Dict, error) {
	if err := known(c, "backup", "content", "decrypt", "dest", "force", "local_follow", "remote_src", "src"); err != nil {
		return nil, err
	}
	src, content, dest := str(c, "src"), c.Args.Get("content"), str(c, "dest")
	remoteSrc, err := flag(c, "remote_src", false)
	switch {
	case err != nil:
		return nil, err
	case remoteSrc:
		return nil, modules.Errorf("remote_src is not supported by goplay's win_copy yet.")
	}
	if follow, err := flag(c, "local_follow", true); err != nil || !follow {
		return nil, modules.Errorf("local_follow: false is not supported by goplay's win_copy.")
	}
	if d := wrongCopy(src, content, dest); d != nil {
		return d, nil
	}
	if content != nil {
		return winText(ctx, c, content)
	}
	name, err := find(c, "files", src)
	if err != nil {
		return nil, unexpected(err)
	}
	if st, err := os.Stat(name); err != nil {
		return nil, err
	} else if st.IsDir() {
		return winFolder(ctx, c, name)
	}
	data, err := readFile(c, name)
	if err != nil {
		return nil, err
	}
	base := filepath.Base(name)
	d, err := winPut(ctx, c, data, base, dest, false)
	return winResult(d, "file_copy", name, base), err
}

// winText writes text; a dict or list is written as JSON.
func winText(ctx context.Context, c *modules.Call, v value.Value) (*value.Dict, error) {
	data := []byte(v.String())
	switch v.(type) {
	case *value.Dict, *value.List:
		var err error
		if data, err = value.AppendJSON(nil, v, value.JSONOptions{EnsureASCII: true}); err != nil {
			return nil, fmt.Errorf("could not write content temp file: %w", err)
		}
	}
	dest := str(c, "dest")
	base := dest[strings.LastIndexAny(dest, `\/`)+1:]
	if base == "" {
		return modules.Fail("can not use content with a dir as dest"), nil
	}
	d, err := winPut(ctx, c, data, base, dest, false)
	return winResult(d, "file_copy", "", base), err
}

// winFolder copies what is in a folder, and the folder itself where its name does not end with a slash.
func winFolder(ctx context.Context, c *modules.Call, name string) (*value.Dict, error) {
	to := str(c, "dest")
	if !strings.HasSuffix(name, "/") {
		to = below(to, filepath.Base(name))
	}
	result, size := modules.OK(), int64(0)
	err := filepath.WalkDir(name, func(p string, e fs.DirEntry, err error) error {
		if err != nil || p == strings.TrimSuffix(name, "/") || p == name {
			return err
		}
		rel, err := filepath.Rel(name, p)
		if err != nil {
			return err
		}
		d, err := winEntry(ctx, c, p, below(to, filepath.ToSlash(rel)), e)
		if err != nil {
			return err
		}
		if isTrue(d, "failed") {
			result = d
			return fs.SkipAll
		}
		if isTrue(d, "changed") {
			result.Set("changed", value.Bool(true))
		}
		if n, ok := d.Get("size").(value.Int); ok {
			size += int64(n)
		}
		return nil
	})
	if err != nil || isTrue(result, "failed") {
		return result, err
	}
	result.Set("dest", value.String(to))
	result.Set("size", value.Int(size))
	return winResult(result, "folder_copy", name, filepath.Base(name)), nil
}

// below is a path in a folder of a Windows host.
func below(dir, rel string) string {
	return strings.TrimRight(dir, `\/`) + `\` + strings.ReplaceAll(rel, "/", `\`)
}

// winEntry copies one entry of a folder.
func winEntry(ctx context.Context, c *modules.Call, from, to string, e fs.DirEntry) (*value.Dict, error) {
	if e.IsDir() {
		return c.Module(ctx, "ansible.windows.win_file", value.DictOf("path", value.String(to), "state", value.String("directory")))
	}
	data, err := readFile(c, from)
	if err != nil {
		return nil, err
	}
	return winPut(ctx, c, data, filepath.Base(from), to, true)
}

// winResult fills in what the result of a copy tells.
func winResult(d *value.Dict, operation, src, base string) *value.Dict {
	if d == nil {
		return d
	}
	d.Set("operation", value.String(operation))
	d.Set("original_basename", value.String(base))
	if src != "" {
		d.Set("src", value.String(src))
	}
	return d
}

const (
	// ridesAlong is the size, in bytes, up to which a file is sent with the question whether it is needed.
	ridesAlong = 48 << 10
	// partSize is how much of a larger one is sent at a time.
	partSize = 1536 << 10
)

// winPut brings a file's content to a Windows host, if it is another one there.
func winPut(ctx context.Context, c *modules.Call, data []byte, name, dest string, folders bool) (*value.Dict, error) {
	sum := sha1.Sum(data) //nolint:gosec // see above
	args := value.DictOf("dest", value.String(dest), "name", value.String(name), "checksum", value.String(hex.EncodeToString(sum[:])), "folders", value.Bool(folders))
	for _, k := range []string{"backup", "force"} {
		if v := c.Args.Get(k); v != nil {
			args.Set(k, v)
		}
	}
	const take = "goplay_take"
	if len(data) <= ridesAlong {
		args.Set("content", value.String(base64.StdEncoding.EncodeToString(data)))
		return c.Module(ctx, take, args)
	}
	d, err := c.Module(ctx, take, args)
	part := text(d, "part")
	if err != nil || part == "" {
		return d, err
	}
	args.Set("part", value.String(part))
	for len(data) > 0 && !isTrue(d, "failed") {
		n := min(partSize, len(data))
		args.Set("content", value.String(base64.StdEncoding.EncodeToString(data[:n])))
		args.Set("last", value.Bool(n == len(data)))
		if d, err = c.Module(ctx, take, args); err != nil {
			return nil, err
		}
		data = data[n:]
	}
	return d, nil
}

// winTemplate renders a controller's file and brings the text to a Windows host, with the ends of lines that are usual there.
func winTemplate(ctx context.Context, c *modules.Call) (*value.Dict, error) {
	if err := known(c, "backup", "block_end_string", "block_start_string", "comment_end_string", "comment_start_string", "dest", "force", "lstrip_blocks", "newline_sequence",
		"output_encoding", "src", "trim_blocks", "variable_end_string", "variable_start_string"); err != nil {
		return nil, err
	}
	if c.Args.Get("newline_sequence") == nil {
		c.Args.Set("newline_sequence", value.String("\r\n"))
	}
	content, name, err := render(c)
	if err != nil {
		return nil, err
	}
	base := path.Base(name)
	d, err := winPut(ctx, c, content, base, str(c, "dest"), false)
	return winResult(d, "file_copy", name, base), err
}
