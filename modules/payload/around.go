package payload

import (
	"sort"

	"github.com/goplay/goplay/agent"
)

// Around gives a payload that runs outer and has the files of inner, too. Of files with the same path it has inner's, since users'
// module_utils are among them.
func Around(outer, inner *agent.Payload) *agent.Payload {
	files := map[string]agent.File{}
	for _, p := range []*agent.Payload{outer, inner} {
		for _, f := range p.Files {
			files[f.Path] = f
		}
	}
	p := &agent.Payload{Name: outer.Name, Main: outer.Main, Kind: outer.Kind}
	for _, f := range files {
		p.Files = append(p.Files, f)
	}
	sort.Slice(p.Files, func(i, j int) bool { return p.Files[i].Path < p.Files[j].Path })
	p.Seal()
	return p
}
