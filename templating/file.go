package templating

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/templating/eval"
	"github.com/goplay/goplay/templating/syntax"
	"github.com/goplay/goplay/templating/value"
)

const headerMark = "#jinja2:"

func (o FileOptions) config() syntax.Config {
	return syntax.Config{
		BlockStart: o.BlockStart, BlockEnd: o.BlockEnd, VariableStart: o.VariableStart, VariableEnd: o.VariableEnd,
		CommentStart: o.CommentStart, CommentEnd: o.CommentEnd, NewlineSequence: o.NewlineSequence,
		TrimBlocks: o.TrimBlocks, LstripBlocks: o.LstripBlocks, KeepTrailingNewline: o.KeepTrailingNewline,
	}
}

// RenderFile renders a file's text, as the template module does. The name is the file's path: errors tell it, and relative
// includes start from its folder.
func (c *Context) RenderFile(name, text string, o FileOptions) (string, error) {
	v, err := c.renderFile(name, text, o)
	if err != nil {
		return "", err
	}
	if v == value.Value(value.None) || v == value.Value(value.Omit) {
		return "", nil
	}
	return v.String(), nil
}

// renderFile is RenderFile for a file that may be nothing but one expression, whose value keeps its type.
func (c *Context) renderFile(name, text string, o FileOptions) (value.Value, error) {
	cfg := o.config()
	body, err := header(text, &cfg)
	if err != nil {
		return nil, source.New(source.Pos{File: name, Line: 1, Col: 1}, err.Error())
	}
	keep := cfg.KeepTrailingNewline
	cfg.KeepTrailingNewline = false
	prog, err := c.engine.env.Compile(name, body, cfg)
	if err != nil {
		return nil, fileError(name, err)
	}
	newlines := 0
	if keep {
		newlines = trailingNewlines(body)
	}
	newline := cfg.NewlineSequence
	if newline == "" {
		newline = "\n"
	}
	// Newlines at the end are kept by giving the text as many as the template has, as in ansible-core.
	outer := c.place
	c.place = source.Pos{File: name}
	v, err := prog.ValueEnding(&fileHost{c, cfg}, newlines, newline)
	c.place = outer
	if err != nil {
		return nil, fileError(name, err)
	}
	return v, nil
}

func trailingNewlines(s string) int { return len(s) - len(strings.TrimRight(s, "\n")) }

// fileHost is a Context for templates in files: what they include is read with the same options.
type fileHost struct {
	*Context
	cfg syntax.Config
}

// Load gives another template.
func (h *fileHost) Load(name, from string) (*eval.Program, error) {
	return h.loadFile(name, from, h.cfg)
}

// header takes the line `#jinja2: name: value, …` off the text and sets its options.
func header(text string, cfg *syntax.Config) (string, error) {
	if !strings.HasPrefix(text, headerMark) {
		return text, nil
	}
	line, rest, ok := strings.Cut(text, "\n")
	if !ok {
		rest = ""
	}
	for _, part := range strings.Split(line[len(headerMark):], ",") {
		key, val, ok := strings.Cut(part, ":")
		if !ok {
			return "", value.Errorf("AnsibleError", "failed to parse jinja2 override '%s'. Did you use something different from colon as key-value separator?", part)
		}
		if err := setOption(cfg, strings.TrimSpace(key), strings.TrimSpace(val)); err != nil {
			return "", err
		}
	}
	return rest, nil
}

func setOption(cfg *syntax.Config, key, val string) error {
	lit, ok := eval.LiteralEval(strings.TrimSpace(val))
	if !ok {
		return value.Errorf("AnsibleError", "malformed node or string: %s", val)
	}
	texts := map[string]*string{
		"block_start_string": &cfg.BlockStart, "block_end_string": &cfg.BlockEnd, "variable_start_string": &cfg.VariableStart,
		"variable_end_string": &cfg.VariableEnd, "comment_start_string": &cfg.CommentStart, "comment_end_string": &cfg.CommentEnd,
		"line_statement_prefix": &cfg.LineStatementPrefix, "line_comment_prefix": &cfg.LineCommentPrefix, "newline_sequence": &cfg.NewlineSequence,
	}
	if p, ok := texts[key]; ok {
		*p = lit.String()
		return nil
	}
	flags := map[string]*bool{
		"trim_blocks": &cfg.TrimBlocks, "lstrip_blocks": &cfg.LstripBlocks, "keep_trailing_newline": &cfg.KeepTrailingNewline,
	}
	if p, ok := flags[key]; ok {
		*p = lit.Truth()
		return nil
	}
	return value.Errorf("AnsibleError", "unsupported jinja2 override %q", key)
}

// loadFile finds a template by name in the folder of the including one, then in the search paths and their templates folders.
func (c *Context) loadFile(name, from string, cfg syntax.Config) (*eval.Program, error) {
	cfg.RawStrings = false
	if text, ok := c.env.Templates[name]; ok {
		return c.engine.env.Compile(name, text, cfg)
	}
	for _, path := range c.templatePaths(name, from) {
		text, err := os.ReadFile(path)
		if err != nil {
			continue
		}
		return c.engine.env.Compile(path, string(text), cfg)
	}
	return nil, eval.ErrNotFound
}

func (c *Context) templatePaths(name, from string) []string {
	if filepath.IsAbs(name) {
		return []string{name}
	}
	var paths []string
	for _, dir := range c.env.SearchPaths {
		paths = append(paths, filepath.Join(dir, "templates", name), filepath.Join(dir, name))
	}
	if from != "" {
		paths = append(paths, filepath.Join(filepath.Dir(from), name))
	}
	if c.env.Cwd != "" {
		paths = append(paths, filepath.Join(c.env.Cwd, name))
	}
	return paths
}

// fileError gives a failure its place in a template file.
func fileError(name string, err error) error {
	pos := source.Pos{File: name}
	if e, ok := err.(*eval.Error); ok {
		pos.Line, pos.Col = e.Line, e.Col
		if e.Template != "" {
			pos.File = e.Template
		}
	}
	return describe(pos, false, err)
}
