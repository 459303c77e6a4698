package filter

import (
	"os"
	"os/user"
	"path"
	"path/filepath"
	"sort"
	"strings"

	"github.com/goplay/goplay/templating/eval"
	"github.com/goplay/goplay/templating/value"
)

func pathRows() []row {
	return []row{
		{name: "basename", run: onPath(basename)},
		{name: "commonpath", run: commonpath},
		{name: "dirname", run: onPath(dirname)},
		{name: "expanduser", run: onPath(expanduser), keeps: true},
		{name: "expandvars", run: onPath(expandvars), keeps: true},
		{name: "fileglob", run: fileglob},
		{name: "normpath", run: onPath(normpath)},
		{name: "path_join", run: pathJoin, keeps: true},
		{name: "realpath", run: onPath(realpath)},
		{name: "relpath", params: "start='.'", run: relpath},
		{name: "splitext", run: splitext},
		{name: "win_basename", run: onPath(winBasename)},
		{name: "win_dirname", run: onPath(winDirname)},
		{name: "win_splitdrive", run: winSplitdrive},
	}
}

// pathText gives a path, which is text and nothing else.
func pathText(v value.Value) (string, error) {
	t, ok := value.Text(v)
	if !ok {
		return "", value.TypeError("expected str, bytes or os.PathLike object, not %s", v.Type())
	}
	return t, nil
}

func onPath(f func(string) string) run {
	return func(_ *eval.State, in value.Value, _ []value.Value) (value.Value, error) {
		t, err := pathText(in)
		return value.String(f(t)), err
	}
}

func basename(p string) string { return p[strings.LastIndexByte(p, '/')+1:] }

func dirname(p string) string {
	head := p[:strings.LastIndexByte(p, '/')+1]
	if trimmed := strings.TrimRight(head, "/"); trimmed != "" {
		return trimmed
	}
	return head
}

func expanduser(p string) string {
	if !strings.HasPrefix(p, "~") {
		return p
	}
	name, rest, _ := strings.Cut(p[1:], "/")
	home := ""
	if name == "" {
		home, _ = os.UserHomeDir() // unknown: the path stays as it is
	} else if u, err := user.Lookup(name); err == nil {
		home = u.HomeDir
	}
	if home == "" {
		return p
	}
	if strings.Contains(p, "/") {
		return strings.TrimRight(home, "/") + "/" + rest
	}
	return home
}

// expandvars replaces $name and ${name} where the variable is set.
func expandvars(p string) string {
	var b strings.Builder
	for i := 0; i < len(p); {
		if p[i] != '$' {
			b.WriteByte(p[i])
			i++
			continue
		}
		name, n := variableName(p[i+1:])
		if v, ok := os.LookupEnv(name); ok && n > 0 {
			b.WriteString(v)
		} else {
			b.WriteString(p[i : i+1+n])
		}
		i += 1 + n
	}
	return b.String()
}

func variableName(s string) (name string, length int) {
	if strings.HasPrefix(s, "{") {
		if end := strings.IndexByte(s, '}'); end > 0 {
			return s[1:end], end + 1
		}
		return "", 0
	}
	n := 0
	for n < len(s) && (s[n] == '_' || s[n] >= '0' && s[n] <= '9' || s[n] >= 'a' && s[n] <= 'z' || s[n] >= 'A' && s[n] <= 'Z') {
		n++
	}
	return s[:n], n
}

// normpath keeps two leading slashes, as POSIX has it.
func normpath(p string) string {
	c := path.Clean(p)
	if strings.HasPrefix(p, "//") && !strings.HasPrefix(p, "///") {
		return "/" + c
	}
	return c
}

func realpath(p string) string {
	abs, err := filepath.Abs(p)
	if err != nil {
		return p
	}
	dir, rest := abs, ""
	for {
		if r, err := filepath.EvalSymlinks(dir); err == nil {
			return filepath.Join(r, rest)
		}
		if dir == "/" {
			return abs
		}
		rest = filepath.Join(filepath.Base(dir), rest)
		dir = filepath.Dir(dir)
	}
}

