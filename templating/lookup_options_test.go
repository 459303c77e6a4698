package templating_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/templating"
)

// A salt is kept beside the password, so that the hash is the same at the next run.
func TestPasswordKeepsItsSalt(t *testing.T) {
	dir := t.TempDir()
	var hashes [2]string
	for i := range hashes {
		ctx := templating.New().NewContext(dictScope{}, &templating.Env{Cwd: dir})
		hashes[i] = describe(ctx.Expression("lookup('password', 'pw/x', encrypt='md5_crypt', seed='a')", source.Pos{}))
	}
	if hashes[0] != hashes[1] || !strings.HasPrefix(hashes[0], "str '$1$") {
		t.Errorf("got %v", hashes)
	}
	data, err := os.ReadFile(filepath.Join(dir, "pw/x"))
	if want := "I:iwmXaKHMhf10D4hPba salt="; err != nil || !strings.HasPrefix(string(data), want) || len(data) != len(want)+9 {
		t.Errorf("kept %q, %v", data, err)
	}
	if info, err := os.Stat(filepath.Join(dir, "pw/x")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
}
