package action

import (
	"context"
	"errors"
	"os"
	"path"

	"github.com/goplay/goplay/modules"
	"github.com/goplay/goplay/templating"
	"github.com/goplay/goplay/templating/value"
)

// template renders a controller's file and brings the text to the target.
func template(ctx context.Context, c *modules.Call) (*value.Dict, error) {
	content, name, err := render(c)
	if err != nil {
		return nil, err
	}
	args := targetArgs(c, "block_start_string", "block_end_string", "variable_start_string", "variable_end_string", "comment_start_string",
		"comment_end_string", "newline_sequence", "trim_blocks", "lstrip_blocks", "output_encoding")
	if err := templateMode(args, name); err != nil {
		return nil, err
	}
	return put(ctx, c, textContent(content, name, path.Base(name)), args)
}

// render gives the text of a template, and the file that it is in.
func render(c *modules.Call) (content []byte, name string, err error) {
	src, dest := str(c, "src"), str(c, "dest")
	if src == "" || dest == "" {
		return nil, "", modules.Errorf("src and dest are required")
	}
	if c.Args.Get("state") != nil {
		return nil, "", modules.Errorf("'state' cannot be specified on a template")
	}
	opts, err := templateOptions(c)
	if err != nil {
		return nil, "", err
	}
	name, err = find(c, "templates", src)
	if err != nil {
		return nil, "", err
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, "", err
	}
	vars, err := c.Vars.WithTemplate(src, name, value.String(dest))
	if err != nil {
		return nil, "", err
	}
	out, err := vars.RenderFile(name, string(data), opts)
	if err != nil {
		return nil, "", err
	}
	content, err = encode(out, str(c, "output_encoding"))
	return content, name, err
}

func templateMode(args *value.Dict, name string) error {
	st, err := os.Stat(name)
	if err != nil {
		return err
	}
	return preserveMode(args, st)
}

func templateOptions(c *modules.Call) (templating.FileOptions, error) {
	newlines := map[string]string{"\\n": "\n", "\\r": "\r", "\\r\\n": "\r\n"}
	nl := text(c.Args, "newline_sequence")
	if real, ok := newlines[nl]; ok {
		nl = real
	}
	trim, err1 := flag(c, "trim_blocks", true)
	lstrip, err2 := flag(c, "lstrip_blocks", false)
	o := templating.FileOptions{
		BlockStart: str(c, "block_start_string"), BlockEnd: str(c, "block_end_string"),
		VariableStart: str(c, "variable_start_string"), VariableEnd: str(c, "variable_end_string"),
		CommentStart: str(c, "comment_start_string"), CommentEnd: str(c, "comment_end_string"),
		NewlineSequence: nl, TrimBlocks: trim, LstripBlocks: lstrip, KeepTrailingNewline: true,
	}
	if nl != "" && nl != "\n" && nl != "\r" && nl != "\r\n" {
		return o, modules.Errorf("newline_sequence needs to be one of: \n, \r or")
	}
	return o, errors.Join(err1, err2)
}
