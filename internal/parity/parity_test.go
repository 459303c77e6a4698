package parity

import (
	"errors"
	"flag"
	"fmt"
	"hash/fnv"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/goplay/goplay/internal/lab"
	"github.com/goplay/goplay/internal/reference"
	"github.com/goplay/goplay/internal/windows"
	"github.com/goplay/goplay/internal/wsman"
)

var (
	live       = flag.Bool("live", false, "judge all rows by the live reference, not only by the records")
	writeDown  = flag.Bool("record", false, "write down what the reference gives (and goplay, on rows with a deviation)")
	goplayPath = flag.String("goplay", "", "the goplay `binary` to judge; built if not given")
)

// judges is what the rows are run by.
type judges struct {
	goplay    program
	reference program // without a path if it is not needed
	version   string  // of the reference
}

func TestParity(t *testing.T) {
	rows, err := loadRows("testdata")
	if err != nil {
		t.Fatal(err)
	}
	j := &judges{goplay: program{"goplay", *goplayPath}}
	if *live || *writeDown || os.Getenv("CI") != "" {
		j.findReference(t)
	}
	if j.goplay.path == "" && !(*writeDown && !anyDeviation(rows)) {
		j.goplay.path = buildGoplay(t)
	}
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			if r.root && os.Geteuid() != 0 {
				t.Skip("needs root")
			}
			if r.collected && !reference.Unpacked() {
				t.Skip("needs the reference's collections")
			}
			var hosts *lab.Lab
			switch {
			case r.container != "":
				r.enters(lab.StartContainer(t, r.container))
			case r.windows:
				r.reaches(t)
			case r.hosts > 0:
				hosts = lab.Shared(t)
			default:
				t.Parallel()
			}
			j.judge(t, r, hosts)
		})
	}
}

// enters lets a row know its container.
func (r *row) enters(c *lab.Container) {
	r.env = append(append(r.env, c.Env...), "GOPLAY_CONTAINER="+c.Name)
	r.ignore = append(r.ignore, replacement{regexp.MustCompile(regexp.QuoteMeta(c.Name)), "{container}"})
}

// reaches starts a Windows machine for a row, whose port it knows by GOPLAY_WINDOWS_PORT; the user is ann, the password pw. The reference finds
// its client for psrp in the user's folder of Python's packages.
func (r *row) reaches(t *testing.T) {
	t.Helper()
	m := windows.Start(t, wsman.Options{Users: map[string]string{"ann": "pw"}})
	_, port, _ := strings.Cut(m.Listener.Addr().String(), ":")
	base := t.TempDir()
	for minor := 11; minor < 16; minor++ {
		dir := filepath.Join(base, fmt.Sprintf("lib/python3.%d", minor))
		if err := errors.Join(os.MkdirAll(dir, 0o755), os.Symlink(reference.WindowsClients(), filepath.Join(dir, "site-packages"))); err != nil {
			t.Fatal(err)
		}
	}
	r.env = append(r.env, "GOPLAY_WINDOWS_PORT="+port, "PYTHONUSERBASE="+base)
	r.ignore = append(r.ignore, replacement{regexp.MustCompile(`\b` + port + `\b`), "{port}"})
}

func anyDeviation(rows []*row) bool {
	for _, r := range rows {
		if r.deviation != "" {
			return true
		}
	}
	return false
}

// findReference unpacks the reference, if it isn't yet.
func (j *judges) findReference(t *testing.T) {
	t.Helper()
	r, err := reference.Unpack(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	j.reference = program{"reference", r.Playbook()}
	j.version = r.Version
}

func buildGoplay(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "goplay")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", path, "../../cmd/goplay").CombinedOutput(); err != nil {
		t.Fatalf("goplay does not build: %v\n%s", err, out)
	}
	return path
}

func (j *judges) judge(t *testing.T, r *row, hosts *lab.Lab) {
	path := filepath.Join("testdata", r.name+".golden")
	recorded, err := readRecord(path)
	if errors.Is(err, fs.ErrNotExist) && (*writeDown || *live) {
		recorded, err = &record{}, nil
	}
	if err != nil {
		t.Fatalf("%v (make parity-record writes it)", err)
	}
	if *writeDown {
		j.record(t, r, hosts, path)
		return
	}
	if *live || j.isDue(r) {
		given := run(t, r, j.reference, hosts)
		// The reference has no order of hosts: it shows results as its workers' messages come.
		if d := differences("record", recorded.reference.sorted(), "reference", given.sorted()); d != "" {
			t.Errorf("the record (of %s) is not what the reference gives:\n%s", recorded.version, d)
		}
	}
	want := recorded.reference
	if r.deviation != "" {
		want = recorded.goplay
	}
	if d := differences("want", want, "goplay", run(t, r, j.goplay, hosts)); d != "" {
		t.Error(d)
	}
}

func (j *judges) record(t *testing.T, r *row, hosts *lab.Lab, path string) {
	new := &record{version: j.version, reference: run(t, r, j.reference, hosts)}
	if r.deviation != "" {
		new.goplay = run(t, r, j.goplay, hosts)
		if differences("", new.reference, "", new.goplay) == "" {
			t.Errorf("goplay does not deviate: %s", r.deviation)
		}
	}
	if err := new.write(path); err != nil {
		t.Fatal(err)
	}
}

func run(t *testing.T, r *row, p program, hosts *lab.Lab) outcome {
	t.Helper()
	o, err := r.outcomeOf(t.Context(), p, hosts)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// isDue tells whether CI re-judges a row today: a tenth of the rows, another one each day.
func (j *judges) isDue(r *row) bool {
	if j.reference.path == "" {
		return false
	}
	sum := fnv.New32a()
	fmt.Fprint(sum, r.name)
	return sum.Sum32()%10 == uint32(time.Now().Unix()/86400)%10
}