func commonpath(s *eval.State, in value.Value, _ []value.Value) (value.Value, error) {
	elems, err := elements(s, in)
	if _, isText := value.Text(in); isText || err != nil {
		return nil, value.Errorf("AnsibleFilterTypeError", "|commonpath expects sequence, got %s instead.", typeName(in))
	}
	if len(elems) == 0 {
		return nil, value.ValueError("commonpath() arg is an empty sequence")
	}
	var common []string
	for i, e := range elems {
		parts := strings.FieldsFunc(e.String(), func(r rune) bool { return r == '/' })
		if i == 0 {
			common = parts
		}
		n := 0
		for n < len(common) && n < len(parts) && common[n] == parts[n] {
			n++
		}
		common = common[:n]
		if strings.HasPrefix(e.String(), "/") != strings.HasPrefix(elems[0].String(), "/") {
			return nil, value.ValueError("Can't mix absolute and relative paths")
		}
	}
	root := ""
	if strings.HasPrefix(elems[0].String(), "/") {
		root = "/"
	}
	return value.String(root + strings.Join(common, "/")).Unsigned(), nil
}

func fileglob(s *eval.State, in value.Value, _ []value.Value) (value.Value, error) {
	t, err := text(s, in)
	if err != nil {
		return nil, err
	}
	matches, err := filepath.Glob(t)
	if err != nil {
		return list(nil), nil
	}
	var files []string
	for _, m := range matches {
		if info, err := os.Stat(m); err == nil && info.Mode().IsRegular() {
			files = append(files, m)
		}
	}
	sort.Strings(files)
	return texts(files), nil
}

func pathJoin(s *eval.State, in value.Value, _ []value.Value) (value.Value, error) {
	if t, ok := value.Text(in); ok {
		return value.String(t), nil
	}
	elems, err := elements(s, in)
	if err != nil {
		return nil, value.Errorf("AnsibleFilterTypeError", "|path_join expects string or sequence, got %s instead.", typeName(in))
	}
	if len(elems) == 0 {
		return nil, value.TypeError("join() missing 1 required positional argument: 'a'")
	}
	joined := ""
	for i, e := range elems {
		p, ok := value.Text(e)
		if !ok && i == 0 {
			_, err := pathText(e)
			return nil, err
		}
		if !ok {
			return nil, value.TypeError("join() argument must be str, bytes, or os.PathLike object, not '%s'", e.Type())
		}
		switch {
		case i == 0 || strings.HasPrefix(p, "/"):
			joined = p
		case joined == "" || strings.HasSuffix(joined, "/"):
			joined += p
		default:
			joined += "/" + p
		}
	}
	return value.String(joined), nil
}

func relpath(_ *eval.State, in value.Value, a []value.Value) (value.Value, error) {
	t, err := pathText(in)
	if err != nil {
		return nil, err
	}
	start, err := pathText(a[0])
	if err != nil {
		return nil, err
	}
	base, err := filepath.Abs(start)
	if err != nil {
		return nil, err
	}
	target, err := filepath.Abs(t)
	if err != nil {
		return nil, err
	}
	r, err := filepath.Rel(base, target)
	return value.String(r), err
}

func splitext(_ *eval.State, in value.Value, _ []value.Value) (value.Value, error) {
	t, err := pathText(in)
	if err != nil {
		return nil, err
	}
	base := basename(t)
	dot := strings.LastIndexByte(base, '.')
	if dot <= 0 || strings.Trim(base[:dot], ".") == "" {
		return value.Tuple{value.String(t), value.String("")}, nil
	}
	cut := len(t) - len(base) + dot
	return value.Tuple{value.String(t[:cut]), value.String(t[cut:])}, nil
}

func driveLength(p string) int {
	if len(p) >= 2 && p[1] == ':' {
		return 2
	}
	slashed := strings.ReplaceAll(p, "/", `\`)
	if !strings.HasPrefix(slashed, `\\`) || strings.HasPrefix(slashed, `\\\`) {
		return 0
	}
	server := strings.IndexByte(slashed[2:], '\\')
	if server < 0 {
		return 0
	}
	share := strings.IndexByte(slashed[2+server+1:], '\\')
	if share < 0 {
		return len(p)
	}
	return 2 + server + 1 + share
}

func winSplit(p string) (head, tail string) {
	d := driveLength(p)
	rest := p[d:]
	i := strings.LastIndexAny(rest, `/\`) + 1
	head, tail = rest[:i], rest[i:]
	if trimmed := strings.TrimRight(head, `/\`); trimmed != "" {
		head = trimmed
	}
	return p[:d] + head, tail
}

func winBasename(p string) string {
	_, tail := winSplit(p)
	return tail
}

func winDirname(p string) string {
	head, _ := winSplit(p)
	return head
}

func winSplitdrive(_ *eval.State, in value.Value, _ []value.Value) (value.Value, error) {
	t, err := pathText(in)
	d := driveLength(t)
	return value.Tuple{value.String(t[:d]), value.String(t[d:])}, err
}
