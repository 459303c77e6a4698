package payload

import (
	"testing"

	"github.com/goplay/goplay/agent"
)

// What both payloads have is the inner one's: a user's module_utils must not give way to goplay's own.
func TestAroundKeepsTheInnerFiles(t *testing.T) {
	outer := &agent.Payload{Name: "outer", Main: "outer.py", Files: []agent.File{
		agent.NewFile("outer.py", []byte("o")), agent.NewFile("utils.py", []byte("goplay's")), agent.NewFile("more.py", []byte("m")),
	}}
	inner := &agent.Payload{Name: "inner", Main: "inner.sh", Kind: agent.OldStyle, Files: []agent.File{
		agent.NewFile("inner.sh", []byte("i")), agent.NewFile("utils.py", []byte("the user's")),
	}}
	p := Around(outer, inner)
	if p.Main != "outer.py" || p.Kind != agent.NewStyle || p.Manifest.Digest == "" {
		t.Errorf("runs %s as kind %d, manifest %q", p.Main, p.Kind, p.Manifest.Digest)
	}
	got := map[string]string{}
	for _, f := range p.Files {
		got[f.Path] = string(f.Data)
	}
	if len(got) != 4 || len(p.Files) != 4 || got["utils.py"] != "the user's" {
		t.Errorf("%q", got)
	}
}
