package action

import (
	"context"
	"crypto/md5"  //nolint:gosec // the checksums that Ansible's results carry
	"crypto/sha1" //nolint:gosec // see above
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/goplay/goplay/modules"
	"github.com/goplay/goplay/templating/value"
)

// fetch brings a file of the target here.
func fetch(ctx context.Context, c *modules.Call) (*value.Dict, error) {
	for _, name := range []string{"src", "dest"} {
		if v := c.Args.Get(name); v != nil && v.Type() != "str" {
			long := map[string]string{"src": "source", "dest": "dest"}[name]
			return nil, modules.Errorf("Invalid type supplied for %s option, it must be a string", long)
		}
	}
	src, dest := str(c, "src"), str(c, "dest")
	if c.Args.Get("src") == nil || c.Args.Get("dest") == nil {
		return nil, modules.Errorf("src and dest are required")
	}
	if c.Check {
		return done("changed", value.Bool(false), "skipped", value.Bool(true), "msg", value.String("check mode not (yet) supported for this module"))
	}
	must := loose(c, "fail_on_missing", true)
	to, wrong := fetchTo(c, src, dest)
	here, err := checksumFile(to)
	if err != nil {
		here = "" // there is none yet
	}
	d, err := c.Module(ctx, "ansible.builtin.goplay_fetch", statArgs(src,
		"_goplay_fetch", value.DictOf("checksum", value.String(here), "most", value.Int(fetchAlong))))
	if err != nil {
		return nil, err
	}
	stat, failed := statOf(d, src)
	if failed != nil {
		return failed, nil
	}
	if d, err := cannotFetch(ctx, c, stat, src, must); d != nil || err != nil {
		return d, err
	}
	if wrong != nil {
		return nil, wrong
	}
	return fetchFile(ctx, c, src, to, text(stat, "checksum"), d.Get("_goplay_content"))
}

// fetchAlong is the size up to which a file comes with the answer to what it is like.
const fetchAlong = 48 << 10

// remoteStat tells what a path of the target is, with its checksum, or the result for one of which that cannot be told.
func remoteStat(ctx context.Context, c *modules.Call, path string) (stat, failed *value.Dict, err error) {
	d, err := c.Module(ctx, "ansible.builtin.stat", statArgs(path))
	if err != nil {
		return nil, nil, err
	}
	stat, failed = statOf(d, path)
	return stat, failed, nil
}

// statArgs are the arguments for stat, with more behind them.
func statArgs(path string, more ...any) *value.Dict {
	return value.DictOf(append([]any{
		"path", value.String(path), "follow", value.Bool(true),
		"get_checksum", value.Bool(true), "get_mime", value.Bool(false), "get_attributes", value.Bool(false),
	}, more...)...)
}

// statOf takes what a path is like out of a result, or gives what the task fails with.
func statOf(d *value.Dict, path string) (stat, failed *value.Dict) {
	if isTrue(d, "failed") {
		failed := modules.Fail(fmt.Sprintf("Failed to get information on remote file (%s): %s", path, text(d, "msg")))
		failed.Set("file", value.String(path))
		return nil, failed
	}
	stat, _ = d.Get("stat").(*value.Dict)
	return stat, nil
}

// ignored ends the message for what is not fetched.
const ignored = ", not transferring, ignored"

// cannotFetch gives the result for what is no readable file: a failure in the words of slurp, which tells why, or with
// fail_on_missing: false a message.
func cannotFetch(ctx context.Context, c *modules.Call, stat *value.Dict, src string, must bool) (*value.Dict, error) {
	msg, missing := "", ""
	switch {
	case !isTrue(stat, "exists"):
		msg = "the remote file does not exist"
		missing = msg + ignored
	case isTrue(stat, "isdir"):
		msg = "remote file is a directory, fetch cannot work on directories"
		if must {
			return modules.Fail(msg), nil
		}
	case text(stat, "checksum") == "":
		msg = "file is not readable"
	default:
		return nil, nil
	}
	if must {
		return whyUnreadable(ctx, c, src, missing)
	}
	return done("changed", value.Bool(false), "msg", value.String(msg+ignored), "file", value.String(src))
}

