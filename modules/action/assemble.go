package action

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/goplay/goplay/agent"
	"github.com/goplay/goplay/modules"
	"github.com/goplay/goplay/templating/regex"
	"github.com/goplay/goplay/templating/value"
)

// assemble puts parts together: those of the target by its module, those of the controller here, and then it is a copy.
func assemble(ctx context.Context, c *modules.Call) (*value.Dict, error) {
	src := str(c, "src")
	if src == "" || str(c, "dest") == "" {
		return nil, modules.Errorf("src and dest are required")
	}
	if loose(c, "remote_src", true) {
		c.Final()
		return c.Module(ctx, "ansible.legacy.assemble", c.Args)
	}
	folder, err := find(c, "files", src)
	if err != nil {
		return nil, errors.New(err.Error())
	}
	if st, err := os.Stat(folder); err != nil || !st.IsDir() {
		return nil, modules.Errorf("Source (%s) is not a directory", folder)
	}
	data, err := assembled(c, folder)
	if err != nil {
		return nil, err
	}
	return copyAssembled(ctx, c, textContent(data, folder, "src"))
}

// copyAssembled has the copy module write the text.
func copyAssembled(ctx context.Context, c *modules.Call, t *content) (*value.Dict, error) {
	args := targetArgs(c, "regexp", "delimiter", "ignore_hidden")
	var diff *value.Dict
	if c.Diff {
		var err error
		if diff, err = peek(ctx, c, t, args); err != nil {
			return nil, err
		}
	}
	c.Final()
	d, err := c.Module(ctx, "ansible.legacy.copy", args, agent.Attachment{Param: "src", Name: "src", Size: t.size, Open: t.open})
	if err == nil && diff != nil {
		d.Set("diff", value.NewList(diff))
	}
	return d, err
}

// assembled gives the text of all parts, each ended by a newline where another follows, with the delimiter between them.
func assembled(c *modules.Call, folder string) ([]byte, error) {
	names, err := parts(c, folder)
	if err != nil {
		return nil, err
	}
	delimiter := unescaped(str(c, "delimiter"))
	var out bytes.Buffer
	for i, name := range names {
		data, err := readFile(c, name)
		if err != nil {
			return nil, err
		}
		if i > 0 && out.Len() > 0 && !bytes.HasSuffix(out.Bytes(), []byte("\n")) {
			out.WriteByte('\n')
		}
		if i > 0 && delimiter != "" {
			out.WriteString(delimiter + "\n") // a newline of the delimiter's own comes on top, as in the reference
		}
		out.Write(data)
	}
	return append([]byte{}, out.Bytes()...), nil // never nil, which would be a file to stream
}

// parts gives the files of a folder that are wanted, in the order of their names.
func parts(c *modules.Call, folder string) ([]string, error) {
	pattern, err := regex.Compile(str(c, "regexp"), regex.Flags{})
	if err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	hidden := c.Args.Get("ignore_hidden")
	ignore := hidden != nil && hidden.Truth() && strings.ToLower(hidden.String()) != "false"
	var names []string
	for _, e := range entries {
		path := filepath.Join(folder, e.Name())
		st, err := os.Stat(path)
		if err != nil || !st.Mode().IsRegular() || ignore && strings.HasPrefix(e.Name(), ".") {
			continue
		}
		m, err := pattern.Search(e.Name())
		if err != nil {
			return nil, err
		}
		if m != nil {
			names = append(names, path)
		}
	}
	return names, nil
}

// unescaped reads the escapes of a delimiter (\n, \t, \x41); what is none stays.
func unescaped(s string) string {
	var out strings.Builder
	for s != "" {
		r, multibyte, rest, err := strconv.UnquoteChar(s, 0)
		switch {
		case err != nil:
			r, rest = rune(s[0]), s[1:]
			fallthrough
		case !multibyte:
			out.WriteByte(byte(r))
		default:
			out.WriteRune(r)
		}
		s = rest
	}
	return out.String()
}
