package action

import (
	"bytes"
	"context"
	"crypto/sha1" //nolint:gosec // the checksum that Ansible's results carry
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"strings"

	"github.com/goplay/goplay/agent"
	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/modules"
	"github.com/goplay/goplay/templating/value"
)

// content is what is to be put into a file of the target: a controller's file, or text.
type content struct {
	path     string // of the controller's file; "" for text
	shown    string // what diffs call it
	base     string // base name that the destination gets where it is a folder
	data     []byte // text; nil for a file that is streamed
	size     int64
	checksum string
	more     bool // other files of the same task follow it
}

// rideAlong is the size up to which a file goes with the request before it is known whether the target needs it.
const rideAlong = 64 << 10

func textContent(data []byte, shown, base string) *content {
	sum := sha1.Sum(data) //nolint:gosec // see above
	return &content{shown: shown, base: base, data: data, size: int64(len(data)), checksum: hex.EncodeToString(sum[:])}
}

// fileContent reads a controller's file: all of it where it is small or vaulted, else only its checksum.
func fileContent(c *modules.Call, name, base string) (*content, error) {
	st, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if st.Size() <= rideAlong || source.Vaulted(name) {
		data, err := readFile(c, name)
		if err != nil {
			return nil, err
		}
		t := textContent(data, name, base)
		t.path = name
		return t, nil
	}
	sum, err := checksumFile(name)
	return &content{path: name, shown: name, base: base, size: st.Size(), checksum: sum}, err
}

func checksumFile(name string) (string, error) {
	f, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha1.New() //nolint:gosec // see above
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

func (t *content) open() (io.ReadCloser, error) {
	if t.data != nil {
		return io.NopCloser(bytes.NewReader(t.data)), nil
	}
	return os.Open(t.path)
}

// put brings content to its place on the target in one exchange: the target compares, and writes the file or mends its attributes. A
// large file is sent in a second exchange, and only if the target asks for it.
func put(ctx context.Context, c *modules.Call, t *content, args *value.Dict) (*value.Dict, error) {
	var diff *value.Dict
	if c.Diff {
		var err error
		if diff, err = peek(ctx, c, t, args); err != nil {
			return nil, err
		}
	}
	d, err := transfer(ctx, c, t, args, t.size <= rideAlong)
	if err == nil && isTrue(d, "_goplay_need") {
		d, err = transfer(ctx, c, t, args, true)
	}
	if err != nil {
		return nil, err
	}
	return placed(c, d, t, diff)
}

// placed gives the result of content that is in its place.
func placed(c *modules.Call, d *value.Dict, t *content, diff *value.Dict) (*value.Dict, error) {
	if why := text(d, "_goplay_unknown"); why != "" {
		return nil, errors.New(why)
	}
	return putResult(c, d, t, diff), nil
}

// transfer runs the module that compares and writes; with is false where the content stays here for now.
func transfer(ctx context.Context, c *modules.Call, t *content, args *value.Dict, with bool) (*value.Dict, error) {
	r := t.request(c, args, with)
	if with && !t.more {
		c.Final()
	}
	return c.Module(ctx, r.Name, r.Args, r.Files...)
}

// request is a call of that module.
func (t *content) request(c *modules.Call, args *value.Dict, with bool) *modules.Request {
	r := &modules.Request{Name: transferModule, Args: args.Clone()}
	r.Args.Set("_goplay_transfer", t.describe(c, with, false))
	if with {
		r.Files = []agent.Attachment{{Param: "src", Name: ".source" + path.Ext(t.base), Size: t.size, Open: t.open}}
	}
	return r
}

const transferModule = "ansible.builtin.goplay_transfer"

func (t *content) describe(c *modules.Call, with, peek bool) *value.Dict {
	return value.DictOf("base", value.String(t.base), "checksum", value.String(t.checksum), "attached", value.Bool(with),
		"peek", value.Bool(peek), "check", value.Bool(c.Check), "max_diff", value.Int(c.MaxDiff))
}

// putResult gives the result its reference's form.
func putResult(c *modules.Call, d *value.Dict, t *content, diff *value.Dict) *value.Dict {
	same := isTrue(d, "_goplay_same")
	d.Delete("_goplay_same")
	failed := isTrue(d, "failed")
	if same && !failed {
		d.Set("checksum", value.String(t.checksum))
		if p := d.Get("path"); p != nil {
			d.Set("dest", p)
		}
	}
	if failed && d.Get("checksum") == nil {
		d.Set("checksum", value.String(t.checksum))
	}
	if !same && diff != nil {
		d.Set("diff", value.NewList(diff))
	}
	return d
}

// peek asks the target for what is there now, and makes the diff of it.
func peek(ctx context.Context, c *modules.Call, t *content, args *value.Dict) (*value.Dict, error) {
	all := args.Clone()
	all.Set("_goplay_transfer", t.describe(c, false, true))
	now, err := c.Module(ctx, transferModule, all)
	if err != nil || isTrue(now, "failed") || isTrue(now, "same") || text(now, "_goplay_unknown") != "" {
		return nil, err
	}
	return t.diff(now, c.MaxDiff)
}

func (t *content) diff(now *value.Dict, maxDiff int) (*value.Dict, error) {
	d := &value.Dict{}
	switch size, _ := now.Get("size").(value.Int); {
	case tooLarge(int64(size), maxDiff):
		d.Set("dst_larger", value.Int(maxDiff))
	case isTrue(now, "binary"):
		d.Set("dst_binary", value.Int(1))
	default:
		before, err := base64.StdEncoding.DecodeString(text(now, "before"))
		if err != nil {
			return nil, fmt.Errorf("the target sent no base64: %w", err)
		}
		if text(now, "dest") != "" && isTrue(now, "exists") {
			d.Set("before_header", now.Get("dest"))
		}
		d.Set("before", plain(before))
	}
	return d, t.diffAfter(d, maxDiff)
}

// tooLarge tells of files that diffs do not show.
func tooLarge(size int64, maxDiff int) bool { return maxDiff > 0 && size > int64(maxDiff) }

func (t *content) diffAfter(d *value.Dict, maxDiff int) error {
	if tooLarge(t.size, maxDiff) {
		d.Set("src_larger", value.Int(maxDiff))
		return nil
	}
	f, err := t.open()
	if err != nil {
		return err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, t.size))
	if err != nil {
		return err
	}
	if bytes.IndexByte(data, 0) >= 0 {
		d.Set("src_binary", value.Int(1))
		return nil
	}
	if t.shown != "" {
		d.Set("after_header", value.String(t.shown))
	} else if h := d.Get("before_header"); h != nil {
		d.Set("after_header", h)
	}
	d.Set("after", plain(data))
	return nil
}

func isTrue(d *value.Dict, key string) bool {
	v, ok := d.Lookup(key)
	return ok && v.Truth() && strings.ToLower(v.String()) != "false"
}

func text(d *value.Dict, key string) string {
	if v := d.Get(key); v != nil && v != value.None {
		return v.String()
	}
	return ""
}