// whyUnreadable lets slurp fail on a file; what is missing keeps a message of its own.
func whyUnreadable(ctx context.Context, c *modules.Call, src, missing string) (*value.Dict, error) {
	d, err := c.Module(ctx, "ansible.builtin.slurp", value.DictOf("src", value.String(src)))
	if err != nil {
		return nil, err
	}
	if !isTrue(d, "failed") {
		return modules.Fail("the file " + src + " could be read only now"), nil
	}
	d.Delete("invocation")
	if missing != "" {
		d.Set("msg", value.String(missing))
	}
	return d, nil
}

// fetchTo finds the place for the file: below dest by host and path, or dest itself with flat.
func fetchTo(c *modules.Call, src, dest string) (string, error) {
	slash := strings.HasSuffix(dest, "/")
	dest = expandUser(dest)
	if !filepath.IsAbs(dest) {
		dest = filepath.Join(c.PlaybookDir, dest)
	}
	if !loose(c, "flat", false) {
		return filepath.Join(dest, c.Host, filepath.Clean("/"+src)), nil
	}
	if st, err := os.Stat(dest); err == nil && st.IsDir() && !slash {
		return "", modules.Errorf("dest is an existing directory, use a trailing slash if you want to fetch src into that directory")
	}
	if slash {
		return filepath.Join(dest, filepath.Base(src)), nil
	}
	return filepath.Clean(dest), nil
}

// fetchFile puts the file in its place: from content in base64 where that has come already.
func fetchFile(ctx context.Context, c *modules.Call, src, to, remoteSum string, content value.Value) (*value.Dict, error) {
	if sum, err := checksumFile(to); err == nil && sum == remoteSum {
		md5sum, err := md5File(to)
		return value.DictOf("changed", value.Bool(false), "md5sum", value.String(md5sum), "file", value.String(src),
			"dest", value.String(to), "checksum", value.String(sum)), err
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o777); err != nil {
		return nil, err
	}
	open := func() (io.ReadCloser, error) { return c.Fetch(ctx, src) }
	if content != nil {
		open = func() (io.ReadCloser, error) {
			return io.NopCloser(base64.NewDecoder(base64.StdEncoding, strings.NewReader(content.String()))), nil
		}
	}
	sum, md5sum, err := receive(open, to)
	if err != nil {
		return nil, err
	}
	d := value.DictOf("changed", value.Bool(true), "md5sum", value.String(md5sum), "dest", value.String(to),
		"remote_md5sum", value.None, "checksum", value.String(sum), "remote_checksum", value.String(remoteSum))
	if loose(c, "validate_checksum", true) && sum != remoteSum {
		d.Set("failed", value.Bool(true))
		d.Set("msg", value.String("checksum mismatch"))
		d.Set("file", value.String(src))
		return d, err
	}
	return d, nil
}

// receive streams a file of the target into a new file here, which takes its place when it is complete.
func receive(open func() (io.ReadCloser, error), to string) (sum, md5sum string, err error) {
	r, err := open()
	if err != nil {
		return "", "", err
	}
	defer r.Close()
	tmp, err := os.CreateTemp(filepath.Dir(to), ".goplay-*")
	if err != nil {
		return "", "", err
	}
	defer os.Remove(tmp.Name())
	s, m := sha1.New(), md5.New() //nolint:gosec // see above
	_, err = io.Copy(io.MultiWriter(tmp, s, m), r)
	if closeErr := tmp.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		err = os.Chmod(tmp.Name(), 0o666&^umask())
	}
	if err == nil {
		err = os.Rename(tmp.Name(), to)
	}
	return hex.EncodeToString(s.Sum(nil)), hex.EncodeToString(m.Sum(nil)), err
}

func md5File(name string) (string, error) {
	f, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := md5.New() //nolint:gosec // see above
	_, err = io.Copy(h, f)
	return hex.EncodeToString(h.Sum(nil)), err
}
